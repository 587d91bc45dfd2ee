"""One student's dated facts in the order in which they hold: what, from when to when, who said so, when and why.

Rows that were replaced are there too and say so. Everything is as of a moment; the number of statements is fixed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from lms.hub.catalog.models import ProgramVersion
from lms.hub.cohorts.models import Section
from lms.hub.enrollment import models as m
from lms.hub.enrollment.kinds import NAMES, Format
from lms.kernel.db import session
from lms.kernel.explain import FactRef
from lms.kernel.facts import Fact
from lms.kernel.money import Money
from lms.kernel.prose import all_prose_of
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Span
from lms.people.accounts.models import Person
from lms.people.orgs.models import Firm, Site
from lms.people.scope import unscoped, within

WHY = "named by a fact that was found in scope"
SHOWN: tuple[type[Fact], ...] = (
    m.StatusChange,
    m.VersionPin,
    m.Placement,
    m.EmploymentSpell,
    m.Sponsorship,
    m.LeaveRequest,
    m.LeaveDecision,
    m.Leave,
    m.ReturnPlan,
    m.PlanSignature,
    m.StartOffset,
    m.LastAttendance,
    m.Accommodation,
)
PRIVATE: tuple[type[Fact], ...] = (m.Accommodation,)


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. from_day: when it holds; to_day None: a single day, or still open. stands: no later row replaces it.

    note: the words that were said with it. by: whose word it is, "" for the system. row: the fact itself.
    """

    kind: str
    title: Sentence
    from_day: date
    to_day: date | None
    recorded_at: datetime
    by: str
    note: str
    stands: bool
    is_end: bool
    row: Any

    @property
    def ref(self) -> FactRef:
        """How an explanation points at it."""
        found: FactRef = self.row.ref
        return found


@dataclass(frozen=True, slots=True)
class Named:
    """What numbers in facts are called."""

    firms: Mapping[int, str]
    sections: Mapping[int, str]
    sites: Mapping[int, str]
    people: Mapping[int, str]
    versions: Mapping[int, int]
    day_of: Callable[[datetime], date]


def timeline(
    enrollment: m.Enrollment,
    day_of: Callable[[datetime], date],
    as_of: datetime | None = None,
    *,
    with_private: bool = False,
) -> list[Event]:
    """Every dated fact known at `as_of`, the newest first. At most 19 statements.

    day_of: the local day of an instant. with_private: the reader is the student or decides on accommodations.
    """
    rows: list[Fact] = []
    for model in SHOWN:
        if model not in PRIVATE or with_private:
            rows += _rows(model, enrollment, as_of)
    replaced = {(type(row), row.supersedes_id) for row in rows}
    words = all_prose_of(rows)
    names = _names(rows, day_of)
    events = [_event(row, words[row.public_id], names, (type(row), row.id) not in replaced) for row in rows]
    return sorted(events, key=lambda event: (event.from_day, event.recorded_at, event.row.id), reverse=True)


def _rows(model: type[Fact], enrollment: m.Enrollment, as_of: datetime | None) -> Sequence[Fact]:
    statement = select(model) if as_of is None else select(model).where(model.recorded_at <= as_of)
    return session.scalars(within(statement.order_by(model.id), enrollment)).all()


def _names(rows: Iterable[Fact], day_of: Callable[[datetime], date]) -> Named:
    def ids(name: str) -> set[int]:
        return {number for row in rows if (number := getattr(row, name, None)) is not None}

    people = ids("recorded_by_id") | ids("supervisor_id")
    return Named(
        firms=_named(Firm, ids("firm_id")),
        sections=_named(Section, ids("section_id")),
        sites=_named(Site, ids("site_id")),
        people=_named(Person, people),
        versions=_versions(ids("program_version_id")),
        day_of=day_of,
    )


def _named(model: Any, ids: set[int]) -> dict[int, str]:
    rows = session.execute(unscoped(select(model.id, model.name).where(model.id.in_(ids)), WHY))
    return {row.id: row.name for row in rows}


def _versions(ids: set[int]) -> dict[int, int]:
    if not ids:
        return {}
    rows = session.execute(select(ProgramVersion.id, ProgramVersion.number).where(ProgramVersion.id.in_(ids)))
    return {row.id: row.number for row in rows}


def _event(row: Any, words: Mapping[str, str], names: Named, stands: bool) -> Event:
    title, from_day, to_day = _SAYS[type(row)](row, words, names)
    said = [words[name] for name in ("note", "reason", "words", "terms", "work_site", "format_note") if name in words]
    return Event(
        kind=row.__tablename__,
        title=title,
        from_day=from_day,
        to_day=to_day,
        recorded_at=row.recorded_at,
        by=names.people.get(row.recorded_by_id, ""),
        note=" · ".join(said),
        stands=stands,
        is_end=any(getattr(row, name, False) for name in ("is_lifted", "is_ended", "is_taken_back")),
        row=row,
    )


