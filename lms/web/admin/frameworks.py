"""Competency frameworks: import from a CSV file, what stands, and every file that was sent with its faults by row."""

from flask import Response, request
from sqlalchemy import select

from lms.guard import current_actor, requires
from lms.hub.catalog.models import Program
from lms.hub.competencies.queries import lines_of, list_imports
from lms.hub.competencies.rules import COMPLETION_NAMES
from lms.hub.competencies.services.frameworks import COLUMNS, import_framework, sentence_of
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor, allowed
from lms.people.anchors import anchor_of
from lms.web.admin import bp
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

MOST_BYTES = 1_000_000


@bp.get("/frameworks")
@requires(Action.FRAMEWORK_READ)
def frameworks() -> Response:
    return _page(current_actor())


@bp.post("/frameworks")
@requires(Action.FRAMEWORK_IMPORT)
def load_framework() -> Response:
    actor, form = current_actor(), request.form
    file = request.files.get("file")
    if not file or not file.filename:
        return _page(actor, [tell(N_("Choose the CSV file."))])
    data = file.stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return _page(actor, [tell(N_("The file is too large; a framework has at most 2,000 rows."))])
    levels = [name.strip() for name in form.get("levels", "").split(",") if name.strip()]
    try:
        made = import_framework(
            actor, _program(actor), form.get("code", "").strip(), form.get("name", ""), levels, data
        )
    except RuleBroken as broken:
        return _page(actor, [tell(one.sentence) for one in (broken, *broken.also)])
    if made.framework_id is None:
        tell_next(
            N_("Nothing was changed: the file has %(count)s faults. They stand below."), "bad", count=len(made.errors)
        )
    else:
        tell_next(N_("Loaded with %(count)s competencies."), count=made.rows)
    return redirect_to("admin.frameworks")


def _program(actor: Actor) -> Program:
    """The program whose frameworks the reader may see; the first of several. Raises NotFound."""
    for program in session.scalars(select(Program).order_by(Program.id)):
        if allowed(actor, Action.FRAMEWORK_READ, anchor_of(program)):
            return program
    raise NotFound()


def _page(actor: Actor, errors: list[str] | None = None) -> Response:
    program = _program(actor)
    return page(
        "admin/frameworks.html",
        422 if errors else 200,
        program=program,
        lines=lines_of([program.id]),
        imports=list_imports(actor, program.id),
        may_import=allowed(actor, Action.FRAMEWORK_IMPORT, anchor_of(program)),
        columns=[column.name for column in COLUMNS],
        completion_names=COMPLETION_NAMES,
        sentence_of=sentence_of,
        errors=errors or [],
        typed=request.form,
    )
