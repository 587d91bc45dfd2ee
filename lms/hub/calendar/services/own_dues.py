"""Extensions of single students that end on days without teaching: they move like every other due date, and back.

The stored plan names enrollments by their public id only; pages find the names for those who may read them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from lms.hub.calendar.queries.dates import Dates, instant
from lms.hub.calendar.rules.cascade import Grounds, own_move
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity, Extension
from lms.hub.enrollment.models import Enrollment, Placement
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.kernel.prose import keep, prose_of
from lms.people.scope import policy_day, unscoped


def extension_lines(dates: Dates, grounds: Grounds) -> list[dict[str, Any]]:
    """What moves, as the plan stores it, in order of time. One query."""
    found = []
    for row, enrollment_id, activity, section in _standing(dates):
        zone = dates.sections[section][1].zone
        to = own_move(row.until, zone, section, grounds)
        if to is not None:
            found.append(
                {
                    "enrollment": enrollment_id,
                    "activity": activity.public_id,
                    "title": activity.title,
                    "section_name": dates.sections[section][0].name,
                    "fact": row.public_id,
                    "zone": zone,
                    "from": row.until.isoformat(),
                    "to": to.isoformat(),
                }
            )
    return found


def _standing(dates: Dates) -> Sequence[Any]:
    statement = (
        select(Extension, Enrollment.public_id, Activity, Section.public_id.label("section"))
        .join(Enrollment, Enrollment.id == Extension.enrollment_id)
        .join(Activity, Activity.id == Extension.activity_id)
        .join(Placement, Placement.enrollment_id == Enrollment.id)
        .join(Section, Section.id == Placement.section_id)
        .where(stands(Extension), ~Extension.is_lifted, stands(Placement), runs_on(Placement, policy_day()))
        .where(Enrollment.cohort_id == dates.cohort.id, Section.cohort_id == dates.cohort.id)
        .order_by(Extension.until, Extension.id)
    )
    return session.execute(unscoped(statement, "extensions in a cohort that was found in scope")).all()


def move_extensions(lines: Iterable[Mapping[str, Any]]) -> list[Extension]:
    """Write the moves of a plan that was just drawn again; the words of each grant go along. Three queries."""
    to = {line["fact"]: instant(line["to"]) for line in lines}
    rows = {row.public_id: row for row in _by_public_id(to)}
    notes = prose_of(rows.values(), "note")
    made = []
    for public_id, until in to.items():
        row = _following(rows[public_id], until)
        session.add(row)
        keep(row, note=notes.get(public_id, ""))
        made.append(row)
    return made


def extensions_back(made: Sequence[Extension], earlier: Mapping[int, Extension]) -> None:
    """Put moved extensions back to what they were. made: those of the plan, which all still stand."""
    notes = prose_of(earlier.values(), "note")
    for row in made:
        old = earlier[row.supersedes_id or 0]
        back = _following(row, old.until)
        session.add(back)
        keep(back, note=notes.get(old.public_id, ""))


def _following(row: Extension, until: Any) -> Extension:
    return Extension(
        enrollment_id=row.enrollment_id,
        activity_id=row.activity_id,
        until=until,
        reason=row.reason,
        supersedes_id=row.id,
    )


def _by_public_id(public_ids: Iterable[str]) -> Iterable[Extension]:
    statement = select(Extension).where(Extension.public_id.in_(list(public_ids)))
    return session.scalars(unscoped(statement, "extensions that a plan found in scope names"))
