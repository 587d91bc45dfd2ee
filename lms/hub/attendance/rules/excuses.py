"""Excuses before the session, the cap on excused minutes, and what may make up for a missed session (D18)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms.hub.cohorts.rules import monday_of_week
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say
from lms.kernel.units import Span
from lms.kernel.weeks import DAYS

CAP_BP = 1000  # 10 % of the planned minutes of a course; source: 34 CFR 668.4(e), excused absences
SOURCE = N_("34 CFR 668.4(e): excused hours count up to a tenth")
WORDS_MOST = 1000


def check_may_ask(starts_at: datetime, now: datetime, has_asked: bool, words: str) -> None:
    """Raise RuleBroken for an excuse that comes too late, comes twice, or says nothing."""
    if now >= starts_at:
        raise RuleBroken(N_("An excuse is asked before the session begins. Talk to your instructor."), field="session")
    if has_asked:
        raise RuleBroken(N_("You have asked already. Take that back first to ask again."), field="kind")
    check_words(words, "words")


def check_words(words: str, field: str) -> None:
    """Raise RuleBroken unless there are words, and not too many."""
    if not words.strip():
        raise RuleBroken(N_("Say it in a few words."), field=field)
    if len(words) > WORDS_MOST:
        raise RuleBroken(N_("Use at most %(most)s characters."), field=field, most=WORDS_MOST)


def cap_minutes(planned: int) -> int:
    """How many of a course's `planned` session minutes count when excused."""
    return planned * CAP_BP // 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """The excused minutes of one student in one course. before: excused already; asked: by the excuse in hand."""

    planned: int
    before: int
    asked: int
    facts: tuple[FactRef, ...] = ()

    @property
    def cap(self) -> int:
        """What counts at most."""
        return cap_minutes(self.planned)

    @property
    def after(self) -> int:
        """What would be excused."""
        return self.before + self.asked

    @property
    def is_over(self) -> bool:
        """Whether granting it goes over the cap."""
        return self.after > self.cap

    def explain(self) -> Explained[int]:
        """The minutes that would be excused, beside the cap."""
        return Explained(
            self.after,
            rule=say(N_("Excused minutes count up to a tenth of the course's planned session minutes.")),
            source=say(SOURCE),
            facts=self.facts,
            steps=(
                Step(say(N_("Planned session minutes of the course")), Span(self.planned)),
                Step(say(N_("A tenth of them: the cap")), Span(self.cap)),
                Step(say(N_("Excused so far")), Span(self.before)),
                Step(say(N_("This session")), Span(self.asked)),
                Step(say(N_("Excused, if this one is")), Span(self.after)),
            ),
        )


def course_end(last_week: int, week_one_monday: date, offset_weeks: int) -> date:
    """The Sunday of the course's last week, for a student who began `offset_weeks` later."""
    return monday_of_week(last_week + offset_weeks, week_one_monday) + timedelta(days=DAYS - 1)


def check_make_up(*, is_missed: bool, is_same_unit: bool, has_other: bool, day: date, last_day: date) -> None:
    """Raise RuleBroken unless a session on `day` may make up for another one.

    is_missed: the other one was missed or is excused. has_other: it is made up elsewhere. last_day: of the course.
    """
    if not is_missed:
        raise RuleBroken(N_("Only a session that you missed, or are excused from, can be made up."), field="missed")
    if not is_same_unit:
        raise RuleBroken(N_("Choose a session of the same unit."), field="session")
    if has_other:
        raise RuleBroken(N_("You have booked a make-up for this session. Cancel that one first."), field="missed")
    if day > last_day:
        raise RuleBroken(N_("The course ends on %(day)s. A make-up has to come before."), field="session", day=last_day)
