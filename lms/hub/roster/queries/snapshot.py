"""Everything that a roster is compared with, read in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Placement, StatusChange
from lms.hub.enrollment.queries import own_offset
from lms.hub.enrollment.rules import at_or_none, latest
from lms.hub.roster.kinds import AppointmentState, PlanKind
from lms.hub.roster.models.imports import RosterLine, StudentNumber
from lms.hub.roster.models.seats import Appointment
from lms.hub.roster.rules.reading import Row
from lms.hub.roster.rules.state import Before, Known, Member, key_of
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.people.access import Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm, FirmStatus, Site
from lms.people.scope import policy_day, unscoped

WHY = "what a roster is compared with"
_NO_DAY = date(1, 1, 1)
_EMPTY = Before(_NO_DAY, _NO_DAY, _NO_DAY, "", frozenset(), {}, {}, {}, (), ())
IN_FIRM = (Relation.SPONSOR, Relation.FINANCE, Relation.FIRM_VIEWER)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a file names: addresses, student numbers, firms (as keys). Read again, it gives the same state or not."""

    emails: tuple[str, ...]
    numbers: tuple[str, ...]
    firms: tuple[str, ...]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Asked":
        """Of the rows of a file."""
        rows = list(rows)
        emails = {row.get(column) for row in rows for column in ("email", "supervisor_email")}
        return cls(
            tuple(sorted(emails - {""})),
            tuple(sorted({row.get("external_id") for row in rows} - {""})),
            tuple(sorted({key_of(row.get("firm")) for row in rows} - {""})),
        )


@dataclass(slots=True)
class Snapshot:
    """The state as plain values, and the rows behind its names."""

    before: Before
    sections: dict[str, Section]
    firms: dict[str, Firm]
    placements: dict[int, Placement]
    spells: dict[int, EmploymentSpell]
    changes: dict[int, list[StatusChange]]
    people: dict[str, int] = field(default_factory=dict)  # whose address it is


def snapshot(cohort: Cohort, site: Site | None, asked: Asked) -> Snapshot:
    """The state of `cohort`, seen from `site` or, with None, from the program. Ten statements, whatever the size."""
    sections, sites = _sections(cohort)
    enrolled = session.execute(
        unscoped(
            select(Enrollment.id, Enrollment.person_id, own_offset().label("offset_weeks"))
            .where(Enrollment.cohort_id == cohort.id)
            .order_by(Enrollment.id),
            WHY,
        )
    ).all()
    here = select(Enrollment.id).where(Enrollment.cohort_id == cohort.id)
    placements = _dated(Placement, here)
    spells = _dated(EmploymentSpell, here)
    changes = _changes(here)
    people, numbers = _people([row.person_id for row in enrolled], asked, sites)
    firms = _firms(asked, {spell.firm_id for spell in spells.values()})
    known = {number: _known(row, numbers) for number, row in people.items()}
    made = Snapshot(_EMPTY, sections, firms.by_name, placements, spells, changes)
    made.people = {row.email: number for number, row in people.items()}
    members = _members(made, enrolled, known, sites, _taken_back(here), site)
    in_cohort = {row.person_id for row in enrolled}
    made.before = Before(
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
        week_one_monday=cohort.week_one_monday,
        site=site.name if site else "",
        sites=frozenset(sites[section.site_id] for section in sections.values()),
        sections={name: sites[section.site_id] for name, section in sections.items()},
        firms=firms.counts,
        firm_people=_firm_people(firms.by_name),
        members=tuple(members),
        others=tuple(person for number, person in sorted(known.items()) if number not in in_cohort),
    )
    return made


def _members(
    made: Snapshot,
    enrolled: Sequence[Any],
    known: Mapping[int, Known],
    sites: Mapping[int, str],
    taken_back: frozenset[int],
    site: Site | None,
) -> list[Member]:
    signers = _emails({spell.supervisor_id for spell in made.spells.values() if spell.supervisor_id})
    firms = {firm.id: name for name, firm in made.firms.items()}
    sections = {section.id: name for name, section in made.sections.items()}
    members = []
    for row in enrolled:
        placement, spell = made.placements.get(row.id), made.spells.get(row.id)
        status = latest(made.changes.get(row.id, ()))
        where = sites.get(placement.site_id, "") if placement else ""
        members.append(
            Member(
                person=known[row.person_id],
                enrollment_id=row.id,
                status=status,
                section=sections.get(placement.section_id, "") if placement else "",
                site=where,
                firm=firms.get(spell.firm_id, "") if spell else "",
                supervisor_email=signers.get(spell.supervisor_id or 0, "") if spell else "",
                shift=spell.shift.value if spell else "",
                offset_weeks=row.offset_weeks,
                is_elsewhere=site is not None and where != site.name,
                is_taken_back=status is Status.WITHDRAWN and row.id in taken_back,
            )
        )
    return members


def _taken_back(here: Any) -> frozenset[int]:
    """The enrollments that undoing a roster withdrew."""
    undone = select(RosterLine.enrollment_id).where(RosterLine.is_undone.is_(True), RosterLine.kind == PlanKind.JOIN)
    found = session.scalars(unscoped(undone.where(RosterLine.enrollment_id.in_(here)), WHY))
    return frozenset(number for number in found if number is not None)


