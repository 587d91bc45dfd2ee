"""What the register shows before anybody has written in it, and what closing it adds (D18)."""

from dataclasses import dataclass
from typing import NamedTuple

from lms.hub.attendance.rules.codes import Arrival
from lms.hub.cohorts.kinds import Presence
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

TIMED = frozenset({Presence.LATE, Presence.LEFT_EARLY})  # where the register has to say how many minutes


class Mark(NamedTuple):
    """What a line says. minutes None: all of the session, or none, as the presence has it."""

    presence: Presence
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one student before the register is taken. makes_up: they come to make up for another session."""

    arrival: Arrival | None = None
    is_excused: bool = False
    is_expected: bool = True
    makes_up: bool = False


def suggested(known: Known) -> Mark | None:
    """What the line would say by what is known; None if nothing is."""
    if known.arrival is not None:
        return Mark(Presence.MADE_UP if known.makes_up else known.arrival.presence, known.arrival.minutes)
    return Mark(Presence.EXCUSED) if known.is_excused else None


def at_close(known: Known) -> Mark | None:
    """What closing writes for a student without a line; None for somebody who was not expected.

    Who booked a make-up and did not come has missed nothing new: the session that they missed stays missed.
    """
    if (mark := suggested(known)) is not None:
        return mark
    return Mark(Presence.ABSENT) if known.is_expected and not known.makes_up else None


def check_mark(mark: Mark, known: Known) -> None:
    """Raise RuleBroken for a line that does not fit the student."""
    if mark.presence is Presence.MADE_UP and not known.makes_up:
        raise RuleBroken(
            N_("Only who booked this session to make up for a missed one can have made it up."), field="presence"
        )
    if known.makes_up and mark.presence is not Presence.MADE_UP:
        raise RuleBroken(N_("This student makes up for a missed session here: made up, or no entry."), field="presence")
    if mark.presence in TIMED and mark.minutes is None:
        raise RuleBroken(N_("Say how many minutes of the session were attended."), field="minutes")
