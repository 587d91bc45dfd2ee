"""Rosters: look at a file, do exactly what was seen, take it back; and the invitations of a cohort."""

from datetime import datetime
from typing import Annotated

from flask import request
from pydantic import Field, StringConstraints

from lms.api.finding import find
from lms.api.kit import operation
from lms.api.shapes import Paged, Shape
from lms.hub.cohorts.queries import find_cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.roster.kinds import PlanKind
from lms.hub.roster.models.imports import RosterImport, RosterLine
from lms.hub.roster.queries.imports import (
    changes_of,
    fault_of,
    find_import,
    kept,
    list_imports,
    page_of_lines,
    past_of,
    sites_for,
)
from lms.hub.roster.queries.invitations import deliveries, list_invited
from lms.hub.roster.services.importing import confirm_roster, plan_roster
from lms.hub.roster.services.invitations import invite_again, invite_cohort, revoke_invitation
from lms.hub.roster.services.undoing import undo_roster
from lms.kernel import deadline
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.web.language import tell

SECONDS = 60
FILES = "files"
OF = "/cohorts/<public_id:cohort>"
ROSTER = "/rosters/<public_id:roster>"


class RosterForm(Shape):
    """The text fields; the CSV or XLSX file comes beside them as `files`, one file."""

    site: Annotated[str, StringConstraints(pattern=r"^([a-z2-7]{20})?$")] = Field(
        default="", description="Id of the one site; leave it out for every site of the cohort."
    )


class RosterOut(Shape):
    """What a file would do, or did. `site`: null for every site. Errors: nothing can be done before they are gone."""

    id: str
    cohort_id: str
    site: str | None
    file_name: str
    rows: int
    joins: int
    changes: int
    unchanged: int
    leavers: int
    errors: int
    made_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None


class RostersOut(Shape):
    """The latest first."""

    items: list[RosterOut]


class LinesQuery(Paged):
    """Which part of the plan."""

    kind: PlanKind = Field(default=PlanKind.FAULT, description="Errors, joins, changes, or who is not in the file.")


class RosterChangeOut(Shape):
    """One field. `old` is empty for somebody new."""

    field: str
    old: str
    new: str


class RosterLineOut(Shape):
    """One line of the plan. `row`: of the file, 0 for a leaver. `kept_because`: why undoing left it."""

    row: int
    kind: PlanKind
    name: str
    column: str | None
    error: str | None
    changes: list[RosterChangeOut]
    is_undone: bool | None
    kept_because: str | None


class RosterLinesOut(Shape):
    """`next`: send it as `after` for the following page; null on the last one."""

    items: list[RosterLineOut]
    next: str | None


class InvitationOut(Shape):
    """Where the invitation of one student stands."""

    enrollment_id: str
    name: str
    email: str
    state: str
    expires_at: datetime | None
    note: str


class InvitationsOut(Shape):
    """By name."""

    items: list[InvitationOut]


@operation(f"GET {OF}/rosters", Action.ROSTER_IMPORT, gives=RostersOut)
def list_rosters(actor: Actor, cohort: str) -> RostersOut:
    """The latest 50 rosters that were uploaded for a cohort."""
    found = find_cohort(actor, cohort)
    return RostersOut(items=[_roster(one.roster, cohort, one.site) for one in list_imports(actor, found)])


@operation(f"POST {OF}/rosters", Action.ROSTER_IMPORT, gives=RosterOut, form=RosterForm, status=201)
def post_roster(actor: Actor, cohort: str, form: RosterForm) -> RosterOut:
    """Look at a CSV or XLSX file: what it would do is stored, and nothing else happens."""
    deadline.begin(SECONDS)
    found = find_cohort(actor, cohort)
    files = request.files.getlist(FILES)
    if len(files) != 1 or len(request.files) != 1:
        raise RuleBroken(N_("Send one file, as files."), field=FILES)
    site = next((one for one in sites_for(actor, found) if one.public_id == form.site), None)
    if form.site and site is None:
        raise NotFound()
    made = plan_roster(actor, found, site, files[0].filename or "", files[0].stream.read())
    return _roster(made, cohort, site.name if site else "")


@operation(f"GET {ROSTER}", Action.ROSTER_IMPORT, gives=RosterOut)
def get_roster(actor: Actor, roster: str) -> RosterOut:
    """One roster."""
    return _found(find_import(actor, roster))