def _sections(cohort: Cohort) -> tuple[dict[str, Section], dict[int, str]]:
    statement = select(Section, Site.name).join(Site, Site.id == Section.site_id).where(Section.cohort_id == cohort.id)
    rows = session.execute(unscoped(statement.order_by(Section.name), WHY)).all()
    return {section.name: section for section, _ in rows}, {section.site_id: name for section, name in rows}


def _dated(model: Any, here: Any) -> dict[int, Any]:
    """The row that holds today, else the one to come, by enrollment."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.scalars(unscoped(select(model).where(stands(model), model.enrollment_id.in_(here)), WHY)):
        found[row.enrollment_id].append(row)
    day = policy_day()
    chosen = {key: at_or_none(rows, day) or _next(rows, day) for key, rows in found.items()}
    return {key: row for key, row in chosen.items() if row is not None}


def _next(rows: Sequence[Any], day: Any) -> Any:
    ahead = [row for row in rows if row.from_day > day]
    return min(ahead, key=lambda row: row.from_day) if ahead else None


def _changes(here: Any) -> dict[int, list[StatusChange]]:
    found: dict[int, list[StatusChange]] = defaultdict(list)
    statement = select(StatusChange).where(stands(StatusChange), StatusChange.enrollment_id.in_(here))
    for row in session.scalars(unscoped(statement.order_by(StatusChange.id), WHY)):
        found[row.enrollment_id].append(row)
    return found


def _people(
    ids: Sequence[int], asked: Asked, sites: Mapping[int, str]
) -> tuple[dict[int, Any], dict[int, dict[str, str]]]:
    """Those in the cohort, and whoever has an address or a number that the file names; with their numbers by site."""
    numbered = select(StudentNumber.person_id).where(StudentNumber.code.in_(asked.numbers))
    wanted = Person.id.in_(ids) | Person.email.in_(asked.emails) | Person.id.in_(numbered)
    columns = select(Person.id, Person.name, Person.email, Person.password_hash.is_not(None).label("is_live"))
    people = {row.id: row for row in session.execute(unscoped(columns.where(wanted), WHY))}
    statement = (
        select(StudentNumber.person_id, StudentNumber.code, Site.name)
        .join(Site, Site.id == StudentNumber.site_id)
        .where(StudentNumber.person_id.in_(list(people)))
    )
    numbers: dict[int, dict[str, str]] = defaultdict(dict)
    for person_id, code, name in session.execute(unscoped(statement, WHY)):
        numbers[person_id][key_of(name)] = code
    return people, numbers


def _known(row: Any, numbers: Mapping[int, dict[str, str]]) -> Known:
    return Known(row.id, row.name, row.email, bool(row.is_live), numbers.get(row.id, {}))


@dataclass(frozen=True, slots=True)
class _Firms:
    by_name: dict[str, Firm]
    counts: dict[str, int]


def _firms(asked: Asked, held: set[int]) -> _Firms:
    """The firms that the file names or where somebody of the cohort works; a name is matched without case."""
    active = select(Firm).where(Firm.status == FirmStatus.ACTIVE).order_by(Firm.id)
    wanted = [
        firm for firm in session.scalars(unscoped(active, WHY)) if firm.id in held or key_of(firm.name) in asked.firms
    ]
    alike: dict[str, int] = defaultdict(int)
    for firm in wanted:
        alike[key_of(firm.name)] += 1
    return _Firms({firm.name: firm for firm in wanted}, {firm.name: alike[key_of(firm.name)] for firm in wanted})


def _firm_people(firms: Mapping[str, Firm]) -> dict[str, frozenset[str]]:
    """Whose address may sign for each firm: its people, its supervisors, and those who were invited as such."""
    names = {firm.id: name for name, firm in firms.items()}
    day = policy_day()
    granted = select(GrantRow.place_id, Person.email).join(Person, Person.id == GrantRow.person_id)
    granted = granted.where(GrantRow.relation.in_(IN_FIRM), GrantRow.place_id.in_(names), runs_on(GrantRow, day))
    signing = select(EmploymentSpell.firm_id, Person.email).join(Person, Person.id == EmploymentSpell.supervisor_id)
    signing = signing.where(EmploymentSpell.firm_id.in_(names), stands(EmploymentSpell))
    invited = select(Appointment.firm_id, Person.email).join(Person, Person.id == Appointment.person_id)
    invited = invited.where(Appointment.firm_id.in_(names), Appointment.state == AppointmentState.CONFIRMED)
    found: dict[str, set[str]] = defaultdict(set)
    for statement in (granted, signing, invited):
        for firm_id, email in session.execute(unscoped(statement, WHY)):
            found[names[firm_id]].add(email)
    return {name: frozenset(emails) for name, emails in found.items()}


def _emails(ids: set[int]) -> dict[int, str]:
    statement = select(Person.id, Person.email).where(Person.id.in_(ids))
    return dict(session.execute(unscoped(statement, WHY)).all())
