"""What an auditor gets of some students' hours: every row that was ever written, who signed what, and the hashes.

A pack is a set of named files. Nothing in it is worded for one reader but the PDF: names of columns and values are the
product's own words, so that two packs can be compared by a program.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import Adjustment, HoursEntry, Seen, SheetEvent, WeekSheet
from lms.hub.hours.rules.verdict import HASH_FORM
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.prose import all_prose_of
from lms.kernel.speak import Reader
from lms.kernel.tabular import csv_chunks
from lms.people.accounts.models import Person
from lms.people.scope import unscoped, within
from lms.reports.hours.pdf import pack_pdf
from lms.reports.hours.queries import ledgers_of
from lms.reports.hours.rules.lines import LAG_ENDS, StudentLedger, lag_histogram

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the same files give the same archive


@dataclass(frozen=True, slots=True)
class Pack:
    """An archive in the making. files: content by name, in the order in which they stand in it."""

    name: str
    files: Mapping[str, bytes]

    def zipped(self) -> bytes:
        """The archive: the files and MANIFEST.txt with the SHA-256 of each."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {**self.files, "MANIFEST.txt": self.manifest()}.items():
                archive.writestr(zipfile.ZipInfo(name, EARLIEST), content, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()

    def manifest(self) -> bytes:
        """One line a file, as `sha256sum --check` reads it."""
        lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in self.files.items())
        return "".join(lines).encode()


def pack_of(
    name: str,
    people: Sequence[tuple[Enrollment, Person]],
    cohort: Cohort,
    reader: Reader,
    as_of: datetime | None = None,
) -> Pack:
    """Everything about the hours of students who were found for somebody, as known at `as_of`. 17 statements.

    reader: whose language the PDF speaks.
    """
    ledgers = ledgers_of(people, cohort, as_of)
    rows = _Rows(people, as_of or acting_at())
    files = {
        "hours.csv": _csv(HOURS, rows.hours()),
        "adjustments.csv": _csv(ADJUSTMENTS, rows.adjustments()),
        "signatures.csv": _csv(SIGNATURES, rows.signatures()),
        "seen.csv": _csv(SEEN, rows.seen()),
        "lag.csv": _csv(LAG, _lags(ledgers)),
        "README.txt": README.format(form=HASH_FORM, as_of=rows.as_of.isoformat(timespec="seconds")).encode(),
        "hours.pdf": pack_pdf(ledgers, rows.approvals(), cohort, rows.as_of, reader),
    }
    return Pack(name, files)


README = """The hours of the students named in these files, as known at {as_of} (UTC).

hours.csv        every entry that was ever written; state says whether it stands, was replaced or removed
adjustments.csv  signed minutes added after an approval, with who added them and why
signatures.csv   every step of every week sheet: handed in, approved, returned, reopened, by whom, how and when;
                 minutes and content_sha256 are those of the part at that moment
seen.csv         who says to have seen the work (evidence level 2)
lag.csv          how many days after the work it was logged
hours.pdf        the same in short, to print
MANIFEST.txt     the SHA-256 of each file; check it with: sha256sum --check MANIFEST.txt

content_sha256 is the SHA-256 of the canonical JSON of the form {form}: enrollment, week, part, total minutes and each
entry's id, day, minutes, kind, unit, evidence level and whether the firm paid.
"""
HOURS = ("student", "enrollment", "entry", "state", "replaces", "week", "day", "zone", "starts_at", "ends_at",
         "minutes", "kind", "evidence_level", "source", "paid_by_firm", "logged_at", "lag_days", "comment")  # fmt: skip
ADJUSTMENTS = ("student", "enrollment", "adjustment", "week", "day", "minutes", "kind", "evidence_level", "by", "at",
               "reason")  # fmt: skip
SIGNATURES = ("student", "enrollment", "week", "part", "step", "version", "minutes", "content_sha256", "late",
              "zero_reason", "by", "manner", "at", "words")  # fmt: skip
SEEN = ("student", "enrollment", "week", "kind", "entry", "taken_back", "by", "at")
LAG = ("student", "enrollment", "days_from", "days_to", "entries", "minutes")


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    return b"".join(csv_chunks(header, rows))


