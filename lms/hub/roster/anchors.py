"""How grants reach rosters, seats and appointments, in SQL and row by row.

A roster is of one site of a cohort, or of all of it: then only the program reaches it. A seat contract without a site
is reached from every site of the cohort.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.anchors import IN_FIRM, PROGRAM_WIDE
from lms.hub.roster.models.imports import RosterImport
from lms.hub.roster.models.seats import Appointment, SeatContract
from lms.kernel.db import session
from lms.people.access import Anchor, Grant, Relation
from lms.people.anchors import places_of
from lms.people.scope import reach_of, unscoped

Ids = Select[int] | None


def _ids(grants: frozenset[Grant]) -> list[int]:
    return sorted(grant.place_id for grant in grants)


def _seats(grants: frozenset[Grant], site_id: Any, cohort_id: Any) -> ColumnElement[bool]:
    """At the coordinator's sites, in the one cohort where the grant names one."""
    return or_(
        false(),
        *(
            and_(site_id == grant.place_id, true() if grant.cohort_id is None else cohort_id == grant.cohort_id)
            for grant in grants
        ),
    )


@reach_of("roster_import")
def imports_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Ids:
    """Rosters of one's own site, or of one's own program."""
    if relation is Relation.COORDINATOR:
        return select(RosterImport.id).where(_seats(grants, RosterImport.site_id, RosterImport.cohort_id))
    if relation in PROGRAM_WIDE:
        joined = select(RosterImport.id).join(Cohort, Cohort.id == RosterImport.cohort_id)
        return joined.where(Cohort.program_id.in_(_ids(grants)))
    return None


@places_of("roster_import")
def import_places(import_id: int) -> Anchor:
    """The site in its cohort, and the program."""
    statement = (
        select(RosterImport.site_id, RosterImport.cohort_id, Cohort.program_id)
        .join(Cohort, Cohort.id == RosterImport.cohort_id)
        .where(RosterImport.id == import_id)
    )
    site_id, cohort_id, program_id = session.execute(unscoped(statement, "where a roster hangs")).one()
    return roster_place(cohort_id, program_id, site_id)


def roster_place(cohort_id: int, program_id: int, site_id: int | None) -> Anchor:
    """Where a roster of that site hangs, before there is one."""
    seats = frozenset({(site_id, cohort_id)}) if site_id is not None else frozenset()
    return Anchor(seats=seats, programs=frozenset({program_id}))


@reach_of("seat_contract")
def contracts_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Ids:
    """Seats of one's own firm; of the cohort at one's site; of one's program."""
    if relation in IN_FIRM:
        return select(SeatContract.id).where(SeatContract.firm_id.in_(_ids(grants)))
    if relation is Relation.COORDINATOR:
        anywhere = select(Section.cohort_id).where(_seats(grants, Section.site_id, Section.cohort_id))
        return select(SeatContract.id).where(
            or_(
                _seats(grants, SeatContract.site_id, SeatContract.cohort_id),
                and_(SeatContract.site_id.is_(None), SeatContract.cohort_id.in_(anywhere)),
            )
        )
    if relation in PROGRAM_WIDE:
        joined = select(SeatContract.id).join(Cohort, Cohort.id == SeatContract.cohort_id)
        return joined.where(Cohort.program_id.in_(_ids(grants)))
    return None


@places_of("seat_contract")
def contract_places(contract_id: int) -> Anchor:
    """The firm, the site or every site of the cohort, and the program."""
    why = "where seats hang"
    statement = (
        select(SeatContract.firm_id, SeatContract.site_id, SeatContract.cohort_id, Cohort.program_id)
        .join(Cohort, Cohort.id == SeatContract.cohort_id)
        .where(SeatContract.id == contract_id)
    )
    firm_id, site_id, cohort_id, program_id = session.execute(unscoped(statement, why)).one()
    sites: set[int] = {site_id} if site_id is not None else set()
    if site_id is None:
        sites = set(session.scalars(unscoped(select(Section.site_id).where(Section.cohort_id == cohort_id), why)))
    return Anchor(
        firms=frozenset({firm_id}),
        seats=frozenset((site, cohort_id) for site in sites),
        programs=frozenset({program_id}),
    )


@reach_of("appointment")
def appointments_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Ids:
    """Those of one's own firm, or of one's program."""
    if relation in IN_FIRM:
        return select(Appointment.id).where(Appointment.firm_id.in_(_ids(grants)))
    if relation in PROGRAM_WIDE:
        return select(Appointment.id).where(Appointment.program_id.in_(_ids(grants)))
    return None


@places_of("appointment")
def appointment_places(appointment_id: int) -> Anchor:
    """The firm and the program."""
    statement = select(Appointment.firm_id, Appointment.program_id).where(Appointment.id == appointment_id)
    firm_id, program_id = session.execute(unscoped(statement, "where an appointment hangs")).one()
    return Anchor(firms=frozenset({firm_id}), programs=frozenset({program_id}))
