"""Activities for the named cast, made by the commands. "Now" in these tests is Wednesday of cohort week 8."""

import base64
import io
import itertools
import uuid
from datetime import UTC, datetime, time

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort
from lms.hub.coursework.kinds import ActivityKind
from lms.hub.coursework.models import Activity, Submission
from lms.hub.coursework.queries import Work, find_own_work, find_work
from lms.hub.coursework.services import attach_file, submit
from lms.hub.coursework.setting import ActivityPlan, resolve_deadlines, write_activity
from lms.kernel.db import transaction
from lms.people.access import SYSTEM
from tests.support.web import World

SUNDAY_DUE = datetime(2026, 11, 2, 4, 59, tzinfo=UTC)  # Sunday of week 8, 23:59 in Lowell, after the clocks went back
PNG = base64.b64decode(  # one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_numbers = itertools.count(1)


def plan(code: str = "PC-A1", **changed: object) -> ActivityPlan:
    """A lab report due on Sunday of week 8 with 100 points and two attempts."""
    values: dict[str, object] = {
        "code": code,
        "title": f"Report {code}",
        "kind": ActivityKind.LAB,
        "brief": "Measure and **report**.",
        "week": 8,
        "weekday": 6,
        "due": time(23, 59),
        "points": 10_000,
    }
    return ActivityPlan(**{**values, **changed})  # type: ignore[arg-type]


def set_work(world: World, *plans: ActivityPlan, course: str = "PC") -> list[Activity]:
    """These activities, with their dates in the cohort."""
    cohort = world.one(Cohort)
    row = world.one(Course, code=course)
    with transaction():
        activities = [write_activity(row, one) for one in plans or (plan(),)]
        resolve_deadlines(SYSTEM, cohort)
    return activities


def work_of(world: World, name: str, activity: Activity) -> Work:
    """The named student's work on `activity`; inside a transaction."""
    return find_work(world.enrollment(name), activity)


def hand_in(
    world: World, name: str, activity: Activity, text: str = "My report.", link: str = "", files: tuple[str, ...] = ()
) -> Submission:
    """One attempt of the named student, with pictures called `files`."""
    actor = world.actor(name)
    with transaction():
        work = find_own_work(actor, activity.public_id)
        for file in files:
            picture = io.BytesIO(PNG + str(next(_numbers)).encode())
            attach_file(actor, work.enrollment, work, file, picture)
        return submit(actor, work.enrollment, work, text, link, uuid.uuid4().hex)
