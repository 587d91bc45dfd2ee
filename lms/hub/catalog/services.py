"""Programs and their versions: draft, change, publish. A published version is never changed; the next one is new."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from lms.hub.catalog import editing
from lms.hub.catalog.judging import check_curriculum
from lms.hub.catalog.laying import lay_out
from lms.hub.catalog.models import Course, Program, ProgramVersion, VersionDocument
from lms.hub.catalog.queries import list_versions, next_number, program_or_none
from lms.hub.catalog.spec import Curriculum
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Anchor
from lms.people.commands import command

# What the rooms above add when a version is published: its activities and their rubrics.
LayOut = Callable[[Actor, ProgramVersion, Mapping[str, Course], Curriculum], None]
_above: list[LayOut] = []


def lays_out(add: LayOut) -> LayOut:
    """Registers what a room above the catalog adds to a version that is being published."""
    _above.append(add)
    return add


# Why a draft cannot be thrown away, asked of the rooms above; None where one has nothing against it.
Holds = Callable[[ProgramVersion], RuleBroken | None]
_holds: list[Holds] = []


def holds_draft(asks: Holds) -> Holds:
    """Registers a room above the catalog that may hold on to a draft."""
    _holds.append(asks)
    return asks


@command(Action.PROGRAM_MANAGE)
def open_program(actor: Actor, place: Anchor, slug: str, name: str, *, is_sample: bool = False) -> Program:
    """A program without versions. place: from where it is opened. Raises RuleBroken for a slug in use."""
    if program_or_none(slug) is not None:
        raise RuleBroken(N_("There is a program called %(slug)s already."), field="slug", slug=slug)
    program = Program(slug=slug, name=name, is_sample=is_sample)
    session.add(program)
    session.flush()
    return program


@command(Action.CURRICULUM_DRAFT)
def draft_version(actor: Actor, program: Program, curriculum: Curriculum, source_sha256: str) -> ProgramVersion:
    """A new draft with everything in `curriculum`; the same source again gives the version that it made before."""
    for version in list_versions(program):
        if version.source_sha256 == source_sha256:
            return version
    return _new_draft(program, curriculum, source_sha256)


@command(Action.CURRICULUM_DRAFT)
def start_draft(actor: Actor, program: Program, curriculum: Curriculum) -> ProgramVersion:
    """A new draft to be written in, however like another version it is."""
    return _new_draft(program, curriculum, curriculum.digest())


def _new_draft(program: Program, curriculum: Curriculum, source_sha256: str) -> ProgramVersion:
    version = ProgramVersion(
        program_id=program.id,
        number=next_number(program),
        policy=curriculum.policy.model_dump(),
        weeks=curriculum.program.weeks,
        source_sha256=source_sha256,
        note=curriculum.program.note or "",
    )
    session.add(version)
    session.flush()
    document = editing.document_of(curriculum)
    session.add(VersionDocument(program_version_id=version.id, document=document, changed_at=acting_at()))
    return version


@command(Action.CURRICULUM_DRAFT)
def change_part(
    actor: Actor, version: ProgramVersion, where: Sequence[str], values: Mapping[str, Any], token: str
) -> ProgramVersion:
    """New values for one part of a draft. token: `editing.token_of` the part as it was shown.

    Raises RuleBroken with every fault, Conflict if somebody has changed the part since.
    """
    kept = _opened(version)
    part = editing.part_at(kept.document, where)
    if editing.token_of(part) != token:
        message = N_("Somebody changed this part of the draft meanwhile. Open it again; what they wrote stands there.")
        raise Conflict(message, yours=dict(values), theirs=part)
    return _write(version, kept, editing.replaced(kept.document, where, values))


@command(Action.CURRICULUM_DRAFT)
def put_document(
    actor: Actor, program: Program, version: ProgramVersion, document: Mapping[str, Any], digest: str
) -> ProgramVersion:
    """The whole draft anew. digest: that of the draft as it was read.

    Raises RuleBroken with every fault of shape, Conflict if somebody has changed the draft since.
    """
    kept = _opened(version)
    if version.source_sha256 != digest:
        message = N_("Somebody changed this draft meanwhile. Read it again; what they wrote stands there.")
        raise Conflict(message, yours=dict(document), theirs=kept.document)
    curriculum = editing.curriculum_in(dict(document))
    if curriculum.program.slug != program.slug:
        raise RuleBroken(
            N_("This document is of another program, %(slug)s."), field="slug", slug=curriculum.program.slug
        )
    return _write(version, kept, editing.document_of(curriculum))


@command(Action.CURRICULUM_DRAFT)
def add_part(actor: Actor, version: ProgramVersion, where: Sequence[str], values: Mapping[str, Any]) -> ProgramVersion:
    """A new part at the end of a list of a draft, or below a group of requirements. Raises RuleBroken."""
    kept = _opened(version)
    return _write(version, kept, editing.added(kept.document, where, values))


@command(Action.CURRICULUM_DRAFT)
def remove_part(actor: Actor, version: ProgramVersion, where: Sequence[str]) -> ProgramVersion:
    """Take a part out of a draft: a unit, a requirement, or a whole spoke, which so is retired in this version."""
    kept = _opened(version)
    return _write(version, kept, editing.removed(kept.document, where))


@command(Action.CURRICULUM_DRAFT)
def move_part(actor: Actor, version: ProgramVersion, where: Sequence[str], by: int) -> ProgramVersion:
    """One place up (-1) or down (1) in its list."""
    kept = _opened(version)
    return _write(version, kept, editing.moved(kept.document, where, by))


@command(Action.CURRICULUM_DRAFT)
def regroup_part(actor: Actor, version: ProgramVersion, where: Sequence[str], group: Sequence[str]) -> ProgramVersion:
    """Move a requirement below another group. Raises RuleBroken."""
    kept = _opened(version)
    return _write(version, kept, editing.put_under(kept.document, where, group))


@command(Action.CURRICULUM_DRAFT)
def undo_change(actor: Actor, version: ProgramVersion) -> ProgramVersion:
    """Back to what stood before the last change of a draft; once more brings the change back."""
    kept = _opened(version)
    if kept.before is None:
        raise RuleBroken(N_("There is nothing to undo in this draft."))
    return _write(version, kept, kept.before)


@command(Action.CURRICULUM_DRAFT)
def discard_draft(actor: Actor, version: ProgramVersion) -> ProgramVersion:
    """Throw a draft away. Raises RuleBroken for a published version."""
    kept = _opened(version)
    for asks in _holds:
        if held := asks(version):
            raise held
    session.delete(kept)
    session.flush()
    session.delete(version)
    return version


@command(Action.CURRICULUM_PUBLISH)
def publish_version(actor: Actor, version: ProgramVersion) -> ProgramVersion:
    """From now on cohorts may be opened from this version, and it never changes. Raises RuleBroken with every error."""
    kept = _opened(version)
    curriculum = editing.curriculum_in(kept.document)
    check_curriculum(curriculum)
    courses = lay_out(version, curriculum)
    for add in _above:
        add(actor, version, courses, curriculum)
    version.published_at = acting_at()
    return version


def _opened(version: ProgramVersion) -> VersionDocument:
    """The document of a draft, held until the transaction ends. Raises RuleBroken for a published version."""
    if version.published_at is not None:
        raise RuleBroken(
            N_("Version %(number)s is published already. Changes go into the next version."), number=version.number
        )
    of_version = select(VersionDocument).where(VersionDocument.program_version_id == version.id)
    kept = session.scalars(of_version.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if kept is None:
        raise RuleBroken(N_("This draft was made by an older release. Import its file again."))
    return kept


def _write(version: ProgramVersion, kept: VersionDocument, document: editing.Document) -> ProgramVersion:
    curriculum = editing.curriculum_in(document)
    kept.before, kept.document, kept.changed_at = kept.document, document, acting_at()
    version.policy = curriculum.policy.model_dump()
    version.weeks = curriculum.program.weeks
    version.note = curriculum.program.note or ""
    version.source_sha256 = curriculum.digest()
    session.flush()
    return version