Said = tuple[Sentence, date, date | None]


def _status(row: m.StatusChange, _words: Any, _names_: Named) -> Said:
    values = {"status": say(NAMES[row.status]), "reason": say(NAMES[row.reason])}
    message = N_("Taken back: %(status)s") if row.is_taken_back else N_("Status: %(status)s (%(reason)s)")
    return say(message, **values), row.effective_on, None


def _placement(row: m.Placement, _words: Any, names: Named) -> Said:
    values = {"section": names.sections[row.section_id], "site": names.sites[row.site_id]}
    return say(N_("Taught in %(section)s, %(site)s"), **values), row.from_day, row.to_day


def _spell(row: m.EmploymentSpell, _words: Any, names: Named) -> Said:
    values: dict[str, object] = {"firm": names.firms[row.firm_id], "shift": say(NAMES[row.shift])}
    if row.supervisor_id is None:
        return say(N_("Works for %(firm)s, %(shift)s"), **values), row.from_day, row.to_day
    values["supervisor"] = names.people[row.supervisor_id]
    message = N_("Works for %(firm)s, %(shift)s; %(supervisor)s signs there")
    return say(message, **values), row.from_day, row.to_day


def _sponsorship(row: m.Sponsorship, _words: Any, names: Named) -> Said:
    values: dict[str, object] = {"amount": Money(row.amount_minor, row.currency), "payer": say(NAMES[row.payer])}
    if row.firm_id is not None:
        values["payer"] = names.firms[row.firm_id]
    if row.is_ended:
        message = N_("No longer paid by %(payer)s: %(amount)s")
    elif row.is_aid_condition:
        message = N_("%(amount)s paid by %(payer)s, a condition of aid")
    else:
        message = N_("%(amount)s paid by %(payer)s")
    return say(message, **values), names.day_of(row.recorded_at), None


def _request(row: m.LeaveRequest, _words: Any, _names_: Named) -> Said:
    message = N_("Request for leave taken back") if row.is_taken_back else N_("Asked for leave (%(kind)s)")
    return say(message, kind=say(NAMES[row.kind])), row.from_day, row.to_day


def _decision(row: m.LeaveDecision, _words: Any, names: Named) -> Said:
    message = (
        N_("The request for leave was declined") if row.leave_id is None else N_("The request for leave was granted")
    )
    return say(message), names.day_of(row.recorded_at), None


def _leave(row: m.Leave, _words: Any, _names_: Named) -> Said:
    message = N_("Leave (%(kind)s) taken off") if row.is_lifted else N_("Leave (%(kind)s)")
    return say(message, kind=say(NAMES[row.kind])), row.from_day, row.to_day


def _plan(row: m.ReturnPlan, _words: Any, _names_: Named) -> Said:
    message = N_("Return plan: %(pace)s a week, finished by %(day)s")
    return say(message, pace=Span(row.weekly_minutes), day=row.finishes_on), row.first_day_back, None


def _signature(row: m.PlanSignature, _words: Any, names: Named) -> Said:
    return say(N_("Return plan signed: %(signer)s"), signer=say(NAMES[row.signer])), names.day_of(row.recorded_at), None


def _offset(row: m.StartOffset, _words: Any, names: Named) -> Said:
    return say(N_("Starts %(weeks)s weeks after the cohort"), weeks=row.weeks), names.day_of(row.recorded_at), None


def _attended(row: m.LastAttendance, _words: Any, _names_: Named) -> Said:
    return say(N_("Last date of attendance")), row.day, None


def _accommodation(row: m.Accommodation, _words: Any, _names_: Named) -> Said:
    if row.is_lifted:
        return say(N_("Accommodation taken off")), row.from_day, row.to_day
    values: dict[str, object] = {
        "factor": Fraction(row.time_factor_bp, 10_000),
        "days": row.extra_days,
        "format": say(NAMES[row.format]),
    }
    if row.format is Format.USUAL:
        message = N_("Accommodation: %(factor)s times the time, %(days)s more days")
    else:
        message = N_("Accommodation: %(factor)s times the time, %(days)s more days, %(format)s")
    return say(message, **values), row.from_day, row.to_day


def _version(row: m.VersionPin, _words: Any, names: Named) -> Said:
    return (
        say(N_("Bound to version %(number)s of the program"), number=names.versions[row.program_version_id]),
        row.from_day,
        None,
    )


_SAYS: Mapping[type[Fact], Callable[[Any, Mapping[str, str], Named], Said]] = {
    m.StatusChange: _status,
    m.VersionPin: _version,
    m.Placement: _placement,
    m.EmploymentSpell: _spell,
    m.Sponsorship: _sponsorship,
    m.LeaveRequest: _request,
    m.LeaveDecision: _decision,
    m.Leave: _leave,
    m.ReturnPlan: _plan,
    m.PlanSignature: _signature,
    m.StartOffset: _offset,
    m.LastAttendance: _attended,
    m.Accommodation: _accommodation,
}
