"""What the seeded students did in the weeks that are over, written straight into the tables: some 200,000 rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import insert, select

from lms.hub.catalog.kinds import Kind
from lms.hub.catalog.models import Unit
from lms.hub.cohorts.models import Cohort
from lms.hub.coursework.kinds import DueReason
from lms.hub.coursework.models import Activity, Deadline, Draft, Submission
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Placement
from lms.hub.grading.models import Release, Score
from lms.hub.grading.rules import ScoreKind
from lms.hub.hours.models import HoursEntry, SheetEvent, SheetPart, WeekSheet
from lms.hub.hours.rules.entry import Source
from lms.hub.hours.rules.sheet import Route, State, Step
from lms.kernel.clock import now, today
from lms.kernel.db import session
from lms.kernel.weeks import monday_of
from lms.people.scope import unscoped
from tests.support import cast

WHY = "the benchmark's seed"
GRADED = 30  # the activities that were due first; the others wait for their grader
ENTRIES_A_WEEK = 5
DAY_SECONDS = 86_400


def write(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Insert `rows`, which all have the same columns."""
    left = iter(rows)
    while some := list(islice(left, 5_000)):
        session.execute(insert(model), some)


def add_hours(enrollments: Sequence[Enrollment]) -> None:
    """Five entries in each week that is over, in a sheet that was handed in and approved."""
    cohort = session.scalars(unscoped(select(Cohort), WHY)).one()
    unit = session.scalars(select(Unit).where(Unit.code == "PC-1")).one()
    spells = dict(session.execute(unscoped(select(EmploymentSpell.enrollment_id, EmploymentSpell.id), WHY)).all())
    this_week = monday_of(today(cohort.zone))
    mondays = [
        cohort.week_one_monday + timedelta(weeks=n) for n in range((this_week - cohort.week_one_monday).days // 7)
    ]
    chance = Random(1)
    sheets = [
        WeekSheet(enrollment_id=e.id, monday=monday, zone=cohort.zone, state=State.APPROVED, version=1)
        for e in enrollments
        for monday in mondays
    ]
    session.add_all(sheets)
    session.flush()
    first = cohort.starts_on
    write(
        HoursEntry,
        (
            {
                "enrollment_id": sheet.enrollment_id,
                "monday": sheet.monday,
                "day": max(sheet.monday + timedelta(days=n), first),
                "zone": cohort.zone,
                "minutes": chance.randrange(90, 181, 15),
                "kind": Kind.LECTURE_ONLINE,
                "unit_id": unit.id,
                "spell_id": spells[sheet.enrollment_id],
                "source": Source.MANUAL,
                "lag_days": 0,
                "recorded_at": cast.WROTE_AT,
            }
            for sheet in sheets
            for n in range(ENTRIES_A_WEEK)
        ),
    )
    of = [{"week_sheet_id": sheet.id, "enrollment_id": sheet.enrollment_id, "route": Route.SECTION} for sheet in sheets]
    write(SheetPart, ({**one, "state": State.APPROVED} for one in of))
    steps = (Step.SUBMITTED, Step.APPROVED)
    write(
        SheetEvent, ({**one, "step": step, "version": 1, "recorded_at": cast.WROTE_AT} for one in of for step in steps)
    )


def add_coursework(enrollments: Sequence[Enrollment], activities: Sequence[Activity]) -> None:
    """A submission for everything that was due, and a released score for the first `GRADED` of it."""
    moment, chance = now(), Random(2)
    dues = _dues()
    past = [activity for activity in activities if dues[activity.id] < moment]
    rows = [
        {
            "enrollment_id": enrollment.id,
            "activity_id": activity.id,
            "attempt": 1,
            "received_at": dues[activity.id],
            "due_at": dues[activity.id],
            "due_reason": DueReason.BASE,
            "late_seconds": DAY_SECONDS * (chance.random() < 0.1),
            "text_sha256": "0" * 64,
            "receipt": f"{enrollment.id}-{activity.id}",
            "client_key": f"{activity.id}",
            "recorded_at": dues[activity.id],
        }
        for enrollment in enrollments
        for activity in past
    ]
    write(Submission, rows)
    _add_scores(enrollments, past[:GRADED])


def _dues() -> dict[int, datetime]:
    found = select(Deadline.activity_id, Deadline.due_at).where(Deadline.section_id.is_(None))
    return dict(session.execute(unscoped(found, WHY)).all())  # type: ignore[arg-type]


def _add_scores(enrollments: Sequence[Enrollment], activities: Sequence[Activity]) -> None:
    chance = Random(3)
    numbers = {activity.id for activity in activities}
    mine = {enrollment.id: enrollment for enrollment in enrollments}
    sections = dict(session.execute(unscoped(select(Placement.enrollment_id, Placement.section_id), WHY)).all())
    found = select(Submission.id, Submission.enrollment_id, Submission.activity_id, Submission.late_seconds)
    rows = session.execute(unscoped(found, WHY)).all()
    common = {"attempt": 1, "number": 1, "recorded_at": cast.WROTE_AT}
    write(
        Score,
        (
            {
                **common,
                "enrollment_id": row.enrollment_id,
                "activity_id": row.activity_id,
                "submission_id": row.id,
                "section_id": sections[row.enrollment_id],
                "student_id": mine[row.enrollment_id].person_id,
                "kind": ScoreKind.POINTS,
                "points": chance.randrange(5_000, 10_001, 50),
                "marks": {},
                "late_seconds": row.late_seconds,
            }
            for row in rows
            if row.activity_id in numbers
        ),
    )
    scores = session.execute(unscoped(select(Score.id, Score.enrollment_id, Score.activity_id), WHY)).all()
    write(
        Release,
        (
            {**common, "enrollment_id": row.enrollment_id, "activity_id": row.activity_id, "score_id": row.id}
            for row in scores
        ),
    )


def add_drafts(enrollments: Sequence[Enrollment], activities: Sequence[Activity]) -> None:
    """A draft of everything that is still to come."""
    dues, moment = _dues(), now()
    write(
        Draft,
        (
            {"enrollment_id": enrollment.id, "activity_id": activity.id, "text": "My report, with what I measured."}
            for enrollment in enrollments
            for activity in activities
            if dues[activity.id] > moment
        ),
    )
