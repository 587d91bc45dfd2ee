"""Two versions side by side."""

from itertools import groupby

from flask import Response, request

from lms.guard import requires
from lms.hub.catalog import editing
from lms.hub.catalog.compare import SECTION_NAMES, compare
from lms.hub.catalog.models import Program, ProgramVersion
from lms.hub.catalog.queries import list_versions
from lms.interop.curriculum_export import curriculum_of
from lms.kernel.errors import NotFound
from lms.people.access import Action
from lms.web.admin import bp
from lms.web.admin.curriculum.finding import find_version
from lms.web.admin.curriculum.labels import LABELS
from lms.web.pages import page


@bp.get("/curriculum/versions/<public_id:version_id>/comparison")
@requires(Action.CURRICULUM_DRAFT)
def comparison(version_id: str) -> Response:
    program, found = find_version(version_id)
    others = [other for other in list_versions(program) if other.id != found.id]
    other = _other(program, found, others)
    changes = []
    if other is not None:
        old, new = sorted((other, found), key=lambda one: one.number)
        changes = compare(*(editing.document_of(curriculum_of(one)) for one in (old, new)))
    return page(
        "admin/curriculum/comparison.html",
        program=program,
        version=found,
        other=other,
        others=others,
        sections=[(SECTION_NAMES[key], list(rows)) for key, rows in groupby(changes, key=lambda one: one.section)],
        labels=LABELS,
        count=len(changes),
    )


def _other(program: Program, found: ProgramVersion, others: list[ProgramVersion]) -> ProgramVersion | None:
    """The version of `?with=`, else the one before. Raises NotFound for one that is not of this program."""
    asked = request.args.get("with")
    if not asked:
        return next((one for one in others if one.number < found.number), others[0] if others else None)
    for one in others:
        if one.public_id == asked:
            return one
    raise NotFound()
