"""Reads a curriculum: one TOML file and the course files it includes, every fault at once and each with its line.

Nothing is stored here; `lms.interop.curriculum_import` does that.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from lms.hub.catalog.judging import judge
from lms.hub.catalog.prerequisites import PREREQUISITES
from lms.hub.catalog.rules import Finding, Severity
from lms.hub.catalog.spec import CourseFile, Curriculum, MainFile
from lms.hub.catalog.wording import in_words
from lms.interop.toml_lines import Lines
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_, Sentence, say

MAX_FILE_BYTES = 1_000_000  # a curriculum is written by hand; the largest sample file is 20 kB
TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the files, where it stands."""

    place: Place
    severity: Severity
    sentence: Sentence

    def __str__(self) -> str:
        """For the command line: `program.toml:12: error: …`."""
        return f"{self.place.file}:{self.place.line}: {self.severity}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading: a curriculum unless a fault is an error; warnings may stand beside it."""

    curriculum: Curriculum | None
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> tuple[Fault, ...]:
        return tuple(f for f in self.faults if f.severity is Severity.ERROR)

    def sound(self) -> Curriculum:
        """The curriculum. Raises RuleBroken with every error at once."""
        if self.curriculum is not None and not self.errors:
            return self.curriculum
        raise _broken(self.errors[0], also=tuple(_broken(fault) for fault in self.errors[1:]))


def _broken(fault: Fault, also: tuple[RuleBroken, ...] = ()) -> RuleBroken:
    message = N_("%(file)s, line %(line)s: %(fault)s")
    return RuleBroken(message, also=also, file=fault.place.file, line=fault.place.line, fault=fault.sentence)


@dataclass(slots=True)
class _Document:
    """One file on the way in: its text's lines and the faults found so far."""

    name: str
    lines: Lines
    faults: list[Fault]

    def fault(self, path: tuple[str | int, ...], sentence: Sentence) -> None:
        self.faults.append(Fault(Place(self.name, self.lines.of(path)), Severity.ERROR, sentence))


def read_curriculum(main: Path) -> Reading:
    """Reads `main` and what it includes. Never raises for what an author can get wrong, a missing file included."""
    document, program = _read(main, main.name, MainFile)
    faults = document.faults
    files: list[tuple[_Document, CourseFile]] = []
    for position, name in enumerate(program.include if program else ()):
        if not (main.parent / name).is_file():
            document.fault(("include", position), say(N_("The included file %(name)s does not exist."), name=name))
            continue
        included, courses = _read(main.parent / name, name, CourseFile)
        faults.extend(included.faults if included is not document else ())
        if courses:
            files.append((included, courses))
    if program is None or faults:
        return Reading(None, tuple(faults))
    return _joined(document, program, files)


def read_one_file(raw: bytes, name: str, has_file: Callable[[str], bool]) -> Reading:
    """Reads a curriculum that was uploaded as one file. has_file: whether a file is stored, by SHA-256."""
    document, program = _parse(raw, name, MainFile)
    if program is not None and program.include:
        document.fault(("include",), say(N_("An uploaded file holds everything; it includes no other files.")))
    if program is None or document.faults:
        return Reading(None, tuple(document.faults))
    for at, course in enumerate(program.course):
        for unit_at, unit in enumerate(course.unit):
            for item_at, item in enumerate(unit.item):
                if item.file and not has_file(item.file):
                    message = N_("The file %(name)s is not stored here. Import the whole archive that it came in.")
                    path = ("course", at, "unit", unit_at, "item", item_at, "file")
                    document.fault(path, say(message, name=item.file_name or item.file[:12]))
    return _joined(document, program, [])


def _read(path: Path, name: str, model: type[M]) -> tuple[_Document, M | None]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        return _unread(name, say(N_("The file cannot be read: %(reason)s."), reason=error.strerror or "")), None
    return _parse(raw, name, model)


def _parse(raw: bytes, name: str, model: type[M]) -> tuple[_Document, M | None]:
    try:
        if len(raw) > MAX_FILE_BYTES:
            return _unread(name, say(N_("The file is larger than %(limit)s bytes."), limit=MAX_FILE_BYTES)), None
        text = raw.decode("utf-8").replace("\r\n", "\n")
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return _unread(name, say(N_("The file is not UTF-8 text.")), line), None
    except tomllib.TOMLDecodeError as error:
        return _unread(name, *_syntax(error, text)), None
    document = _Document(name, Lines(text), [])
    try:
        return document, model.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            document.fault(detail["loc"], in_words(detail))
        return document, None


