"""What the editor's pages start with: the version of the address, and where its parts have their pages."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import select

from lms.guard import current_actor
from lms.hub.catalog.models import Program, ProgramVersion
from lms.hub.catalog.prerequisites import PREREQUISITES
from lms.hub.catalog.rules import Finding
from lms.hub.catalog.spec import Curriculum
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor
from lms.people.scope import scoped


def find_version(version_id: str, action: Action = Action.CURRICULUM_DRAFT) -> tuple[Program, ProgramVersion]:
    """The version of the address and its program, if the reader may do `action` there. Raises NotFound. One query."""
    statement = (
        select(Program, ProgramVersion)
        .join(ProgramVersion, ProgramVersion.program_id == Program.id)
        .where(ProgramVersion.public_id == version_id)
    )
    row = session.execute(scoped(statement, current_actor(), action, on=Program)).one_or_none()
    if row is None:
        raise NotFound()
    program, version = row
    return program, version


def own_programs(actor: Actor, action: Action = Action.CURRICULUM_DRAFT) -> Sequence[Program]:
    """The programs that the actor may write in, by name. One query."""
    return session.scalars(scoped(select(Program).order_by(Program.name, Program.id), actor, action)).all()


def page_of_part(version: ProgramVersion, where: Sequence[str]) -> str:
    """The address of the page on which a part stands."""
    if where and where[0] == "course" and len(where) > 1:
        return url_for("admin.course", version_id=version.public_id, code=where[1])
    if where and where[0] == "need":
        return url_for("admin.requirements", version_id=version.public_id)
    return url_for("admin.version", version_id=version.public_id)


def place_of(version: ProgramVersion, curriculum: Curriculum, finding: Finding) -> str | None:
    """The address of the form that mends what was found; None where no one part is to blame."""
    where = _where(curriculum, finding.where)
    if finding.where[:1] == ("week",):
        return url_for("admin.week_plan", version_id=version.public_id, week=finding.where[1])
    if where is None:
        return None
    return url_for("admin.part", version_id=version.public_id, where="/".join(where))


def _where(curriculum: Curriculum, codes: tuple[str, ...]) -> tuple[str, ...] | None:
    if codes[:1] == ("requirement",):
        return ("need", *codes[1:])
    course: Any = next((c for c in curriculum.courses if codes and c.code == codes[0]), None)
    if course is None:
        return None
    if len(codes) == 1 or codes[1] == PREREQUISITES:
        return ("course", course.code)
    if len(codes) > 3 and codes[2] == "pool":
        return ("course", course.code, "activity", codes[1], "pool", codes[3])
    kind = "unit" if any(unit.code == codes[1] for unit in course.unit) else "activity"
    return ("course", course.code, kind, codes[1])
