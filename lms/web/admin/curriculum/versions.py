"""Programs and their versions: start a draft, look at one, publish it, take a change back, throw it away."""

from collections.abc import Iterator

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.catalog import editing
from lms.hub.catalog.judging import judge
from lms.hub.catalog.kinds import COMPLETION_NAMES, GROUPS, ITEM_NAMES, KIND_NAMES, QUESTION_NAMES, REQUIREMENT_NAMES
from lms.hub.catalog.models import Program, ProgramVersion
from lms.hub.catalog.queries import can_undo, list_versions
from lms.hub.catalog.queries import find_version as version_with
from lms.hub.catalog.rules import Severity
from lms.hub.catalog.services import discard_draft, publish_version, start_draft, undo_change
from lms.hub.catalog.spec import CourseSpec, Curriculum, NeedSpec, ProgramSpec
from lms.hub.catalog.weekplan import Fit, explain_week, week_plan
from lms.interop.curriculum_export import curriculum_of
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, may_at_all
from lms.topics.queries import change_log
from lms.web.admin import bp
from lms.web.admin.curriculum.finding import find_version, own_programs, place_of
from lms.web.pages import page, redirect_to, tell_next


@bp.get("/curriculum")
@requires(Action.CURRICULUM_DRAFT)
def catalog() -> Response:
    programs = own_programs(current_actor())
    return page(
        "admin/curriculum/list.html", programs=[(program, list_versions(program)) for program in programs], error=""
    )


@bp.post("/curriculum/drafts")
@requires(Action.CURRICULUM_DRAFT)
def draft() -> Response:
    actor = current_actor()
    program = next((p for p in own_programs(actor) if p.public_id == request.form.get("program")), None)
    if program is None:
        raise NotFound()
    made = start_draft(actor, program, _source(program, request.form.get("source", "")))
    tell_next(N_("Version %(number)s is a draft now. Nobody sees it but its authors."), number=made.number)
    return redirect_to("admin.version", version_id=made.public_id)


def _source(program: Program, number: str) -> Curriculum:
    """What the draft starts from: a version by its number, or nothing."""
    if number:
        if not (number.isascii() and number.isdigit()):
            raise NotFound()
        return curriculum_of(version_with(program, int(number)))
    return editing.empty(
        ProgramSpec(
            slug=program.slug,
            name=program.name,
            summary=program.name,
            sample=program.is_sample,
            note=program.name if program.is_sample else None,
        )
    )


@bp.get("/curriculum/versions/<public_id:version_id>")
@requires(Action.CURRICULUM_DRAFT)
def version(version_id: str) -> Response:
    program, found = find_version(version_id)
    return _version_page(program, found)


def _version_page(program: Program, found: ProgramVersion, broken: RuleBroken | None = None) -> Response:
    curriculum = curriculum_of(found)
    listed = judge(curriculum)
    return page(
        "admin/curriculum/version.html",
        422 if broken else 200,
        program=program,
        version=found,
        curriculum=curriculum,
        findings=[(one, place_of(found, curriculum, one)) for one in listed if not _is_week(one.where)],
        weeks_outside=sum(_is_week(one.where) for one in listed),
        errors=sum(one.severity is Severity.ERROR for one in listed),
        others=[other for other in list_versions(program) if other.id != found.id],
        can_undo=found.published_at is None and can_undo(found),
        topics=change_log(found),
        may_publish=may_at_all(current_actor(), Action.CURRICULUM_PUBLISH),
        broken=broken,
    )


def _is_week(where: tuple[str, ...]) -> bool:
    return where[:1] == ("week",)


@bp.post("/curriculum/versions/<public_id:version_id>/publication")
@requires(Action.CURRICULUM_PUBLISH)
def publish(version_id: str) -> Response:
    program, found = find_version(version_id, Action.CURRICULUM_PUBLISH)
    try:
        publish_version(current_actor(), found)
    except RuleBroken as broken:
        return _version_page(program, found, broken)
    tell_next(N_("Version %(number)s is published. From now on it never changes."), number=found.number)
    return redirect_to("admin.version", version_id=found.public_id)


@bp.post("/curriculum/versions/<public_id:version_id>/undo")
@requires(Action.CURRICULUM_DRAFT)
def undo(version_id: str) -> Response:
    _, found = find_version(version_id)
    undo_change(current_actor(), found)
    tell_next(N_("The last change was taken back. Press it again to have the change after all."))
    return redirect_to("admin.version", version_id=found.public_id)


@bp.post("/curriculum/versions/<public_id:version_id>/removal")
@requires(Action.CURRICULUM_DRAFT)
def discard(version_id: str) -> Response:
    program, found = find_version(version_id)
    number = found.number
    try:
        discard_draft(current_actor(), found)
    except RuleBroken as broken:
        return _version_page(program, found, broken)
    tell_next(N_("The draft of version %(number)s was thrown away."), number=number)
    return redirect_to("admin.catalog")


@bp.get("/curriculum/versions/<public_id:version_id>/courses/<string:code>")
@requires(Action.CURRICULUM_DRAFT)
def course(version_id: str, code: str) -> Response:
    program, found = find_version(version_id)
    curriculum = curriculum_of(found)
    one = _course_in(curriculum, code)
    return page(
        "admin/curriculum/course.html",
        program=program,
        version=found,
        course=one,
        curriculum=curriculum,
        findings=[(f, place_of(found, curriculum, f)) for f in judge(curriculum) if f.where[:1] == (code,)],
        kinds=KIND_NAMES,
        items=ITEM_NAMES,
        questions=QUESTION_NAMES,
        completions=COMPLETION_NAMES,
    )


def _course_in(curriculum: Curriculum, code: str) -> CourseSpec:
    one = next((c for c in curriculum.courses if c.code == code), None)
    if one is None:
        raise NotFound()
    return one


@bp.get("/curriculum/versions/<public_id:version_id>/requirements")
@requires(Action.CURRICULUM_DRAFT)
def requirements(version_id: str) -> Response:
    program, found = find_version(version_id)
    curriculum = curriculum_of(found)
    return page(
        "admin/curriculum/requirements.html",
        program=program,
        version=found,
        curriculum=curriculum,
        groups=list(_groups(curriculum.requirement, "need")),
        names=REQUIREMENT_NAMES,
        kinds=KIND_NAMES,
    )


def _groups(need: NeedSpec, where: str) -> Iterator[tuple[str, str]]:
    """The requirements that hold others, with their titles, for moving one to another."""
    if need.kind in GROUPS:
        yield where, need.title
        for place, child in enumerate(need.needs):
            yield from _groups(child, f"{where}/{place}")


@bp.get("/curriculum/versions/<public_id:version_id>/weeks", endpoint="week_plan")
@requires(Action.CURRICULUM_DRAFT)
def show_weeks(version_id: str) -> Response:
    program, found = find_version(version_id)
    plan = curriculum_of(found).plan()
    rows = week_plan(plan)
    asked = request.args.get("week", "")
    week = int(asked) if asked.isascii() and asked.isdigit() and 1 <= int(asked) <= plan.weeks else None
    return page(
        "admin/curriculum/weeks.html",
        program=program,
        version=found,
        plan=plan,
        rows=rows,
        outside=sum(any(cell.fit is not Fit.INSIDE for cell in row) for row in rows),
        week=week,
        explained=[(cell, explain_week(plan, week, cell.spoke)) for cell in rows[week - 1]] if week else [],
    )
