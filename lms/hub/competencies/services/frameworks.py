"""A framework comes from a CSV file. What was sent is kept with every fault by row, whether it made one or not."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from lms.hub.catalog.kinds import Kind
from lms.hub.catalog.models import Program
from lms.hub.competencies.models import Competency, Framework, FrameworkImport
from lms.hub.competencies.rules import MAX_LEVELS, Completion
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.tabular import Column, Line, read_csv
from lms.kernel.text import N_, Sentence
from lms.people.access import Action, Actor
from lms.people.commands import command

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
MAX_TEXT = 200
MAX_ROWS = 2_000


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise RuleBroken(N_("use up to 40 letters, digits, points, hyphens and underscores."))
    return text


def _text(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise RuleBroken(N_("this is longer than %(most)s characters."), most=MAX_TEXT)
    return text


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
            raise RuleBroken(N_("enter a whole number from %(least)s to %(most)s."), least=least, most=most)
        return int(text)

    return read


def _one_of(kind: type[Completion] | type[Kind]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        found = next((member for member in kind if member.value == text.strip().lower()), None)
        if found is None:
            raise RuleBroken(N_("use one of %(names)s."), names=", ".join(member.value for member in kind))
        return found

    return read


COLUMNS = (
    Column("code", _code, unique=True),
    Column("title", _text),
    Column("domain", _text, required=False),
    Column("completion", _one_of(Completion)),
    Column("minutes", _number(1, 600_000), required=False),
    Column("course", _code, required=False),
    Column("kind", _one_of(Kind), required=False),
    Column("demonstrations", _number(1, 99), required=False),
    Column("activity", _code, required=False),
    Column("assessors", _number(1, 2), required=False),
    Column("valid_days", _number(1, 3_650), required=False),
    Column("credential", _code, required=False),
)


@command(Action.FRAMEWORK_IMPORT)
def import_framework(
    actor: Actor, program: Program, code: str, name: str, levels: Sequence[str], data: bytes
) -> FrameworkImport:
    """A new version of the framework `code` from a CSV file, all of it or nothing; what was wrong is kept by row.

    levels: their names, the lowest first. Raises RuleBroken only for what is not in the file: code, name, levels.
    """
    _check_head(code, name, levels)
    faults: list[Sentence] = []
    lines: list[Line] = []
    try:
        lines = read_csv(data, COLUMNS, MAX_ROWS)
        faults = [fault for line in lines for fault in _faults_of(line)]
    except RuleBroken as broken:
        faults = [one.sentence for one in (broken, *broken.also)]
    framework = _framework(program, code, name, levels, lines) if not faults else None
    row = FrameworkImport(
        program_id=program.id,
        code=code,
        sha256=hashlib.sha256(data).hexdigest(),
        rows=len(lines),
        errors=[_stored(fault) for fault in faults],
        framework_id=framework.id if framework else None,
    )
    session.add(row)
    session.flush()
    return row


def _check_head(code: str, name: str, levels: Sequence[str]) -> None:
    faults = []
    if not CODE.fullmatch(code):
        message = N_("Give it a code of up to 40 letters, digits, points, hyphens and underscores.")
        faults.append(RuleBroken(message, field="code"))
    if not name.strip() or len(name) > MAX_TEXT:
        faults.append(RuleBroken(N_("Give it a name of up to 200 letters."), field="name"))
    if not 2 <= len(levels) <= MAX_LEVELS or len(set(levels)) != len(levels):
        faults.append(RuleBroken(N_("Name 2 to 9 different levels, the lowest first."), field="levels"))
    if faults:
        first, *rest = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(rest), **first.sentence.values)


def _faults_of(line: Line) -> list[Sentence]:
    """What of one row does not fit together."""
    values, found = line.values, []
    completion = values["completion"]
    if completion is not Completion.DEMONSTRATION and values["minutes"] is None:
        message = N_("Row %(row)s: by hours or hybrid needs minutes.")
        found.append(Sentence(message, {"row": line.number}))
    if completion is not Completion.HOURS and values["demonstrations"] is None:
        message = N_("Row %(row)s: by demonstration or hybrid needs how many demonstrations.")
        found.append(Sentence(message, {"row": line.number}))
    return found


def _framework(program: Program, code: str, name: str, levels: Sequence[str], lines: Sequence[Line]) -> Framework:
    of_program = select(func.max(Framework.number)).where(Framework.program_id == program.id, Framework.code == code)
    number = (session.scalar(of_program) or 0) + 1
    framework = Framework(program_id=program.id, code=code, number=number, name=name.strip(), levels=list(levels))
    session.add(framework)
    session.flush()
    session.add_all(_competency(framework, line.values, position) for position, line in enumerate(lines))
    return framework


def _competency(framework: Framework, values: Mapping[str, Any], position: int) -> Competency:
    return Competency(
        framework_id=framework.id,
        code=values["code"],
        title=values["title"],
        domain=values["domain"] or "",
        completion=values["completion"],
        least_minutes=values["minutes"] or 0,
        course=values["course"],
        hours_kind=values["kind"],
        demonstrations=values["demonstrations"] or 0,
        activity=values["activity"],
        assessors=values["assessors"] or 1,
        valid_days=values["valid_days"],
        credential=values["credential"],
        position=position,
    )


def _stored(fault: Sentence) -> dict[str, Any]:
    values = {key: _stored(value) if isinstance(value, Sentence) else value for key, value in fault.values.items()}
    return {"message": fault.message, "values": values}


def sentence_of(stored: Mapping[str, Any]) -> Sentence:
    """A fault as it was kept, to be told in the reader's language."""
    values = {key: sentence_of(v) if isinstance(v, dict) else v for key, v in stored["values"].items()}
    return Sentence(stored["message"], values)