@operation(f"GET {ROSTER}/lines", Action.ROSTER_IMPORT, gives=RosterLinesOut, query=LinesQuery)
def list_roster_lines(actor: Actor, roster: str, query: LinesQuery) -> RosterLinesOut:
    """One part of the plan, in the file's order."""
    page = page_of_lines(find_import(actor, roster), query.kind, query.after, query.limit)
    return RosterLinesOut(items=[_line(line) for line in page.items], next=page.after)


@operation(f"POST {ROSTER}/confirmation", Action.ROSTER_IMPORT, gives=RosterOut)
def confirm_one_roster(actor: Actor, roster: str) -> RosterOut:
    """Do exactly what the plan says; 409 where the cohort has changed since it was looked at."""
    deadline.begin(SECONDS)
    return _found(confirm_roster(actor, find_import(actor, roster)))


@operation(f"POST {ROSTER}/undoing", Action.ROSTER_IMPORT, gives=RosterOut)
def undo_one_roster(actor: Actor, roster: str) -> RosterOut:
    """Take it back as far as nobody has built on it; the lines say what stayed and why."""
    deadline.begin(SECONDS)
    return _found(undo_roster(actor, find_import(actor, roster)))


@operation(f"GET {OF}/invitations", Action.PERSON_INVITE, gives=InvitationsOut)
def list_invitations(actor: Actor, cohort: str) -> InvitationsOut:
    """Who of a cohort can sign in, and what became of the letters to the others."""
    return _invitations(actor, cohort)


def _invitations(actor: Actor, cohort: str) -> InvitationsOut:
    people = list_invited(actor, find_cohort(actor, cohort))
    return InvitationsOut(
        items=[
            InvitationOut(
                enrollment_id=one.enrollment.public_id,
                name=one.person.name,
                email=one.person.email,
                state=one.delivery.state,
                expires_at=one.delivery.link.expires_at if one.delivery.link else None,
                note=one.delivery.note,
            )
            for one in people
        ]
    )


@operation(f"POST {OF}/invitations", Action.PERSON_INVITE, gives=InvitationsOut)
def invite_all_of_cohort(actor: Actor, cohort: str) -> InvitationsOut:
    """Invite everybody who has no live link; the list afterwards."""
    deadline.begin(SECONDS)
    invite_cohort(actor, find_cohort(actor, cohort))
    return _invitations(actor, cohort)


@operation("POST /enrollments/<public_id:enrollment>/invitation", Action.PERSON_INVITE, gives=InvitationOut)
def invite_student(actor: Actor, enrollment: str) -> InvitationOut:
    """A new link for one student; the old one is worth nothing from now on."""
    found = find(actor, Action.PERSON_INVITE, Enrollment, enrollment)
    return _invitation(found, invite_again(actor, found))


@operation("POST /enrollments/<public_id:enrollment>/invitation/revocation", Action.PERSON_INVITE, gives=InvitationOut)
def revoke_student_invitation(actor: Actor, enrollment: str) -> InvitationOut:
    """Make the open link of one student worth nothing."""
    found = find(actor, Action.PERSON_INVITE, Enrollment, enrollment)
    return _invitation(found, revoke_invitation(actor, found))


def _found(made: RosterImport) -> RosterOut:
    (past,) = past_of([made])
    return _roster(made, past.cohort_id, past.site)


def _roster(made: RosterImport, cohort_id: str, site: str) -> RosterOut:
    return RosterOut(
        id=made.public_id,
        cohort_id=cohort_id,
        site=site or None,
        file_name=made.file_name,
        rows=made.rows,
        joins=made.joins,
        changes=made.changes,
        unchanged=made.unchanged,
        leavers=made.leavers,
        errors=made.faults,
        made_at=made.made_at,
        applied_at=made.applied_at,
        undone_at=made.undone_at,
    )


def _line(line: RosterLine) -> RosterLineOut:
    is_fault, why = line.kind is PlanKind.FAULT, kept(line)
    column, sentence = fault_of(line) if is_fault else (None, None)
    changes = () if is_fault else changes_of(line)
    return RosterLineOut(
        row=line.number,
        kind=line.kind,
        name=line.name,
        column=column,
        error=tell(sentence) if sentence else None,
        changes=[RosterChangeOut(field=one.field, old=one.old, new=one.new) for one in changes],
        is_undone=line.is_undone,
        kept_because=tell(why) if why else None,
    )


def _invitation(enrollment: Enrollment, person: Person) -> InvitationOut:
    delivery = deliveries([person])[person.id]
    return InvitationOut(
        enrollment_id=enrollment.public_id,
        name=person.name,
        email=person.email,
        state=delivery.state,
        expires_at=delivery.link.expires_at if delivery.link else None,
        note=delivery.note,
    )
