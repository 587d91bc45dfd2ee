"""A version as one file: saved, and taken in again after a look at what is wrong with it."""

from collections.abc import Callable
from typing import IO

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.catalog.models import Program
from lms.hub.catalog.services import draft_version
from lms.interop.curriculum import Reading
from lms.interop.curriculum_export import export_version
from lms.interop.curriculum_upload import keep_upload, read_kept
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.admin import bp
from lms.web.admin.curriculum.finding import find_version, own_programs
from lms.web.downloads import download
from lms.web.judging import look_into, looked_into
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next


@bp.get("/curriculum/versions/<public_id:version_id>/file")
@requires(Action.CURRICULUM_DRAFT)
def version_file(version_id: str) -> Response:
    program, found = find_version(version_id)
    exported = export_version(program, found)
    return download(exported.name, [exported.content], "application/octet-stream")


@bp.get("/curriculum/imports")
@requires(Action.CURRICULUM_DRAFT)
def import_form() -> Response:
    return page("admin/curriculum/import.html", reading=None, program=None, kept="", name="", error="")


def _keep_and_read(name: str, stream: IO[bytes]) -> tuple[str, Reading]:
    kept = keep_upload(stream, name)
    return kept, read_kept(kept, name)


def _read_again() -> Callable[[], Reading | RuleBroken]:
    kept, name = request.form.get("kept", ""), request.form.get("name", "")

    def read() -> Reading | RuleBroken:
        try:
            return read_kept(kept, name)
        except RuleBroken as broken:
            return broken

    return read


@bp.post("/curriculum/imports")
@requires(Action.CURRICULUM_DRAFT, prepare=look_into(_keep_and_read, "file"))
def check_import() -> Response:
    """The dry run: nothing is stored but the bytes, which the next page imports as they are."""
    try:
        found: tuple[str, Reading] | None = looked_into()
        if found is None:
            return _page(error=N_("Choose a file first."))
        kept, reading = found
        program = _program(current_actor(), reading)
    except RuleBroken as broken:
        return _page(error=tell(broken.sentence))
    return page(
        "admin/curriculum/import.html",
        422 if reading.errors else 200,
        reading=reading,
        program=program,
        kept=kept,
        name=request.files["file"].filename,
        error="",
    )


@bp.post("/curriculum/imports/draft")
@requires(Action.CURRICULUM_DRAFT, prepare=_read_again)
def store_import() -> Response:
    """A draft of the very bytes that were looked at."""
    actor = current_actor()
    try:
        reading: Reading = looked_into()
        curriculum = reading.sound()
        program = _program(actor, reading)
    except RuleBroken as broken:
        return _page(error=tell(broken.sentence))
    if program is None:
        return _page(error=N_("Choose a file first."))
    made = draft_version(actor, program, curriculum, curriculum.digest())
    if made.published_at is not None:
        tell_next(N_("This is version %(number)s already; nothing was stored."), number=made.number)
    else:
        tell_next(N_("Imported as the draft of version %(number)s."), number=made.number)
    return redirect_to("admin.version", version_id=made.public_id)


def _program(actor: Actor, reading: Reading) -> Program | None:
    """The program that the file names; None for a file that cannot be read. Raises RuleBroken for a foreign one."""
    if reading.curriculum is None:
        return None
    slug = reading.curriculum.program.slug
    for program in own_programs(actor):
        if program.slug == slug:
            return program
    message = N_("The file is of the program %(slug)s, which is none of yours. The operator can import it.")
    raise RuleBroken(message, field="file", slug=slug)


def _page(error: str) -> Response:
    return page("admin/curriculum/import.html", 422, reading=None, program=None, kept="", name="", error=tell(error))
