"""The printed part of a pack: a page a student, tagged so that it reads aloud (PDF/UA-1)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from lms.hub.catalog.kinds import KIND_NAMES, Kind
from lms.hub.cohorts.models import Cohort
from lms.hub.hours.rules.entry import Evidence
from lms.kernel.speak import Reader, minutes_long, shown, speak
from lms.kernel.text import N_, say
from lms.reports.hours.rules.lines import LAG_ENDS, HoursLine, StudentLedger, lag_histogram, last_attended
from lms.reports.hours.rules.profiles import evidence_mix

TEMPLATE = Path(__file__).with_name("pack.typ")
EVIDENCE_NAMES = {
    Evidence.SELF_REPORT: N_("Own word"),
    Evidence.SYSTEM_TRACE: N_("Trace of a system"),
    Evidence.COUNTERSIGNED: N_("Seen by somebody"),
    Evidence.ATTENDANCE: N_("Attendance list"),
}


def pack_pdf(
    ledgers: Sequence[StudentLedger], approvals: Mapping[str, int], cohort: Cohort, as_of: datetime, reader: Reader
) -> bytes:
    """The PDF in the reader's language. approvals: how many each enrollment has, by public id."""
    import typst

    data = {
        "language": reader.language,
        "title": speak(say(N_("Hours: audit pack")), reader),
        "cohort": cohort.name,
        "as_of": speak(say(N_("As known on %(when)s"), when=as_of), reader),
        "students": [_student(ledger, approvals.get(ledger.enrollment, 0), reader) for ledger in ledgers],
        "none": speak(say(N_("No students.")), reader),
    }
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
        timestamp=int(as_of.timestamp()),
    )
    return made


def _student(ledger: StudentLedger, approvals: int, reader: Reader) -> dict[str, object]:
    lines = ledger.lines
    approved = [line for line in lines if line.is_approved]
    last = last_attended(ledger)
    return {
        "name": ledger.name,
        "enrollment": ledger.enrollment,
        "figures": [
            [speak(say(N_("Logged")), reader), _sum(lines)],
            [speak(say(N_("Approved")), reader), _sum(approved)],
            [speak(say(N_("Expected so far")), reader), minutes_long(ledger.expected)],
            [speak(say(N_("Approvals")), reader), str(approvals)],
            [speak(say(N_("Last day with evidence")), reader), shown(last, reader) if last else "–"],
        ],
        "tables": [
            _table(N_("Approved, by kind"), _by_kind(approved, reader), reader),
            _table(N_("Approved, by evidence"), _by_evidence(approved, reader), reader),
            _table(N_("Days between work and logging"), _by_lag(lines, reader), reader),
        ],
    }


def _table(title: str, rows: list[list[str]], reader: Reader) -> dict[str, object]:
    return {
        "title": speak(say(title), reader),
        "rows": rows,
        "head": [_head(reader, N_("What")), _head(reader, N_("Time"))],
    }


def _head(reader: Reader, name: str) -> str:
    return speak(say(name), reader)


def _sum(lines: Sequence[HoursLine]) -> str:
    return minutes_long(sum(line.minutes for line in lines))


def _by_kind(lines: Sequence[HoursLine], reader: Reader) -> list[list[str]]:
    found = {kind: [line for line in lines if line.kind is kind] for kind in Kind}
    return [[speak(say(KIND_NAMES[kind]), reader), _sum(mine)] for kind, mine in found.items() if mine]


def _by_evidence(lines: Sequence[HoursLine], reader: Reader) -> list[list[str]]:
    mix = evidence_mix(lines)
    return [[speak(say(EVIDENCE_NAMES[level]), reader), minutes_long(mix[level])] for level in Evidence]


def _by_lag(lines: Sequence[HoursLine], reader: Reader) -> list[list[str]]:
    starts = (0, *(end + 1 for end in LAG_ENDS))
    rows = []
    for place, (count, minutes) in lag_histogram(lines).items():
        end = LAG_ENDS[place] if place < len(LAG_ENDS) else None
        message = (
            N_("%(first)s to %(last)s days: %(count)s") if end is not None else N_("%(first)s days and more: %(count)s")
        )
        name = say(message, first=starts[place], last=end if end is not None else "", count=count)
        rows.append([speak(name, reader), minutes_long(minutes)])
    return rows
