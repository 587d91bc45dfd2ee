"""One form for one part of a draft: change it, add one, take it out, move it."""

from collections.abc import Mapping, Sequence
from typing import IO, Any

from flask import Response, redirect, request, url_for

from lms.guard import current_actor, requires
from lms.hub.catalog import editing
from lms.hub.catalog.kinds import QUESTION_NAMES, REQUIREMENT_NAMES
from lms.hub.catalog.models import Program, ProgramVersion
from lms.hub.catalog.services import add_part, change_part, move_part, regroup_part, remove_part
from lms.interop.curriculum_export import curriculum_of
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.storage import storage
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.admin import bp
from lms.web.admin.curriculum.finding import find_version, page_of_part
from lms.web.admin.curriculum.forms import PartField, part_fields, read_fields
from lms.web.judging import is_sent, look_into, looked_into
from lms.web.language import tell
from lms.web.pages import page, tell_next

MAX_ITEM_BYTES = 50 * 1024 * 1024
MOVES = {"up": -1, "down": 1}
# The parts whose form depends on what kind they are, which is chosen first.
VARIANTS: Mapping[str, Mapping[Any, str]] = {"need": REQUIREMENT_NAMES, "question": QUESTION_NAMES}


def _keep_item(_: str, stream: IO[bytes]) -> str:
    """The name under which the store has it."""
    return storage().put(stream, MAX_ITEM_BYTES).sha256


keep_item, is_item_sent = look_into(_keep_item, "file"), is_sent("file")


@bp.get("/curriculum/versions/<public_id:version_id>/parts/<path:where>")
@requires(Action.CURRICULUM_DRAFT)
def part(version_id: str, where: str) -> Response:
    program, found, path = _place(version_id, where)
    curriculum = curriculum_of(found)
    shown = editing.part_at(editing.document_of(curriculum), path)
    fields = part_fields(editing.kind_of(path), curriculum, shown, _variant_of(path, shown))
    return _form(program, found, path, fields, shown)


@bp.post("/curriculum/versions/<public_id:version_id>/parts/<path:where>")
@requires(Action.CURRICULUM_DRAFT, prepare=keep_item, prepare_if=is_item_sent)
def save_part(version_id: str, where: str) -> Response:
    program, found, path = _place(version_id, where)
    curriculum = curriculum_of(found)
    shown = editing.part_at(editing.document_of(curriculum), path)
    fields = part_fields(editing.kind_of(path), curriculum, shown, _variant_of(path, shown))
    try:
        values = _read(path, fields, shown)
        change_part(current_actor(), found, path, values, request.form.get("token", ""))
    except RuleBroken as broken:
        return _form(program, found, path, fields, shown, broken)
    tell_next(N_("Saved in the draft."))
    return _back(found, _renamed(path, values))


def _renamed(path: Sequence[str], values: Mapping[str, Any]) -> Sequence[str]:
    """Where the part stands now: a course may have a new code."""
    is_course = len(path) == 2 and path[0] == "course"
    return ("course", str(values.get("code", path[1]))) if is_course else path


@bp.get("/curriculum/versions/<public_id:version_id>/new/<path:where>")
@requires(Action.CURRICULUM_DRAFT)
def new_part(version_id: str, where: str) -> Response:
    program, found, path = _place(version_id, where)
    curriculum = curriculum_of(found)
    kind, variant = editing.kind_of(path), request.args.get("kind")
    if kind not in VARIANTS:
        return _form(program, found, path, part_fields(kind, curriculum, {}), None)
    if variant not in list(VARIANTS[kind]):
        return page(
            "admin/curriculum/choose_kind.html",
            program=program,
            version=found,
            where=where,
            kind=kind,
            kinds=VARIANTS[kind],
            back=page_of_part(found, path),
        )
    return _form(program, found, path, part_fields(kind, curriculum, {}, variant), None, variant=variant)


@bp.post("/curriculum/versions/<public_id:version_id>/new/<path:where>")
@requires(Action.CURRICULUM_DRAFT, prepare=keep_item, prepare_if=is_item_sent)
def create_part(version_id: str, where: str) -> Response:
    program, found, path = _place(version_id, where)
    curriculum = curriculum_of(found)
    kind = editing.kind_of(path)
    variant = request.form.get("kind") if kind in VARIANTS else None
    if kind in VARIANTS and variant not in list(VARIANTS[kind]):
        raise NotFound()
    fields = part_fields(kind, curriculum, {}, variant)
    try:
        values = _read(path, fields, {})
        if variant:
            values["kind"] = variant
        if editing.kind_of(path) == "course":
            values["slug"] = _slug(str(values["name"]))
            values["sample"] = curriculum.program.sample
        add_part(current_actor(), found, path, values)
    except RuleBroken as broken:
        return _form(program, found, path, fields, None, broken, variant=variant)
    tell_next(N_("Added to the draft."))
    return _back(found, ("course", str(values["code"])) if path == ["course"] else path)


