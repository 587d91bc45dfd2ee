"""Laws of the ledger that hold for every history: it foots, it can be had as of any moment, lower counts at once."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.capstone.lines.rules.costs import CostTotals
from lms.capstone.lines.rules.kinds import COUNTED, BenefitClass, CostKind, LineKind, Payer, Perspective
from lms.capstone.lines.rules.worth import adjusted, attributed, gross, schedule
from lms.capstone.returns import project_return
from lms.capstone.savings.rules.attest import check_reversible
from lms.capstone.savings.rules.figures import StepKind, funnel, waterfall
from lms.capstone.savings.rules.kinds import Decision, Level, Reason
from lms.capstone.savings.rules.rows import line_total
from lms.kernel.errors import RuleBroken
from tests.capstone.shapes import Book, Line

PRICED = [kind for kind in BenefitClass if kind is not BenefitClass.INTANGIBLE]
LEVELS = (Level.REPORTED, Level.VERIFIED)
PERCENT = st.integers(0, 10_000)


@st.composite
def lines(draw):
    minor = draw(st.integers(-(10**9), 10**9).filter(bool))
    one_time = draw(st.booleans())
    ramp = () if one_time or minor < 0 else draw(st.lists(PERCENT, max_size=4).map(tuple))
    return Line(
        minor=minor,
        benefit_class=draw(st.sampled_from(PRICED)),
        kind=LineKind.ONE_TIME if one_time else LineKind.RECURRING,
        attribution_bp=draw(PERCENT),
        confidence_bp=draw(PERCENT),
        ramp_bp=ramp,
        life_months=draw(st.none() | st.integers(1, 60)),
        go_live=draw(st.dates(date(2026, 1, 1), date(2026, 12, 31))),
    )


STEPS = st.sampled_from(
    ["claim", "report", "amend", "verify", "less", "dispute", "withdraw", "reverse", "cost", "cease"]
)


@st.composite
def histories(draw):
    """A book after up to 14 commands on three lines, as people would give them."""
    book = Book()
    for _ in range(draw(st.integers(1, 14))):
        _play(book, draw(STEPS), draw(st.integers(1, 3)), draw)
    return book


def _play(book, step, line_id, draw):
    claim = book.ledger.standing_claim(line_id)
    state = book.ledger.states[claim.id] if claim else None
    if step == "cost":
        book.cost(draw(st.sampled_from(CostKind)), draw(st.integers(1, 10**7)), draw(st.sampled_from(Payer)))
    elif step == "claim" and claim is None:
        book.claim(line_id, draw(lines()))
    elif claim is None:
        return
    elif step == "report" and state.level is Level.DRAFT:
        book.decide(claim, Decision.ATTESTED, Level.REPORTED)
    elif step in ("dispute", "withdraw"):
        book.decide(claim, Decision.DISPUTED if step == "dispute" else Decision.WITHDRAWN)
    elif step == "reverse":
        last = book.ledger.claimed_postings(line_id)[-1]
        try:
            check_reversible(book.ledger, last)
        except RuleBroken:
            return
        book.reverse(last)
    elif step == "cease":
        book.cease(date(2026, 9, 1))
    elif state.level >= Level.REPORTED and step == "amend":
        book.amend(line_id, draw(lines()))
    elif state.level >= Level.REPORTED and step in ("verify", "less"):
        reported = line_total(book.ledger, line_id, Level.REPORTED)
        book.verify(
            line_id, reported - (draw(st.integers(0, 10**6)) if step == "less" else 0), draw(st.sampled_from(Reason))
        )


@settings(max_examples=300)
@given(histories())
def test_months_classes_and_lines_sum_to_the_headline(book):
    ledger = book.ledger
    for level in LEVELS:
        headline = ledger.headline(level)
        assert sum(ledger.months(level).values()) == headline
        assert sum(minor for kind, minor in ledger.by_class(level).items() if kind in COUNTED) == headline
        by_line = [row for line_id in (1, 2, 3) for row in ledger.line_rows(line_id, level)]
        assert sum(row.amount_minor for row in by_line if row.benefit_class in COUNTED) == headline


@settings(max_examples=300)
@given(histories())
def test_the_waterfall_foots_from_bar_to_bar(book):
    for level in LEVELS:
        costs = project_return(book.ledger, book.versions, "USD", level).costs
        running = 0
        for bar in waterfall(book.ledger, book.versions, level, costs):
            if bar.kind is StepKind.TOTAL:
                assert bar.minor == running
            running = running + bar.minor if bar.kind is StepKind.CHANGE else bar.minor
        assert benefit_of(book, level) == book.ledger.headline(level)


def benefit_of(book, level):
    bars = waterfall(book.ledger, book.versions, level, CostTotals(0, 0, {}))
    return next(bar.minor for bar in bars if bar.name == "Net hard benefit")


@settings(max_examples=300)
@given(histories())
def test_the_funnel_and_the_return_show_what_the_ledger_sums_to(book):
    for bar in funnel(book.ledger)[1:]:
        assert bar.minor == book.ledger.headline(bar.level)
        assert project_return(book.ledger, book.versions, "USD", bar.level).benefit_minor == bar.minor


@settings(max_examples=150)
@given(histories(), st.data())
def test_as_of_a_moment_gives_what_stood_then(book, data):
    """Cutting a history at a moment is the same as never having played what came later."""
    moment = (
        data.draw(st.sampled_from([p.recorded_at for p in book.postings] + [book.now])) if book.postings else book.now
    )
    then = book.ledger.as_of(moment)
    prefix = Book(
        [p for p in book.postings if p.recorded_at <= moment],
        list(book.rows),
        [d for d in book.decisions if d.recorded_at <= moment],
        book.versions,
    )
    kept = {p.id for p in prefix.postings}
    prefix.rows = [row for row in prefix.rows if row.posting_id in kept]
    later = book.ledger.as_of(moment + timedelta(seconds=1))
    for level in LEVELS:
        assert then.months(level) == prefix.ledger.months(level) == later.months(level)
        now, before = (project_return(x, book.versions, "USD", level) for x in (then, prefix.ledger))
        assert now == before


@settings(max_examples=300)
@given(lines(), lines())
def test_an_amendment_brings_the_report_to_the_new_version_and_never_raises_what_is_verified(first, second):
    book = Book()
    book.claim(1, first, Level.VERIFIED)
    before = book.ledger.headline(Level.VERIFIED)
    book.amend(1, second)
    reported = book.ledger.headline(Level.REPORTED)
    assert line_total(book.ledger, 1, Level.REPORTED) == sum(part.minor for part in schedule(second))
    assert book.ledger.headline(Level.VERIFIED) == min(before, reported)


@settings(max_examples=300)
@given(lines(), st.integers(0, 10**9))
def test_what_finance_says_is_what_stands(line, less):
    book = Book()
    book.claim(1, line, Level.REPORTED)
    amount = line_total(book.ledger, 1, Level.REPORTED) - less
    book.verify(1, amount)
    assert line_total(book.ledger, 1, Level.VERIFIED) == amount


@given(lines())
def test_a_discount_never_makes_a_benefit_larger_or_a_loss_smaller(line):
    if line.minor < 0:
        assert adjusted(line) == attributed(line) == gross(line)
    else:
        assert 0 <= adjusted(line) <= attributed(line) <= gross(line)


@settings(max_examples=200)
@given(histories())
def test_all_payers_never_pay_less_than_the_firm_alone(book):
    firm, everybody = (project_return(book.ledger, book.versions, "USD", Level.VERIFIED, p) for p in Perspective)
    assert everybody.costs.gross_minor >= firm.costs.gross_minor
    assert everybody.benefit_minor == firm.benefit_minor
