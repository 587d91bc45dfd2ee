"""How much waits to be graded, for how long, what will wait in two weeks, what grading took. Pure; times in seconds.

Minutes are what the desk saw: from opening a work to posting its score, at most half an hour for one work. Who leaves
the page open is not counted longer, and who posts through the API is not counted at all. It is a measure for sharing
work out, no time sheet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from lms.hub.grading.rules import round_half_away
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say

MOST_SECONDS = 1_800  # of one work
FORGOTTEN = timedelta(hours=12)  # a page that was opened longer ago says nothing
SOON_DAYS, WITHIN_DAYS = 3, 7  # what waits longer than a week is over the promise
LOOK_BACK = timedelta(days=28)
LOOK_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Ages:
    """How many works wait less than three days, less than a week, and longer. since: of the oldest."""

    fresh: int
    aging: int
    over: int
    since: datetime | None

    @property
    def waiting(self) -> int:
        """All of them."""
        return self.fresh + self.aging + self.over


def ages_of(received: Iterable[datetime], now: datetime) -> Ages:
    """Of works that wait, by when they came."""
    found = sorted(received)
    days = [(now - at) / timedelta(days=1) for at in found]
    return Ages(
        fresh=sum(one < SOON_DAYS for one in days),
        aging=sum(SOON_DAYS <= one < WITHIN_DAYS for one in days),
        over=sum(one >= WITHIN_DAYS for one in days),
        since=found[0] if found else None,
    )


def explain_waiting(ages: Ages, facts: tuple[FactRef, ...]) -> Explained[int]:
    """How many works wait. facts: their hand-ins, in the order in which they came."""
    steps = (
        Step(say(N_("waiting less than %(days)s days"), days=SOON_DAYS), ages.fresh),
        Step(say(N_("waiting %(days)s days or more, less than a week"), days=SOON_DAYS), ages.aging),
        Step(say(N_("waiting a week or longer")), ages.over),
    )
    rule = N_("Every last attempt that was handed in by a student who is taught here today, and has no score.")
    return Explained(ages.waiting, say(rule), say(N_("Hand-ins without a score")), facts=facts, steps=steps)


def explain_expected(by_activity: Sequence[tuple[str, int]]) -> Explained[int]:
    """How many works are due in two weeks and not in. by_activity: what each is called, and how many of its works."""
    steps = tuple(Step(say(N_("%(activity)s: students"), activity=title), count) for title, count in by_activity)
    rule = N_(
        "One for each student and each activity of their plan that is due within %(days)s days, not in, not scored."
    )
    total = sum(count for _, count in by_activity)
    return Explained(total, say(rule, days=LOOK_AHEAD.days), say(N_("Due dates of the section")), steps=steps)


def explain_minutes(seconds: int, timed: int, works: int) -> tuple[Explained[int], Explained[int]]:
    """Minutes for one work, and for `works` of them: begun ones count whole. seconds: of the `timed` that were seen."""
    each = seconds // timed
    source = say(N_("What the desk saw in the last four weeks"))
    rule = N_("From opening a work to posting its score, at most half an hour; minutes that are begun count whole.")
    steps = (
        Step(say(N_("seconds at the desk")), seconds),
        Step(say(N_("works that were measured")), timed),
        Step(say(N_("seconds for one work")), each),
    )
    ahead = (*steps, Step(say(N_("works that wait or come")), works))
    one = Explained(-(-each // 60), say(rule), source, steps=steps)
    return one, Explained(-(-each * works // 60), say(rule), source, steps=ahead)


def is_over(received: datetime, now: datetime) -> bool:
    """Whether a work has waited a week."""
    return now - received >= timedelta(days=WITHIN_DAYS)


def seconds_spent(opened_at: datetime | None, saved_at: datetime) -> int | None:
    """What the desk saw of one work; None where it saw nothing that can be believed."""
    if opened_at is None or opened_at > saved_at or saved_at - opened_at > FORGOTTEN:
        return None
    return min(int((saved_at - opened_at).total_seconds()), MOST_SECONDS)


def backlog_ahead(waiting: int, expected: int, graded: int) -> Explained[int]:
    """How many works will wait in two weeks. expected: due until then; graded: in the last four weeks, as the pace."""
    pace = Fraction(graded * LOOK_AHEAD.days, LOOK_BACK.days)
    left = max(waiting + expected - pace, Fraction(0))
    found = int(round_half_away(left, 0))
    steps = (
        Step(say(N_("waiting now")), waiting),
        Step(say(N_("due in the next two weeks and not in yet")), expected),
        Step(say(N_("graded in two weeks, at the pace of the last four")), round_half_away(pace, 1)),
        Step(say(N_("waiting in two weeks")), found),
    )
    return Explained(
        found,
        say(N_("What waits, and what falls due, less what was usually graded in as many days; never below nothing.")),
        say(N_("Pace of the section, last four weeks")),
        steps=steps,
    )


def load_in_works(spent: int, waiting_seconds: int, seconds_a_work: int) -> int:
    """What somebody has spent and still has before them, in works of the kind that is shared out now."""
    return round((spent + waiting_seconds) / max(seconds_a_work, 1))


def usual_seconds(times: Sequence[int]) -> int | None:
    """The mean of recorded times, rounded; None where there are none."""
    return int(round_half_away(Fraction(sum(times), len(times)), 0)) if times else None