def _unread(name: str, sentence: Sentence, line: int = 1) -> _Document:
    return _Document(name, Lines(""), [Fault(Place(name, line), Severity.ERROR, sentence)])


def _syntax(error: tomllib.TOMLDecodeError, text: str) -> tuple[Sentence, int]:
    """What tomllib says and the line it means; at the end of the document it names none."""
    found = TOML_LINE.search(str(error))
    line = int(found[1]) if found else text.rstrip("\n").count("\n") + 1
    reason = re.sub(r" \(at [^)]*\)$", "", str(error))
    return say(N_("This is not valid TOML: %(reason)s."), reason=reason), line


def _joined(main: _Document, program: MainFile, files: list[tuple[_Document, CourseFile]]) -> Reading:
    """One curriculum of all files, judged by the catalog's rules; every finding is taken back to its line."""
    sources: list[tuple[_Document, MainFile | CourseFile]] = [(main, program), *files]
    faults = [*main.faults, *_shared_rubrics(sources)]
    curriculum = Curriculum(
        program=program.program,
        policy=program.policy,
        rubrics={name: rows for _, source in sources for name, rows in source.rubric.items()},
        requirement=program.requirement,
        courses=tuple(course for _, source in sources for course in source.course),
    )
    places = _places(sources)
    faults += [_placed(finding, places, main) for finding in judge(curriculum)]
    faults.sort(key=lambda f: f.severity is not Severity.ERROR)
    return Reading(curriculum, tuple(faults))


def _places(sources: list[tuple[_Document, MainFile | CourseFile]]) -> dict[tuple[str, ...], Place]:
    """Where each course and unit stands; of one that stands twice, the second place."""
    places: dict[tuple[str, ...], Place] = {}
    for document, source in sources:
        for at, course in enumerate(source.course):
            places[(course.code,)] = Place(document.name, document.lines.of(("course", at, "code")))
            prerequisites = document.lines.of(("course", at, "prerequisites"))
            places[(course.code, PREREQUISITES)] = Place(document.name, prerequisites)
            for unit_at, unit in enumerate(course.unit):
                place = Place(document.name, document.lines.of(("course", at, "unit", unit_at)))
                places[(course.code, unit.code)] = places[(unit.code,)] = place
            for category_at in range(len(course.category)):
                place = Place(document.name, document.lines.of(("course", at, "category", category_at)))
                places[(course.code, "category", str(category_at))] = place
            for activity_at, activity in enumerate(course.activity):
                path = ("course", at, "activity", activity_at)
                for more in ((), ("rubrics",), ("week",), ("category",)):
                    place = Place(document.name, document.lines.of((*path, *more)))
                    places[(course.code, activity.code, *more)] = place
                for pool_at in range(len(activity.pool)):
                    place = Place(document.name, document.lines.of((*path, "pool", pool_at)))
                    places[(course.code, activity.code, "pool", str(pool_at))] = place
    return places


def _placed(finding: Finding, places: dict[tuple[str, ...], Place], main: _Document) -> Fault:
    place = places.get(finding.where)
    if place is None:
        path: list[str | int] = []
        for part in finding.where:
            path += ["needs", int(part)] if part.isdigit() and path else [part]
        place = Place(main.name, main.lines.of(tuple(path)))
    return Fault(place, finding.severity, finding.sentence)


def _shared_rubrics(sources: list[tuple[_Document, MainFile | CourseFile]]) -> Iterator[Fault]:
    """Rubrics whose name stands more than once; in one curriculum the last would silently win."""
    rubrics = Counter(name for _, source in sources for name in source.rubric)
    for document, source in sources:
        for name in source.rubric:
            if rubrics[name] > 1:
                yield _fault(document, ("rubric", name), N_("The rubric %(name)s stands more than once."), name=name)


def _fault(document: _Document, path: tuple[str | int, ...], message: str, **values: object) -> Fault:
    return Fault(Place(document.name, document.lines.of(path)), Severity.ERROR, say(message, **values))
