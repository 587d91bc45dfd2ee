"""Rosters as they were planned: the history of a cohort, one of them, its lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment, StatusChange
from lms.hub.enrollment.queries import grouped, standing
from lms.hub.enrollment.rules import latest
from lms.hub.roster.kinds import PlanKind
from lms.hub.roster.models.imports import RosterImport, RosterLine
from lms.hub.roster.rules.plan import Change, Line
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.paging import SIZE, Page, page_of
from lms.kernel.plain import from_plain, values_from_plain
from lms.kernel.text import Sentence
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.orgs.models import Site
from lms.people.scope import scoped, unscoped, within


@dataclass(frozen=True, slots=True)
class Past:
    """A roster in the history. cohort_id: public. by, applied_by, undone_by: names, empty for the system."""

    roster: RosterImport
    cohort_id: str
    site: str
    by: str
    applied_by: str
    undone_by: str


def find_import(actor: Actor, public_id: str) -> RosterImport:
    """One roster. Raises NotFound."""
    statement = select(RosterImport).where(RosterImport.public_id == public_id)
    found = session.scalar(scoped(statement, actor, Action.ROSTER_IMPORT))
    if found is None:
        raise NotFound()
    return found


def list_imports(actor: Actor, cohort: Cohort, most: int = 50) -> list[Past]:
    """The rosters of a cohort, the latest first. Four queries."""
    of_cohort = select(RosterImport).where(RosterImport.cohort_id == cohort.id).order_by(RosterImport.id.desc())
    return past_of(session.scalars(scoped(of_cohort.limit(most), actor, Action.ROSTER_IMPORT)).all())


def past_of(rosters: Sequence[RosterImport]) -> list[Past]:
    """With the names of people and places. Three queries."""
    why = "named by a roster that was found in scope"
    people = {n for r in rosters for n in (r.made_by_id, r.applied_by_id, r.undone_by_id) if n}
    by = dict(session.execute(unscoped(select(Person.id, Person.name).where(Person.id.in_(people)), why)).all())
    sites = {r.site_id for r in rosters if r.site_id}
    at = dict(session.execute(unscoped(select(Site.id, Site.name).where(Site.id.in_(sites)), why)).all())
    cohorts = {r.cohort_id for r in rosters}
    of = dict(session.execute(unscoped(select(Cohort.id, Cohort.public_id).where(Cohort.id.in_(cohorts)), why)).all())
    return [
        Past(
            roster=r,
            cohort_id=of[r.cohort_id],
            site=at.get(r.site_id or 0, ""),
            by=by.get(r.made_by_id or 0, ""),
            applied_by=by.get(r.applied_by_id or 0, ""),
            undone_by=by.get(r.undone_by_id or 0, ""),
        )
        for r in rosters
    ]


def page_of_lines(made: RosterImport, kind: PlanKind, after: str | None = None, size: int = SIZE) -> Page[RosterLine]:
    """Lines of one kind, in the file's order. One query."""
    statement = within(select(RosterLine).where(RosterLine.kind == kind), made)
    return page_of(statement, (RosterLine.number.asc(), RosterLine.id.asc()), after, size)


def list_lines(made: RosterImport, *kinds: PlanKind) -> Sequence[RosterLine]:
    """Every line of these kinds. One query."""
    statement = within(select(RosterLine).where(RosterLine.kind.in_(kinds)), made)
    return session.scalars(statement.order_by(RosterLine.number, RosterLine.id)).all()


def lines_to_apply(made: RosterImport) -> list[tuple[int, Line]]:
    """The joins and changes as they were planned, each with its row number in the database. One query."""
    return [
        (
            row.id,
            Line(row.number, row.kind, row.name, row.person_id, row.enrollment_id, changes_of(row)),
        )
        for row in list_lines(made, PlanKind.JOIN, PlanKind.CHANGE)
    ]


def changes_of(line: RosterLine) -> tuple[Change, ...]:
    """What a join or a change says, field by field."""
    return tuple(Change(*parts) for parts in line.detail)


def fault_of(line: RosterLine) -> tuple[str, Sentence]:
    """The column of a fault, and its sentence."""
    return line.detail["column"], Sentence(line.detail["message"], values_from_plain(line.detail["values"]))


def kept(line: RosterLine) -> Sentence | None:
    """Why undoing left a line as it is; None where it did not."""
    said = from_plain(line.kept_because) if line.kept_because else None
    return said if isinstance(said, Sentence) else None


def cohort_of_import(made: RosterImport) -> Cohort:
    """The cohort of a roster that was found for somebody."""
    statement = select(Cohort).where(Cohort.id == made.cohort_id)
    return session.scalars(unscoped(statement, "the cohort of a roster found in scope")).one()


def site_of_import(made: RosterImport) -> Site | None:
    """Its site; None for a roster of every site."""
    statement = select(Site).where(Site.id == made.site_id)
    return session.scalar(unscoped(statement, "the site of a roster found in scope"))


def sites_for(actor: Actor, cohort: Cohort) -> list[Site]:
    """The sites of `cohort` whose rosters `actor` may import, by name. One query."""
    here = select(Section.site_id).where(Section.cohort_id == cohort.id)
    statement = select(Site).where(Site.id.in_(here)).order_by(Site.name)
    return list(session.scalars(scoped(statement, actor, Action.ROSTER_IMPORT)))


def leaver_states(lines: Sequence[RosterLine]) -> dict[int, tuple[Enrollment, Status | None]]:
    """The enrollment of each line and where it stands now, by its row number. Two queries."""
    numbers = [line.enrollment_id for line in lines if line.enrollment_id]
    statement = select(Enrollment).where(Enrollment.id.in_(numbers))
    found = session.scalars(unscoped(statement, "named by a roster that was found in scope")).all()
    changes = grouped(standing(StatusChange, found))
    return {row.id: (row, latest(changes.get(row.id, ()))) for row in found}
