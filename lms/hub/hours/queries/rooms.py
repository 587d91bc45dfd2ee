"""How much room the coming weeks of a student have, and how much is open: what catching up and returning start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms.hub.cohorts.rules import expected_minutes, week_number
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.rules.pace import Plan, Room, catch_up, finish
from lms.hub.hours.queries.situation import Situation
from lms.hub.hours.queries.weeks import Week, year_of
from lms.hub.hours.rules.week import HANDBOOK
from lms.kernel.acting import acting_at
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, say
from lms.kernel.weeks import DAYS, local_day, monday_of

HORIZON = 156  # weeks that a plan looks ahead; longer than any pause that a program keeps a place for


@dataclass(frozen=True, slots=True)
class Account:
    """What a student has done and what is open. today: local. weeks: the cohort's.

    cohort_minutes: the least that the cohort was asked for until the end of last week, leave taken off.
    logged: minutes on sheets until then. program_minutes: the least of all weeks of the cohort.
    """

    situation: Situation
    today: date
    weeks: tuple[Week, ...]
    cohort_minutes: int
    program_minutes: int
    logged: int

    @property
    def behind(self) -> int:
        """Minutes that the cohort was asked for and this student has not done."""
        return max(self.cohort_minutes - self.logged, 0)

    @property
    def remaining(self) -> int:
        """Minutes of the whole program that are not done."""
        return max(self.program_minutes - self.logged, 0)

    def explain_behind(self) -> Explained[int]:
        """Why it is so far behind the cohort; minutes."""
        asked = Step(say(N_("Asked of the cohort until %(day)s, at least"), day=self._until), self.cohort_minutes)
        rule = N_("What the cohort was asked for until last Sunday, leave taken off, less what was logged until then.")
        return self._left(self.behind, rule, asked, N_("Behind the cohort"))

    def explain_remaining(self) -> Explained[int]:
        """Why the program still asks for so much; minutes."""
        asked = Step(say(N_("Asked of the whole program, at least")), self.program_minutes)
        rule = N_("What all weeks of the cohort ask for at least, less what was logged until last Sunday.")
        return self._left(self.remaining, rule, asked, N_("Still asked for"))

    def _left(self, minutes: int, rule: str, asked: Step, name: str) -> Explained[int]:
        logged = [entry.ref for week in self.weeks if week.days[-1] <= self._until for entry in week.everything]
        return Explained(
            minutes,
            rule=say(rule),
            source=say(HANDBOOK),
            facts=tuple(logged),
            steps=(
                asked,
                Step(say(N_("Logged until %(day)s"), day=self._until), self.logged),
                Step(say(name), minutes),
            ),
        )

    @property
    def _until(self) -> date:
        return last_sunday(self.today)

    @property
    def ceiling(self) -> int:
        """The most that a full week takes."""
        return self.situation.full.most

    def rooms(self, first_day: date) -> list[Room]:
        """The weeks from that of `first_day` on; after the cohort's end nothing is asked and all may be used."""
        start = monday_of(first_day)
        return [self._room(start + timedelta(days=DAYS * n)) for n in range(HORIZON)]

    def _room(self, monday: date) -> Room:
        if monday > self.situation.last:
            return Room(monday, 0, self.ceiling)
        target = self.situation.target(monday)
        return Room(monday, target.least, target.most)

    def catch_up(self, pace: int) -> Explained[Plan]:
        """Week by week back to where the cohort is, at `pace` minutes a week."""
        last_day = self.situation.cohort.ends_on
        return catch_up(self.behind, pace, self.rooms(self.today), self.ceiling, last_day)

    def finish(self, pace: int, first_day: date) -> Explained[Plan]:
        """When the program is done at `pace` minutes a week from `first_day` on."""
        last_day = self.situation.cohort.ends_on
        return finish(self.remaining, pace, self.rooms(first_day), self.ceiling, last_day)

    @property
    def this_monday(self) -> date:
        """Of the week of today."""
        return monday_of(self.today)

    @property
    def forecast(self) -> Explained[Plan] | None:
        """When the program is done at the pace that was agreed and signed; None without such a plan."""
        agreed = self.situation.agreed
        return self.finish(agreed.minutes, max(self.today, agreed.monday)) if agreed else None

    @property
    def own_week(self) -> int:
        """The student's own week today, counted from their own start."""
        return week_number(self.today, self.situation.cohort.week_one_monday) - self.situation.offset


def last_sunday(today: date) -> date:
    """The last day of the last whole week before `today`."""
    return monday_of(today) - timedelta(days=1)


def account_of(enrollment: Enrollment, as_of: datetime | None = None) -> Account:
    """The account of one student. Six statements."""
    return account_from(year_of(enrollment, as_of), as_of)


def account_from(weeks: Sequence[Week], as_of: datetime | None = None) -> Account:
    """The account of the student whose whole year was read."""
    situation = weeks[0].situation
    today = local_day(as_of or acting_at(), situation.zone)
    cohort = situation.cohort
    until = last_sunday(today)
    span = (cohort.starts_on, cohort.ends_on)
    asked = 0
    if until >= cohort.starts_on:
        asked = expected_minutes(until, *span, situation.breaks, situation.leaves, situation.full)
    return Account(
        situation=situation,
        today=today,
        weeks=tuple(weeks),
        cohort_minutes=asked,
        program_minutes=expected_minutes(cohort.ends_on, *span, situation.breaks, (), situation.full),
        logged=sum(week.minutes for week in weeks if week.days[-1] <= until),
    )
