"""Sample capstones: one at each firm, at every stage, with the figures of 30 real recommendations (`iac_sample.csv`).

The database's status decides how far a project came: implemented ones (I) go live and are claimed, most are verified;
pending ones (P) are still worked on; those of unknown fate (K) were reported and wait; the others (N) end early.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from lms.capstone.lines.models import BenefitLine
from lms.capstone.lines.queries import lines_of
from lms.capstone.lines.rules.kinds import BenefitClass, CostKind, HoursProof, Isolation, Payer, Stream
from lms.capstone.lines.rules.worth import SCALE
from lms.capstone.lines.services import Draft, add_line, set_rate
from lms.capstone.projects.models import Project, WageSource
from lms.capstone.projects.rules import GateKind, Outcome, ProjectState
from lms.capstone.projects.services import (
    Measured,
    Terms,
    charter,
    close,
    lock_baseline,
    propose,
    record_baseline,
    report_out,
    start_work,
)
from lms.capstone.savings.models import Posting
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import Level, Reason
from lms.capstone.savings.rules.rows import line_total
from lms.capstone.savings.services.amending import amend
from lms.capstone.savings.services.claims import go_live, report, submit_claim
from lms.capstone.savings.services.costs import post_cost, post_tuition, post_wages
from lms.capstone.savings.services.evidence import add_evidence
from lms.capstone.savings.services.verifying import dispute, verify
from lms.people.consent.models import Purpose, RecordType
from lms.people.consent.services import sign_consent
from lms.sample import energy
from lms.sample.gates import pass_gates
from lms.sample.ideas import IDEAS, Idea
from lms.sample.reviews import realized, reviewed
from lms.sample.stage import Employer, Learner, Stage

SOURCE = Path(__file__).with_name("iac_sample.csv")
RATES = (4_565, 4_200, 4_980, 5_240, 3_890)  # loaded cost of an hour in cents; invented, around the US private average
FULL = 10_000
REALIZED_WEEK = 25
LOOKED_AT_ONCE = 12


MARGIN = "Contribution margin of the product line, from finance (sample)"


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One row of the database: its id, status, cost and saving in whole dollars, fiscal year; 0 for none."""

    id: str
    status: str
    cost: int
    resource: str
    saved: int
    year: int = 0


def read_recommendations() -> list[Recommendation]:
    """The 30 rows, those that were implemented first, so that the first firms have something to show."""
    lines = [line for line in SOURCE.read_text().splitlines() if not line.startswith("#")]
    rows = [
        Recommendation(
            row["recommendation_id"],
            row["status"],
            int(row["impl_cost_usd"]),
            row["resource"],
            int(row["saved_usd_a_year"]),
            int(row["fiscal_year"]),
        )
        for row in csv.DictReader(lines)
    ]
    return sorted(rows, key=lambda row: ("IKPN".index(row.status), row.id))


@dataclass(slots=True)
class Play:
    """One project while it is played. nth: its place among the 30, which decides the turns it takes."""

    nth: int
    row: Recommendation
    idea: Idea
    learner: Learner
    employer: Employer
    project: Project | None = None
    live_on: date | None = None

    @property
    def made(self) -> Project:
        """The project, once it was proposed."""
        assert self.project is not None
        return self.project