@bp.post("/curriculum/versions/<public_id:version_id>/removals/<path:where>")
@requires(Action.CURRICULUM_DRAFT)
def delete_part(version_id: str, where: str) -> Response:
    _, found, path = _place(version_id, where)
    remove_part(current_actor(), found, path)
    tell_next(N_("Taken out of the draft. “Undo the last change” on the version's page brings it back."))
    return _back(found, path if len(path) > 2 or path[0] == "need" else ())


@bp.post("/curriculum/versions/<public_id:version_id>/shifts/<path:where>")
@requires(Action.CURRICULUM_DRAFT)
def shift_part(version_id: str, where: str) -> Response:
    _, found, path = _place(version_id, where)
    if group := request.form.get("group"):
        regroup_part(current_actor(), found, path, group.split("/"))
    else:
        move_part(current_actor(), found, path, MOVES.get(request.form.get("by", ""), 0))
    tell_next(N_("Moved."))
    return _back(found, path if len(path) > 2 or path[0] == "need" else ())


def _place(version_id: str, where: str) -> tuple[Program, ProgramVersion, list[str]]:
    program, found = find_version(version_id)
    return program, found, where.split("/")


def _back(found: ProgramVersion, path: Sequence[str]) -> Response:
    return redirect(page_of_part(found, path), code=303)  # type: ignore[return-value]  # werkzeug's own response


def _variant_of(path: Sequence[str], shown: Mapping[str, Any]) -> str | None:
    """The kind of a requirement or a question, by which its form has its fields."""
    return str(shown["kind"]) if editing.kind_of(path) in VARIANTS else None


def _read(path: Sequence[str], fields: Sequence[PartField], shown: Mapping[str, Any]) -> dict[str, Any]:
    """What was posted; of a requirement only what its kind has, of an item the file too."""
    values = read_fields(fields, request.form)
    if path[0] == "need":
        kept = {name: value for name, value in values.items() if value not in (None, "")}
        return {**kept, "kind": shown["kind"]} if shown else kept
    if editing.kind_of(path) == "item":
        values |= _file(shown, values)
    return values


def _file(shown: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, str]:
    """The file of an item: a new one, none where a link was given, else the one it has."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        if values.get("url"):
            raise RuleBroken(N_("Give either a link or a file, not both."), field="url")
        return {"file": looked_into(), "file_name": sent.filename[-200:]}
    if values.get("url"):
        return {"file": "", "file_name": ""}
    if not shown.get("file"):
        raise RuleBroken(N_("Give a link, or choose a file."), field="url")
    return {"file": str(shown["file"]), "file_name": str(shown.get("file_name", ""))}


def _slug(name: str) -> str:
    """A course's address: its name in lower-case words."""
    words = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in name.lower()).split())
    return (words or "course")[:60].ljust(3, "0")


def _form(
    program: Program,
    found: ProgramVersion,
    path: Sequence[str],
    fields: Sequence[PartField],
    shown: Any,
    broken: RuleBroken | None = None,
    variant: str | None = None,
) -> Response:
    """The form of a part; shown None: of a new one."""
    if broken is not None:
        _put_back(fields, broken)
    names = {one.name for one in fields}
    top = [s for name, told in (broken.by_field() if broken else {}).items() if name not in names for s in told]
    return page(
        "admin/curriculum/part.html",
        422 if broken else 200,
        program=program,
        version=found,
        where="/".join(path),
        kind=editing.kind_of(path),
        fields=fields,
        shown=shown,
        variant=variant,
        variants=VARIANTS.get(editing.kind_of(path), {}),
        token=request.form.get("token") or (editing.token_of(shown) if shown is not None else ""),
        back=page_of_part(found, path),
        top=[tell(sentence) for sentence in top],
        action=url_for("admin.create_part" if shown is None else "admin.save_part",
                       version_id=found.public_id, where="/".join(path)),
    )  # fmt: skip


def _put_back(fields: Sequence[PartField], broken: RuleBroken) -> None:
    """What was typed, and beside each field what is wrong with it."""
    told = broken.by_field()
    for one in fields:
        if one.kind == "checks":
            one.value = request.form.getlist(one.name)
        elif one.kind == "check":
            one.value = one.name in request.form
        else:
            one.value = request.form.get(one.name, "")
        names = (one.name, "weeks") if one.name == "first_week" else (one.name,)
        one.errors = [tell(sentence) for name in names for sentence in told.get(name, ())]
