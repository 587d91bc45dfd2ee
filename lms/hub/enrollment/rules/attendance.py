"""The last day on which a student took part, from what leaves a trace. Pure.

A student's own word (evidence level 0) is no attendance: 34 CFR 668.22(l)(7) wants engagement that can be shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say

LEAST_EVIDENCE = 1  # a system trace, a countersignature, an attendance record


@dataclass(frozen=True, slots=True)
class Trace:
    """Something done on a local day. kind: "hours" or "submission"."""

    day: date
    kind: str
    evidence: int
    ref: FactRef


def last_attendance(traces: Iterable[Trace]) -> Explained[date | None]:
    """The latest day with evidence; None if there is none."""
    counted = [trace for trace in traces if trace.evidence >= LEAST_EVIDENCE]
    by_kind = {kind: max((t.day for t in counted if t.kind == kind), default=None) for kind in ("hours", "submission")}
    value = max((day for day in by_kind.values() if day), default=None)
    return Explained(
        value,
        rule=say(N_("The last day with hours that somebody or something can show, or with work handed in.")),
        source=say(N_("34 CFR 668.22, last date of attendance; hours on the student's own word alone do not count")),
        facts=tuple(trace.ref for trace in counted if trace.day == value),
        steps=(
            Step(say(N_("Last hours with evidence")), by_kind["hours"]),
            Step(say(N_("Last work handed in")), by_kind["submission"]),
            Step(say(N_("Last date of attendance")), value),
        ),
    )


def check_last_attendance(day: date, computed: date | None, today: date, reason: str) -> None:
    """Raises RuleBroken for a future day, and for another day than the evidence says without a reason."""
    if day > today:
        raise RuleBroken(N_("The last date of attendance cannot lie in the future."), field="day")
    if day != computed and not reason.strip():
        raise RuleBroken(N_("The evidence says another day. Say why this one is right."), field="reason")
