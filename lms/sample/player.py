"""Plays the sample half year through the commands of the product, in one transaction, from a seed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random
from typing import Protocol

from lms.kernel import clock
from lms.kernel.bulk import look_at_sizes
from lms.kernel.db import line_of, session
from lms.kernel.ids import drawn_from
from lms.people.accounts.models import Person
from lms.people.accounts.passwords import hash_password
from lms.sample.absences import AbsencesPart
from lms.sample.attendance import AttendancePart
from lms.sample.capstones import CapstonesPart
from lms.sample.coursework import CourseworkPart
from lms.sample.hours import HoursPart
from lms.sample.names import MENTOR
from lms.sample.office import OfficePart
from lms.sample.opening import Opening
from lms.sample.pilot import PilotPart
from lms.sample.progress import ProgressPart
from lms.sample.seats import SeatsPart
from lms.sample.spokes import SpokesPart
from lms.sample.stage import PILOT_WEEKS, WEEKS_LIVED, Stage
from lms.sample.topics import TopicsPart

SEED = 2026
PASSWORD = "sample-cohort-2026"  # noqa: S105 - the demo prints it; sample people have no other
Tell = Callable[[int, int, str], None]


class Part(Protocol):
    """A part of the sample: `plan` puts its deeds onto the timeline."""

    def plan(self) -> None: ...


Parts = Callable[[Stage, CapstonesPart, Person], Sequence[Part]]


def lived(stage: Stage, capstones: CapstonesPart, mentor: Person) -> list[Part]:
    """What is played in the half year; registers before hours, since students do not log what a register has."""
    coursework = CourseworkPart(stage)
    return [
        AbsencesPart(stage),
        AttendancePart(stage),
        HoursPart(stage),
        coursework,
        SpokesPart(stage, coursework),
        capstones,
        TopicsPart(stage),
        OfficePart(stage, mentor),
        SeatsPart(stage),
        ProgressPart(stage),
    ]


def play(now: datetime, seed: int = SEED, tell: Tell | None = None, parts: Parts = lived) -> Stage:
    """The sample world as it stands at `now`. Needs a writing transaction on a database without the sample.

    tell: called with weeks done, weeks in all and what is played. parts: what is played once everybody is there.
    """
    with drawn_from(Random(seed)):  # noqa: S311 - of a sample, which holds nothing that an id protects
        return _play(Stage(now, seed), tell or (lambda *_: None), parts)


def _play(stage: Stage, say: Tell, parts: Parts) -> Stage:
    say(0, WEEKS_LIVED, "people, firms, cohort")
    opening, capstones = Opening(stage, hash_password(PASSWORD)), CapstonesPart(stage)
    with clock.at(stage.instant(1 - PILOT_WEEKS - 4, 0, 9)):
        opening.found()
    pilot = PilotPart(stage, opening, capstones)
    pilot.plan()
    for _ in stage.timeline.play():
        pass
    with clock.at(stage.instant(-2, 0, 9)):
        opening.play()
        mentor = opening.person(MENTOR)
    pilot.plan_after()
    for part in parts(stage, capstones, mentor):
        part.plan()
    done = 0
    for instant in stage.timeline.play():
        week = (instant.astimezone(stage.zone).date() - stage.week_one).days // 7 + 1
        if week > done:
            done = week
            say(min(week, WEEKS_LIVED), WEEKS_LIVED, f"week {week}")
    session.flush()
    look_at_sizes(line_of(session()))
    return stage
