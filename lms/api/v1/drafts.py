"""Writing a version of a program: a draft begun, its whole document read and put, published, undone, thrown away.

The ETag of a document changes with every change of the draft. Whoever puts one sends it back as `If-Match`; if somebody
else has written since, the answer is 409 with both versions, and nothing is overwritten.
"""

from datetime import datetime
from typing import Annotated, Any

from flask import request
from pydantic import Field, JsonValue
from sqlalchemy import select

from lms.api.finding import find
from lms.api.kit import Answer, operation
from lms.api.shapes import Shape
from lms.api.troubles import VersionNeeded
from lms.api.v1.curriculum import VERSION, VersionOut, version_and_program, version_out
from lms.hub.catalog import editing
from lms.hub.catalog.judging import judge
from lms.hub.catalog.models import Program, ProgramVersion
from lms.hub.catalog.queries import find_version
from lms.hub.catalog.services import discard_draft, publish_version, put_document, start_draft, undo_change
from lms.hub.catalog.spec import ProgramSpec
from lms.interop.curriculum_export import curriculum_of
from lms.kernel.db import session
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.scope import scoped
from lms.web.language import tell

IF_MATCH = {"If-Match": "The ETag of what you have read. 409 with both documents if somebody has written since."}
DRAFT = Action.CURRICULUM_DRAFT


class ProgramOut(Shape):
    """A program in which you may write."""

    id: str
    slug: str
    name: str


class ProgramsOut(Shape):
    """By name."""

    items: list[ProgramOut]


class VersionDraftIn(Shape):
    """`from_number`: the version that it starts like; null for an empty one."""

    from_number: Annotated[int, Field(ge=1, le=999_999)] | None = None


class FindingOut(Shape):
    """Something that is wrong with the document or should be looked at. `where`: names from the outside in."""

    severity: str
    where: list[str]
    message: str


class DocumentIn(Shape):
    """The whole version in the words of its file: `program`, `policy`, `courses`, `rubrics`, `requirement`."""

    document: dict[str, JsonValue]


class DocumentOut(Shape):
    """`findings`: a draft with an error cannot be published."""

    version: str
    number: int
    published_at: datetime | None
    document: dict[str, JsonValue]
    findings: list[FindingOut]


@operation("GET /programs", DRAFT, gives=ProgramsOut)
def list_own_programs(actor: Actor) -> ProgramsOut:
    """The programs in which you may write drafts."""
    programs = session.scalars(scoped(select(Program).order_by(Program.name, Program.id), actor, DRAFT))
    return ProgramsOut(items=[ProgramOut(id=one.public_id, slug=one.slug, name=one.name) for one in programs])


@operation("POST /programs/<public_id:program>/drafts", DRAFT, gives=VersionOut, body=VersionDraftIn, status=201)
def begin_draft(actor: Actor, program: str, body: VersionDraftIn) -> VersionOut:
    """A new draft, like a version or empty. 404 if there is no such version."""
    found = find(actor, DRAFT, Program, program)
    if body.from_number is None:
        note = found.name if found.is_sample else None
        names = ProgramSpec(slug=found.slug, name=found.name, summary=found.name, sample=found.is_sample, note=note)
        source = editing.empty(names)
    else:
        source = curriculum_of(find_version(found, body.from_number))
    return version_out(start_draft(actor, found, source), found.slug)


@operation(f"GET {VERSION}/document", DRAFT, gives=DocumentOut)
def get_document(actor: Actor, version: str) -> Answer:
    """The whole version as one document, with everything that is to be said about it."""
    _, found = version_and_program(actor, version)
    return _document(found)


@operation(f"PUT {VERSION}/document", DRAFT, gives=DocumentOut, body=DocumentIn, headers=IF_MATCH, problems=(409, 428))
def put_whole_document(actor: Actor, version: str, body: DocumentIn) -> Answer:
    """Write the whole draft anew. 422 with every fault of shape at once; findings do not keep it from being kept."""
    program, found = version_and_program(actor, version)
    put_document(actor, program, found, dict(body.document), _token())
    return _document(found)


@operation(f"POST {VERSION}/publication", Action.CURRICULUM_PUBLISH, gives=VersionOut, status=201)
def publish_draft_version(actor: Actor, version: str) -> VersionOut:
    """From now on cohorts can be opened from it, and it never changes. 422 with every error."""
    program, found = version_and_program(actor, version)
    return version_out(publish_version(actor, found), program.slug)


@operation(f"POST {VERSION}/undo", DRAFT, gives=DocumentOut)
def undo_last_change(actor: Actor, version: str) -> Answer:
    """Take the last change of a draft back; once more brings it back."""
    _, found = version_and_program(actor, version)
    undo_change(actor, found)
    return _document(found)


@operation(f"DELETE {VERSION}", DRAFT, gives=None, status=204)
def throw_draft_away(actor: Actor, version: str) -> Answer:
    """Throw a draft away. 422 for a published version, and for a draft into which topics were accepted."""
    _, found = version_and_program(actor, version)
    discard_draft(actor, found)
    return Answer(None)


def _document(version: ProgramVersion) -> Answer:
    curriculum = curriculum_of(version)
    document: dict[str, Any] = editing.document_of(curriculum)
    value = DocumentOut(
        version=version.public_id,
        number=version.number,
        published_at=version.published_at,
        document=document,
        findings=[
            FindingOut(severity=one.severity.value, where=list(one.where), message=tell(one.sentence))
            for one in judge(curriculum)
        ],
    )
    return Answer(value, None, {"ETag": f'"{version.source_sha256}"'})


def _token() -> str:
    given = request.headers.get("If-Match")
    if given is None:
        raise VersionNeeded(N_("Read the document first and send its ETag as If-Match."))
    return given.removeprefix("W/").strip('"')
