"""Loading reference files in pieces, and making the bands anew. The operator does it; anybody may stop and go on."""

import csv
import gzip
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import delete, insert, select

from lms.capstone.reference.models import (
    FileKind,
    ReferenceBand,
    ReferenceFile,
    ReferencePlant,
    ReferenceRecommendation,
)
from lms.capstone.reference.queries import given_rows
from lms.capstone.reference.rules.bands import bands_of
from lms.capstone.reference.rules.reading import PLANTS, RECOMMENDATIONS, Field, Form, Unreadable
from lms.kernel import clock
from lms.kernel.canonical import canonical
from lms.kernel.db import Base, session
from lms.kernel.errors import RuleBroken
from lms.kernel.once import insert_into
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Anchor
from lms.people.commands import command

ROWS_AT_ONCE = 4_000
FAULTS_KEPT = 20
FIELDS: Mapping[FileKind, Sequence[Field]] = {FileKind.RECOMMENDATIONS: RECOMMENDATIONS, FileKind.PLANTS: PLANTS}
TABLES: Mapping[FileKind, tuple[type[Base], str]] = {
    FileKind.RECOMMENDATIONS: (ReferenceRecommendation, "recommendation"),
    FileKind.PLANTS: (ReferencePlant, "assessment"),
}


class Source:
    """A CSV file, plain or gzipped, whose rows can be read from any one on."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def sha256(self) -> str:
        """Of the file as it lies there."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def head(self) -> list[str]:
        """The names of its columns. Raises RuleBroken on what is no CSV file."""
        with self._open() as file:
            return next(self._cells(file), [])

    def count(self) -> int:
        """How many rows stand below the heads. Reads the file once."""
        with self._open() as file:
            return max(0, sum(1 for _ in self._cells(file)) - 1)

    def rows(self, start: int, most: int) -> Iterator[tuple[int, list[str]]]:
        """Up to `most` rows after the first `start`, each with its number as a sheet counts. Reads from the top."""
        with self._open() as file:
            yield from enumerate(islice(self._cells(file), start + 1, start + 1 + most), start + 2)

    def _open(self) -> IO[str]:
        with self.path.open("rb") as file:
            is_gzip = file.read(2) == b"\x1f\x8b"
        if is_gzip:
            return gzip.open(self.path, "rt", encoding="utf-8-sig", newline="")
        return self.path.open(encoding="utf-8-sig", newline="")

    def _cells(self, file: IO[str]) -> Iterator[list[str]]:
        try:
            yield from csv.reader(file)
        except (csv.Error, UnicodeDecodeError, gzip.BadGzipFile, EOFError):
            message = N_("This is not a CSV file. Save the sheet as CSV (UTF-8) and try again.")
            raise RuleBroken(message, field="file") from None


@command(Action.REFERENCE_IMPORT)
def open_file(
    actor: Actor, place: Anchor, path: Path, kind: FileKind, mapping: Mapping[str, str] | None = None
) -> ReferenceFile:
    """The file's row, made where it is seen for the first time; the same file again goes on where it stopped.

    Raises RuleBroken, and stores nothing, if it is no CSV file or lacks a column.
    """
    source = Source(path)
    Form(FIELDS[kind], source.head(), mapping or {})
    sha256, words = source.sha256(), canonical(dict(mapping or {}))
    for known in session.scalars(select(ReferenceFile).where(ReferenceFile.sha256 == sha256)):
        if known.kind is kind and canonical(known.mapping) == words:
            return known
    made = ReferenceFile(
        kind=kind,
        name=path.name[:200],
        sha256=sha256,
        mapping=dict(mapping or {}),
        rows=source.count(),
        faults=[],
        started_at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made


class Reading:
    """An open file being read from where it stands; one piece a transaction."""

    def __init__(self, path: Path, file: ReferenceFile) -> None:
        self.file = file
        source = Source(path)
        self._form = Form(FIELDS[file.kind], source.head(), file.mapping)
        self._rows = source.rows(file.read_rows, file.rows)

    def piece(self) -> int:
        """Read the next rows into the running transaction; how many, 0 at the end."""
        rows = list(islice(self._rows, ROWS_AT_ONCE))
        if not rows:
            self.file.done_at = self.file.done_at or clock.now()
            return 0
        model, key = TABLES[self.file.kind]
        read: dict[str, dict[str, Any]] = {}
        faults: list[str] = []
        for number, cells in rows:
            try:
                row = self._form.read(cells)
            except Unreadable as fault:
                faults.append(f"row {number}, {fault}")
                continue
            read[row[key]] = {**row, "file_id": self.file.id}
        if read:
            session.execute(_upsert(model, key), list(read.values()))
        self.file.read_rows += len(rows)
        self.file.refused += len(faults)
        self.file.faults = [*self.file.faults, *faults][:FAULTS_KEPT]
        return len(rows)


def _upsert(model: type[Base], key: str) -> Any:
    """An INSERT that corrects the row which stands under the same key."""
    statement = insert_into(model)
    columns = {
        column.name: statement.excluded[column.name]
        for column in model.__table__.columns
        if column.name not in ("id", key)
    }
    return statement.on_conflict_do_update(index_elements=[key], set_=columns)


@command(Action.REFERENCE_IMPORT)
def make_bands(actor: Actor, place: Anchor) -> None:
    """Make every band anew from the rows that are loaded. One statement to read, one to write."""
    made_at = clock.now()
    rows = [{**asdict(band), "made_at": made_at} for band in bands_of(given_rows())]
    session.execute(delete(ReferenceBand))
    if rows:
        session.execute(insert(ReferenceBand), rows)
