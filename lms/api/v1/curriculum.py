"""Versions of programs: the list, a version as one file, what changed between two."""

from datetime import datetime

from flask import Response
from pydantic import Field
from sqlalchemy import select

from lms.api.finding import find, part_of
from lms.api.kit import Answer, operation
from lms.api.shapes import Paged, Shape
from lms.hub.catalog import editing
from lms.hub.catalog.compare import compare
from lms.hub.catalog.models import Program, ProgramVersion
from lms.hub.catalog.queries import list_versions
from lms.interop.curriculum_export import curriculum_of, export_version
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor
from lms.people.scope import scoped

VERSION = "/program-versions/<public_id:version>"
EVERY = Action.CURRICULUM_DRAFT


class VersionOut(Shape):
    """A version of a program; a draft has no `published_at`. `digest`: of everything in it, as its file has it."""

    id: str
    program: str
    number: int
    weeks: int
    published_at: datetime | None
    digest: str


class VersionsOut(Shape):
    """`next`: send it as `after` for the following page; null on the last one."""

    items: list[VersionOut]
    next: str | None


class ComparisonQuery(Shape):
    """With which version."""

    number: str | None = Field(
        default=None, pattern=r"^[0-9]{1,6}$", description="Of the other version; the one before, if left out."
    )


class ChangeOut(Shape):
    """One difference. `where`: names from the outside in. `field`, `before` and `after`: only of what was changed."""

    what: str
    section: str
    where: list[str]
    field: str
    before: str
    after: str


class ComparisonOut(Shape):
    """From the older version to the newer one."""

    from_number: int
    to_number: int
    changes: list[ChangeOut]


@operation("GET /program-versions", EVERY, gives=VersionsOut, query=Paged)
def list_program_versions(actor: Actor, query: Paged) -> VersionsOut:
    """The versions of your programs, drafts too."""
    mine = scoped(select(Program.id, Program.slug), actor, EVERY, on=Program)
    slugs = dict(session.execute(mine).all())
    listed = select(ProgramVersion).where(ProgramVersion.program_id.in_(slugs))
    page = part_of(scoped(listed, actor, EVERY), ProgramVersion.id, query)
    items = [version_out(version, slugs[version.program_id]) for version in page.items]
    return VersionsOut(items=items, next=page.after)


@operation(f"GET {VERSION}/file", EVERY, gives=None, media=("application/octet-stream",))
def get_version_file(actor: Actor, version: str) -> Answer:
    """The whole version as one file: TOML, or an archive where its items have files. The import takes it as it is."""
    program, found = version_and_program(actor, version)
    exported = export_version(program, found)
    response = Response(exported.content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename={exported.name}"
    return Answer(response)


@operation(f"GET {VERSION}/comparison", EVERY, gives=ComparisonOut, query=ComparisonQuery)
def compare_versions(actor: Actor, version: str, query: ComparisonQuery) -> ComparisonOut:
    """What changed, field by field. 404 if there is no other version."""
    program, found = version_and_program(actor, version)
    others = [one for one in list_versions(program) if one.id != found.id]
    wanted = int(query.number) if query.number else None
    older = (one for one in others if (one.number == wanted if wanted is not None else one.number < found.number))
    other = next(older, None)
    if other is None:
        raise NotFound()
    old, new = sorted((other, found), key=lambda one: one.number)
    changes = compare(*(editing.document_of(curriculum_of(one)) for one in (old, new)))
    return ComparisonOut(
        from_number=old.number,
        to_number=new.number,
        changes=[
            ChangeOut(
                what=one.what,
                section=one.section,
                where=list(one.where),
                field=one.field,
                before=one.before,
                after=one.after,
            )
            for one in changes
        ],
    )


def version_and_program(actor: Actor, public_id: str, action: Action = EVERY) -> tuple[Program, ProgramVersion]:
    """A version with its program, if `actor` may do `action` there. Raises NotFound. Two queries."""
    version = find(actor, action, ProgramVersion, public_id)
    return session.scalars(select(Program).where(Program.id == version.program_id)).one(), version


def version_out(version: ProgramVersion, slug: str) -> VersionOut:
    """A version as the API gives it."""
    return VersionOut(
        id=version.public_id,
        program=slug,
        number=version.number,
        weeks=version.weeks,
        published_at=version.published_at,
        digest=version.source_sha256,
    )