class _Rows:
    """The rows of several students, read once."""

    def __init__(self, people: Sequence[tuple[Enrollment, Person]], as_of: datetime) -> None:
        self.as_of = as_of
        self.names = {enrollment.id: (person.name, enrollment.public_id) for enrollment, person in people}
        enrollments = [enrollment for enrollment, _ in people]
        self.entries = self._read(HoursEntry, enrollments)
        self.adjusted = self._read(Adjustment, enrollments)
        self.witnessed = self._read(Seen, enrollments)
        self.events = self._read(SheetEvent, enrollments)
        sheets = session.execute(within(select(WeekSheet.id, WeekSheet.monday), enrollments, on=WeekSheet))
        self.mondays = dict(sheets.all())
        facts = [*self.entries, *self.adjusted, *self.events]
        self.words = all_prose_of(facts)
        self.signers = _signers([*facts, *self.witnessed])

    def _read(self, model: Any, enrollments: Sequence[Enrollment]) -> list[Any]:
        statement: Any = within(select(model), enrollments).where(model.recorded_at <= self.as_of)
        return list(session.scalars(statement.order_by(model.id)))

    def hours(self) -> Iterator[Sequence[object]]:
        by_id = {entry.id: entry for entry in self.entries}
        replaced = {entry.supersedes_id for entry in self.entries}
        for entry in self.entries:
            before = by_id.get(entry.supersedes_id)
            state = "removal" if entry.is_removal else "replaced" if entry.id in replaced else "stands"
            yield (
                *self.names[entry.enrollment_id], entry.public_id, state, before.public_id if before else None,
                entry.monday, entry.day, entry.zone, entry.starts_at, entry.ends_at, entry.minutes, entry.kind.value,
                entry.evidence_level, entry.source.value, entry.paid_by_firm, entry.recorded_at, entry.lag_days,
                self._said(entry, "comment"),
            )  # fmt: skip

    def adjustments(self) -> Iterator[Sequence[object]]:
        for row in self.adjusted:
            yield (
                *self.names[row.enrollment_id], row.public_id, row.monday, row.day, row.minutes, row.kind.value,
                row.evidence_level, self._by(row), row.recorded_at, self._said(row, "reason"),
            )  # fmt: skip

    def signatures(self) -> Iterator[Sequence[object]]:
        for event in self.events:
            yield (
                *self.names[event.enrollment_id], self.mondays.get(event.week_sheet_id),
                event.route.value if event.route else "sheet", event.step.value, event.version, event.minutes,
                event.content_sha256, event.is_late, event.zero_reason.value if event.zero_reason else None,
                self._by(event), event.manner.value, event.recorded_at,
                self._said(event, "reason") or self._said(event, "note"),
            )  # fmt: skip

    def seen(self) -> Iterator[Sequence[object]]:
        by_id = {entry.id: entry.public_id for entry in self.entries}
        for row in self.witnessed:
            yield (
                *self.names[row.enrollment_id], row.monday, row.kind.value, by_id.get(row.entry_id, ""),
                row.is_taken_back, self._by(row), row.recorded_at,
            )  # fmt: skip

    def approvals(self) -> dict[str, int]:
        """How many approvals each enrollment has, by public id."""
        found = {public_id: 0 for _, public_id in self.names.values()}
        for event in self.events:
            if event.step.value == "approved":
                found[self.names[event.enrollment_id][1]] += 1
        return found

    def _said(self, row: HoursEntry | Adjustment | SheetEvent, name: str) -> str:
        return self.words.get(row.public_id, {}).get(name, "")

    def _by(self, row: HoursEntry | Adjustment | SheetEvent | Seen) -> str:
        return self.signers.get(row.recorded_by_id or 0, "the program")


def _signers(facts: Iterable[HoursEntry | Adjustment | SheetEvent | Seen]) -> dict[int, str]:
    ids = {fact.recorded_by_id for fact in facts if fact.recorded_by_id is not None}
    rows = session.execute(
        unscoped(select(Person.id, Person.name).where(Person.id.in_(ids)), "who signed what is shown")
    )
    return dict(rows.all())


def _lags(ledgers: Iterable[StudentLedger]) -> Iterator[Sequence[object]]:
    starts = (0, *(end + 1 for end in LAG_ENDS))
    for ledger in ledgers:
        for place, (count, minutes) in lag_histogram(ledger.lines).items():
            end = LAG_ENDS[place] if place < len(LAG_ENDS) else None
            yield ledger.name, ledger.enrollment, starts[place], end, count, minutes
