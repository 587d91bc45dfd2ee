"""What is decided about quizzes: when an attempt ends, and whether its key may be shown.

Instants are UTC. An attempt ends when its minutes are over or the activity closes, whichever is first.
"""

from datetime import datetime, timedelta

from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say

# So long after the end what a student sends is still taken: a form that was sent in time may arrive late.
GRACE = timedelta(seconds=30)


def ends_at(started_at: datetime, minutes: int | None, closes_at: datetime | None) -> datetime | None:
    """The last instant of an attempt; None if it has no end. minutes: the student's own time limit."""
    ends = [] if minutes is None else [started_at + timedelta(minutes=minutes)]
    return min([*ends, *([] if closes_at is None else [closes_at])], default=None)


def is_over(ends: datetime | None, now: datetime) -> bool:
    """Whether nothing the student sends is taken any more: the end has passed, and the grace after it."""
    return ends is not None and now > ends + GRACE


def received_at(ends: datetime | None, now: datetime) -> datetime:
    """When an attempt counts as handed in: now, but never after its end, however late a job or a line was."""
    return now if ends is None else min(now, ends)


def explain_end(
    started_at: datetime, minutes: int | None, own_minutes: int | None, closes_at: datetime | None,
    facts: tuple[FactRef, ...] = (),
) -> Explained[datetime | None]:  # fmt: skip
    """`ends_at` with its steps. minutes: of the quiz; own_minutes: with the student's time factor."""
    value = ends_at(started_at, own_minutes, closes_at)
    steps = [Step(say(N_("started")), started_at)]
    if minutes is not None and own_minutes is not None:
        steps.append(Step(say(N_("time limit of the quiz, in minutes")), minutes))
        steps.append(Step(say(N_("your time limit, in minutes")), own_minutes))
    if closes_at is not None:
        steps.append(Step(say(N_("the quiz closes for you")), closes_at))
    return Explained(
        value,
        say(N_("An attempt ends when its time is over or the quiz closes, whichever is first.")),
        say(N_("The quiz, your accommodations and your due date")),
        facts,
        (*steps, Step(say(N_("ends")), value)),
    )


def is_key_open(is_released: bool, closes_at: datetime | None, due_at: datetime, attempts_left: int | None,
                now: datetime) -> bool:  # fmt: skip
    """Whether a student may see the right answers: the score was shown, and they can hand nothing in any more.

    A quiz that never closes shows them after the due date to who has used every attempt.
    """
    if not is_released:
        return False
    if closes_at is not None:
        return now > closes_at
    return now > due_at and attempts_left == 0
