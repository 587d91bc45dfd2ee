"""Who and what the actions are about, by public ids, read once from the seeded database."""

from dataclasses import dataclass

from sqlalchemy import select

from benchmarks.seed import WHY
from lms.hub.catalog.models import Course, Unit
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity, Draft, Submission
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.grading.models import Score
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.weeks import monday_of
from lms.people.accounts.models import Person
from lms.people.scope import unscoped

TURNS = 70  # students who take turns at most


@dataclass(frozen=True, slots=True)
class Scene:
    """students: addresses of those who take turns, each with a draft of every one of `open_activities`.

    waiting: submissions without a score. gradebook, large, csv: paths. monday, today: of the running week.
    """

    students: list[str]
    open_activities: list[str]
    waiting: list[str]
    unit: str
    gradebook: str
    large: str
    csv: str
    monday: str
    today: str

    @property
    def writes(self) -> int:
        """How often the actions that use something up can be done."""
        return min(len(self.students) * len(self.open_activities), len(self.waiting))


def look() -> Scene:
    """Needs an app context."""
    lowell, providence = (
        session.scalars(unscoped(select(Section).where(Section.name == name), WHY)).one()
        for name in ("Lowell", "Providence")
    )
    course = session.scalars(select(Course).where(Course.code == "PC")).one()
    drafted = select(Person.email).join(Enrollment, Enrollment.person_id == Person.id)
    drafted = drafted.join(Draft, Draft.enrollment_id == Enrollment.id).group_by(Person.id).order_by(Person.id)
    activities = select(Activity.public_id).join(Draft, Draft.activity_id == Activity.id).group_by(Activity.id)
    waiting = select(Submission.public_id).join(Placement, Placement.enrollment_id == Submission.enrollment_id)
    waiting = waiting.outerjoin(Score, Score.submission_id == Submission.id)
    waiting = waiting.where(Score.id.is_(None), Placement.section_id == lowell.id).order_by(Submission.id)
    day = today("America/New_York")
    return Scene(
        students=list(session.scalars(unscoped(drafted.limit(TURNS), WHY))),
        open_activities=list(session.scalars(unscoped(activities.order_by(Activity.id), WHY))),
        waiting=list(session.scalars(unscoped(waiting, WHY))),
        unit=session.scalars(select(Unit.public_id).where(Unit.code == "PC-1")).one(),
        gradebook=f"/instructor/gradebook?section={lowell.public_id}&course={course.public_id}",
        large=f"/instructor/gradebook?section={providence.public_id}&course={course.public_id}",
        csv=f"/instructor/gradebook/sections/{providence.public_id}/courses/{course.public_id}/csv",
        monday=monday_of(day).isoformat(),
        today=day.isoformat(),
    )