class CapstonesPart:
    """Projects, consents, costs and savings on the timeline."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._ideas = dict.fromkeys(IDEAS, 0)

    def plan(self) -> None:
        """One project per firm that has a student who stays; consents for most of them."""
        stage = self.stage
        for each in stage.learners:
            if each.number % 4 != 3:  # every fourth student agrees to nothing
                self._at(3, each.number % 6, partial(self._consent, each))
        for nth, (row, employer) in enumerate(zip(read_recommendations(), stage.employers, strict=False)):
            learner = next((one for one in employer.learners if one.left_after is None), None)
            if nth < energy.FIRMS:
                self._at(2, 2, partial(self._assessed, nth, employer))
            if learner is not None:
                self._plan_project(Play(nth, row, self._idea(row.resource), learner, employer))

    def _idea(self, resource: str) -> Idea:
        ideas = IDEAS[resource]
        self._ideas[resource] += 1
        return ideas[(self._ideas[resource] - 1) % len(ideas)]

    def _assessed(self, nth: int, employer: Employer) -> None:
        """The sponsor uploads what an assessment once recommended to the firm."""
        rows = [
            (row.id, row.year, row.status, row.cost, row.resource, row.saved, IDEAS[row.resource][0].title)
            for row in read_recommendations()
        ]
        energy.import_sample(self.stage.actor(employer.sponsor), employer.firm, nth, rows)

    def _at(self, week: int, weekday: int, deed: partial[None], hour: int = 15) -> None:
        self.stage.timeline.at(self.stage.instant(week, weekday, hour), deed)

    def _consent(self, learner: Learner) -> None:
        kinds = [RecordType.PROGRESS, RecordType.HOURS, RecordType.PAID_HOURS]
        if learner.number % 3 == 0:
            kinds.append(RecordType.GRADES)
        actor, firm = self.stage.actor(learner.person), learner.firm.firm
        sign_consent(actor, learner.enrollment, firm, kinds, Purpose.SPONSORSHIP)

    def _plan_project(self, play: Play) -> None:
        """The steps that every project takes; what follows depends on what became of the recommendation."""
        start = 8 + play.nth % 3
        self._at(start, 1, partial(self.propose, play))
        if play.nth == 29:
            return  # proposed, not chartered yet
        self._at(start + 1, 2, partial(self._charter, play))
        self._at(start + 1, 3, partial(self._first_costs, play))
        self._at(start + 2, 1, partial(self.measure, play))
        if play.nth == 28:
            return  # chartered, the baseline waits for the coach
        self._at(start + 3, 1, partial(self.lock, play))
        self._at(start + 4, 1, partial(self.begin, play))
        after = {"I": self._plan_implemented, "K": self._plan_unknown, "N": self._plan_ended}.get(play.row.status)
        if after is not None:
            after(play, start + 5)

    def _plan_implemented(self, play: Play, week: int) -> None:
        self._at(week, 4, partial(self.go_live, play))
        self._at(week + 1, 1, partial(self.implementation_cost, play))
        self._at(week + 3, 2, partial(self.claim, play))
        if play.nth % 6 == 5:
            return  # claimed, the sponsor has not reported it yet (V0)
        self._at(week + 4, 2, partial(self.report, play))
        if play.nth % 5 == 4:
            return  # reported, finance has not looked at it yet (V1)
        self._at(week + 5, 3, partial(self.verify, play))
        self._at(week + 6, 1, partial(self._wages, play))
        if play.nth % 8 == 2:
            self._at(week + 7, 1, partial(self._amend, play))
        if play.nth % 8 == 6:
            self._at(week + 7, 2, partial(self._dispute, play))
        if play.nth % 3 == 0 and play.nth % 8 not in (2, 6):
            self._at(week + 7, 3, partial(self._review, play))
        if play.nth % 4 == 0:
            self._at(week + 8, 1, partial(self.report_out, play))
        if play.nth % 3 != 1:
            self._at(REALIZED_WEEK, play.nth % 5, partial(self._realize, play))

    def _plan_unknown(self, play: Play, week: int) -> None:
        self._at(week + 1, 4, partial(self.go_live, play))
        self._at(week + 4, 2, partial(self.claim, play))
        self._at(week + 5, 2, partial(self.report, play))

    def _plan_ended(self, play: Play, week: int) -> None:
        self._at(week + 3, 2, partial(self._cancel, play))

    def propose(self, play: Play) -> None:
        """The student proposes it; at a firm that had an assessment, the sponsor begins it from there."""
        enrollment, words = play.learner.enrollment, (play.idea.title, play.idea.problem)
        if play.row.year and play.nth < energy.FIRMS:
            sponsor = self.stage.actor(play.employer.sponsor)
            play.project = energy.propose_sample(sponsor, play.employer.firm, play.row.id, enrollment, *words)
        else:
            play.project = propose(self.stage.actor(play.learner.person), enrollment, *words)
        play.project.is_sample = True
        play.project.source = f"US DOE Industrial Assessment Centers, recommendation {play.row.id}; figures only"
        self.stage.grants_changed()

    def _charter(self, play: Play) -> None:
        coach = play.learner.section.instructor
        source = WageSource.CONSENT if play.learner.number % 4 != 3 else WageSource.FIRM_COUNT
        terms = Terms(coach, play.employer.finance, wage_source=source)
        charter(self.stage.actor(play.employer.sponsor), play.made, terms)
        self.stage.grants_changed()

    def _first_costs(self, play: Play) -> None:
        finance = self.stage.actor(play.employer.finance)
        day = self.stage.monday(1)
        set_rate(finance, play.employer.firm, RATES[play.nth % len(RATES)], day)
        post_tuition(self.stage.actor(play.learner.section.coordinator), play.made)

    def measure(self, play: Play) -> None:
        """Four weeks before anything changed."""
        today = self.stage.today()
        measured = Measured(
            metric=play.idea.metric,
            unit=play.idea.unit,
            source="Counted at the machine for four weeks (sample)",
            value_e4=(20 + 7 * play.nth) * SCALE,
            from_day=today - timedelta(days=35),
            to_day=today - timedelta(days=7),
            target_e4=(12 + 4 * play.nth) * SCALE,
        )
        record_baseline(self.stage.actor(play.learner.person), play.made, measured)

    def lock(self, play: Play) -> None:
        """The first gate is passed, and the coach locks the baseline."""
        pass_gates(self.stage, play, GateKind.CHARTER)
        lock_baseline(self.stage.actor(play.learner.section.instructor), play.made)

    def begin(self, play: Play) -> None:
        """Work begins, with its lines."""
        actor = self.stage.actor(play.learner.person)
        pass_gates(self.stage, play, GateKind.BASELINE)
        start_work(actor, play.made)
        add_line(actor, play.made, play.idea.title, self._draft(play))
        if play.nth % 3 == 1:
            add_line(actor, play.made, "Floor space that is free again", self._soft(play))

    def _draft(self, play: Play, saved: int | None = None) -> Draft:
        """The line as the database has it: its whole saving a year, or, for output sold, what the margin leaves."""
        is_margin = play.idea.stream is Stream.PRODUCTION
        return Draft(
            benefit_class=BenefitClass.HARD_MARGIN if is_margin else BenefitClass.HARD_PL,
            unit_value_e4=(saved or play.row.saved) * 100 * SCALE,
            stream=play.idea.stream,
            margin_bp=FULL if is_margin else None,
            margin_source=MARGIN if is_margin else "",
            attribution_bp=(FULL, 9_000, 8_000)[play.nth % 3],
            confidence_bp=(9_000, FULL, 8_500)[play.nth % 3],
            ramp_bp=(5_000, 7_500) if play.nth % 2 else (),
            isolation_method=play.idea.isolation,
            hours_proof=HoursProof.OVERTIME_FELL if play.idea.stream is Stream.LABOR else None,
            basis=f"{play.idea.metric}, before and after; amount a year of recommendation {play.row.id}",
            unit=play.idea.unit,
            go_live=play.live_on,
        )

    def _soft(self, play: Play) -> Draft:
        return Draft(
            benefit_class=BenefitClass.SOFT,
            unit_value_e4=(800 + 100 * play.nth) * 100 * SCALE,
            confidence_bp=5_000,
            isolation_method=Isolation.SUPERVISOR_ESTIMATE,
            basis="Square feet that are free, at the rent of the hall (sample)",
            unit="year",
        )

    def go_live(self, play: Play) -> None:
        """The change is in use from today on."""
        play.live_on = self.stage.today()
        pass_gates(self.stage, play, GateKind.ANALYZE, GateKind.IMPROVE)
        go_live(self.stage.actor(play.learner.person), play.made, play.live_on)

    def implementation_cost(self, play: Play) -> None:
        """What it cost the firm."""
        actor = self.stage.actor(play.employer.finance)
        note = f"Implementation cost of recommendation {play.row.id}"
        kind = CostKind.CAPEX if play.row.cost >= 10_000 else CostKind.MATERIALS
        post_cost(actor, play.made, kind, Payer.FIRM, play.row.cost * 100, self.stage.today(), note=note)

    def _lines(self, play: Play) -> list[BenefitLine]:
        return list(lines_of([play.made]))

    def claim(self, play: Play) -> None:
        """The team claims each line, with evidence."""
        actor = self.stage.actor(play.learner.person)
        for line in self._lines(play):
            add_evidence(actor, line, play.idea.evidence, f"{play.idea.metric}, four weeks before and after (sample)")
            submit_claim(actor, line, self.stage.key())

    def report(self, play: Play) -> None:
        """The sponsor reports what was claimed."""
        actor = self.stage.actor(play.employer.sponsor)
        for posting in self._claims(play):
            report(actor, posting)

    def _claims(self, play: Play) -> list[Posting]:
        ledger = ledger_of(play.made)
        found = [ledger.standing_claim(line.id) for line in self._lines(play)]
        return [posting for posting in found if isinstance(posting, Posting)]

    def verify(self, play: Play) -> None:
        """Finance attests the first line; at every third firm a little less than was reported."""
        actor, line = self.stage.actor(play.employer.finance), self._lines(play)[0]
        reported = line_total(ledger_of(play.made), line.id, Level.REPORTED)
        amount = reported * 9 // 10 if play.nth % 3 == 2 else reported
        reason = Reason.VOLUME
        comment = "Volume of the quarter was above the plan." if amount < reported else ""
        claim = next(posting for posting in self._claims(play) if posting.line_id == line.id)
        verify(actor, claim, amount, f"{5100 + play.nth}-20", reason=reason, comment=comment)

    def _wages(self, play: Play) -> None:
        post_wages(self.stage.actor(play.employer.finance), play.made, self.stage.today())

    def _amend(self, play: Play) -> None:
        sponsor, line = self.stage.actor(play.employer.sponsor), self._lines(play)[0]
        amend(sponsor, line, self._draft(play, play.row.saved * 11 // 10), "The second line was changed over as well.")

    def _dispute(self, play: Play) -> None:
        claim = next(iter(self._claims(play)))
        dispute(self.stage.actor(play.employer.finance), claim, "The account also fell at the sister plant; checking.")

    def _realize(self, play: Play) -> None:
        """Finance confirms the months that are over: a little more or less than was verified."""
        realized(self.stage, play.made, play.employer, (96, 103, 88)[play.nth % 3])

    def _review(self, play: Play) -> None:
        """Both reviewers where it takes two, but once: there the second one has not looked yet."""
        reviewed(self.stage, play.made, by=1 if play.nth == LOOKED_AT_ONCE else 2)

    def report_out(self, play: Play) -> None:
        pass_gates(self.stage, play, GateKind.CONTROL)
        report_out(self.stage.actor(play.learner.person), play.made)

    def _cancel(self, play: Play) -> None:
        sponsor = self.stage.actor(play.employer.sponsor)
        close(sponsor, play.made, ProjectState.CANCELLED, Outcome.CANCELLED)
