"""Plays the sample half year through the commands of the product, in one transaction, from a seed."""

from collections.abc import Callable
from datetime import datetime

from lms.kernel import clock
from lms.people.accounts.passwords import hash_password
from lms.sample.absences import AbsencesPart
from lms.sample.capstones import CapstonesPart
from lms.sample.coursework import CourseworkPart
from lms.sample.hours import HoursPart
from lms.sample.opening import Opening
from lms.sample.spokes import SpokesPart
from lms.sample.stage import WEEKS_LIVED, Stage
from lms.sample.topics import TopicsPart

SEED = 2026
PASSWORD = "sample-cohort-2026"  # noqa: S105 - the demo prints it; sample people have no other
Tell = Callable[[int, int, str], None]


def play(now: datetime, seed: int = SEED, tell: Tell | None = None) -> Stage:
    """The sample world as it stands at `now`. Needs a writing transaction on a database without the sample.

    tell: called with weeks done, weeks in all and what is played.
    """
    stage = Stage(now, seed)
    say = tell or (lambda *_: None)
    say(0, WEEKS_LIVED, "people, firms, cohort")
    with clock.at(stage.instant(-2, 0, 9)):
        Opening(stage, hash_password(PASSWORD)).play()
    coursework = CourseworkPart(stage)
    spokes = SpokesPart(stage, coursework)
    for part in (AbsencesPart(stage), HoursPart(stage), coursework, spokes, CapstonesPart(stage), TopicsPart(stage)):
        part.plan()
    done = 0
    for instant in stage.timeline.play():
        week = (instant.astimezone(stage.zone).date() - stage.week_one).days // 7 + 1
        if week > done:
            done = week
            say(min(week, WEEKS_LIVED), WEEKS_LIVED, f"week {week}")
    return stage
