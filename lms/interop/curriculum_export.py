"""A stored version as one file: its document as TOML, in an archive beside the files of its items where it has any."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from lms.hub.catalog.editing import curriculum_in
from lms.hub.catalog.kinds import RequirementKind
from lms.hub.catalog.models import ContentItem, Course, Program, ProgramVersion
from lms.hub.catalog.policy import NEVER
from lms.hub.catalog.queries import CourseTree, catalog_of, document_or_none, items_of
from lms.hub.catalog.rules import Need
from lms.hub.catalog.spec import WEEKDAYS, Curriculum
from lms.hub.coursework.models import Activity
from lms.hub.grading.queries import CriterionView
from lms.hub.grading.queries.rubrics import rubrics_by_activity
from lms.interop.toml_text import toml_text
from lms.kernel.db import session
from lms.kernel.facts import stands
from lms.kernel.storage import storage

HUNDREDTHS = 100  # points in the file are whole, stored ones are hundredths
FOLDER = "files/"


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to be saved."""

    name: str
    content: bytes


def export_version(program: Program, version: ProgramVersion) -> Exported:
    """The whole version as one file, which the import takes back as it is."""
    curriculum = curriculum_of(version)
    name = f"{program.slug}-v{version.number}"
    text = curriculum_text(curriculum).encode()
    files = {item.file for course in curriculum.courses for unit in course.unit for item in unit.item if item.file}
    if not files:
        return Exported(f"{name}.toml", text)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"{name}.toml", text)
        for sha256 in sorted(files):
            packed.writestr(f"{FOLDER}{sha256}", b"".join(storage().open(sha256)))
    return Exported(f"{name}.zip", archive.getvalue())


def curriculum_text(curriculum: Curriculum) -> str:
    """A curriculum as one TOML file; reading it gives a curriculum of the same digest."""
    found = curriculum.model_dump(mode="json", exclude_defaults=True)
    policy = {name: NEVER if value is None else value for name, value in curriculum.policy.model_dump().items()}
    return toml_text(
        {
            "format": 1,
            "program": found["program"],
            "policy": policy,
            "rubric": found.get("rubrics", {}),
            "requirement": found["requirement"],
            "course": found.get("courses", []),
        }
    )


def curriculum_of(version: ProgramVersion) -> Curriculum:
    """A version as its authors wrote it; one that was stored without a document is written down from its rows."""
    document = document_or_none(version)
    return curriculum_in(document if document is not None else _from_rows(version))


def _from_rows(version: ProgramVersion) -> dict[str, Any]:
    catalog = catalog_of(version)
    program = session.scalars(select(Program).where(Program.id == version.program_id)).one()
    items = items_of(version.id)
    of_version = select(Activity).join(Course).where(Course.program_version_id == version.id, stands(Activity))
    activities = session.scalars(of_version.order_by(Activity.week, Activity.position, Activity.code)).all()
    criteria = rubrics_by_activity([activity.id for activity in activities])
    return {
        "program": {
            "slug": program.slug,
            "name": program.name,
            "summary": program.name,
            "weeks": version.weeks,
            "sample": program.is_sample,
            "note": version.note or None,
        },
        "policy": catalog.policy.model_dump(),
        "rubrics": {},
        "requirement": _need(catalog.needs) if catalog.needs else {"kind": "all_of", "title": program.name},
        "courses": [_course(tree, items, activities, criteria) for tree in catalog.courses],
    }


def _course(
    tree: CourseTree,
    items: Mapping[int, Sequence[ContentItem]],
    activities: Sequence[Activity],
    criteria: Mapping[int, Sequence[CriterionView]],
) -> dict[str, Any]:
    course = tree.course
    return {
        "code": course.code,
        "slug": "".join(c if c.isalnum() else "-" for c in course.name.lower())[:60] or course.code.lower(),
        "name": course.name,
        "kind": course.kind,
        "summary": course.description or course.name,
        "pass_percent": course.pass_bp // 100,
        "prerequisites": list(course.prerequisites),
        "outcome": [{"code": outcome.code, "text": outcome.text} for outcome in tree.outcomes],
        "unit": [
            {
                "code": unit.code,
                "title": unit.title,
                "modality": unit.kind,
                "weeks": [unit.first_week, unit.last_week],
                "minutes_a_week": unit.minutes_a_week,
                "item": [_item(item) for item in items.get(unit.id, ())],
            }
            for unit in tree.units
        ],
        "activity": [_activity(one, criteria.get(one.id, ())) for one in activities if one.course_id == course.id],
    }


def _item(item: ContentItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "kind": item.kind,
        "minutes": item.minutes,
        "completion": item.completion,
        "url": item.url,
        "file": item.file_sha256,
        "file_name": item.file_name,
        "iri": item.iri,
    }


def _activity(activity: Activity, criteria: Sequence[CriterionView]) -> dict[str, Any]:
    due = f"{WEEKDAYS[activity.weekday]} {activity.due_minute // 60:02}:{activity.due_minute % 60:02}"
    return {
        "code": activity.code,
        "title": activity.title,
        "kind": activity.kind,
        "week": activity.week,
        "due": due,
        "attempts": activity.attempts or 10,
        "group_size": activity.group_size,
        "iri": activity.iri,
        "weight": 1 if activity.weight is None else activity.weight,
        "files": list(activity.kinds),
        "brief": activity.brief,
        "criterion": [{"title": one.title, "levels": _levels(one)} for one in criteria],
    }


def _levels(criterion: CriterionView) -> list[dict[str, Any]]:
    """The levels, best first; full marks or none where the rubric names no levels."""
    words = {level.points // HUNDREDTHS: level.text for level in criterion.levels}
    if len(words) < 2:
        words = {criterion.points // HUNDREDTHS: criterion.title, 0: criterion.title}
    return [{"points": points, "text": text} for points, text in sorted(words.items(), reverse=True)]


def _need(need: Need) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": need.kind, "title": need.title}
    if need.needs:
        found["needs"] = [_need(child) for child in need.needs]
    if need.kind is RequirementKind.MIN_N_OF:
        found["n"] = need.n
    if need.kind is RequirementKind.MIN_MINUTES:
        found |= {"minutes": need.minutes, "evidence": need.evidence}
        found |= {"hours_kind": need.hours_kind} if need.hours_kind else {}
    if need.kind in (RequirementKind.COMPETENCY, RequirementKind.CREDENTIAL):
        found["code"] = need.code
    if need.kind is RequirementKind.COMPETENCY:
        found["level"] = need.level
    if need.course:
        found["course"] = need.course
    return found
