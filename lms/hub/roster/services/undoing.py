"""Taking an import back, as far as the facts permit: what somebody has used or changed since stays, and says why.

A join that is taken back becomes a withdrawal in the place of its last state; a change is superseded by what stood
before. Nobody is deleted.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, or_, select

from lms.hub.enrollment.kinds import Status, StatusReason
from lms.hub.enrollment.models import StatusChange
from lms.hub.roster.kinds import PlanKind
from lms.hub.roster.models.imports import RosterImport, RosterLine, StudentNumber
from lms.hub.roster.queries.imports import changes_of, cohort_of_import, list_lines, site_of_import
from lms.hub.roster.queries.snapshot import Asked, Snapshot, snapshot
from lms.hub.roster.queries.use import used_since
from lms.hub.roster.rules.state import key_of
from lms.hub.roster.services.bulk import add_all, change_all
from lms.hub.roster.services.changing import close_links
from lms.hub.roster.services.reverting import Reverting
from lms.kernel.acting import acting_at, acting_person_id
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.plain import to_plain
from lms.kernel.text import N_, say
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Invitation
from lms.people.anchors import forget_anchors
from lms.people.commands import command
from lms.people.grants.models import GrantRow
from lms.people.scope import unscoped

USED = N_("They have worked, or were changed, since.")
ACCEPTED = N_("They have accepted their invitation.")


@command(Action.ROSTER_IMPORT)
def undo_roster(actor: Actor, made: RosterImport) -> RosterImport:
    """Take back what the import did, line by line; each line says whether it was, or why not.

    Raises RuleBroken for an import that was not applied, or was taken back before.
    """
    if made.applied_at is None:
        raise RuleBroken(N_("This roster was never applied; there is nothing to take back."))
    if made.undone_at is not None:
        raise RuleBroken(N_("This roster was taken back already."))
    cohort = cohort_of_import(made)
    lines = list_lines(made, PlanKind.JOIN, PlanKind.CHANGE)
    snap = snapshot(cohort, site_of_import(made), _asked(lines))
    joins = [line for line in lines if line.kind is PlanKind.JOIN]
    numbers = [line.enrollment_id for line in lines if line.enrollment_id]
    used = used_since(numbers, made.applied_at)
    accepted = _accepted(joins, made)
    gone = []
    for line in joins:
        why = ACCEPTED if line.person_id in accepted else USED if line.enrollment_id in used else ""
        _note(line, why)
        if not why:
            gone.append(line)
    _take_out(gone, snap, today(cohort.zone))
    changed = [line.enrollment_id for line in lines if line.kind is PlanKind.CHANGE and line.enrollment_id]
    reverting = Reverting(snap, made.applied_at, used, changed)
    for line in lines:
        if line.kind is PlanKind.CHANGE:
            _note(line, reverting.revert(line))
    reverting.write()
    made.undone_at, made.undone_by_id = acting_at(), acting_person_id()
    forget_anchors()
    return made


def _asked(lines: Iterable[RosterLine]) -> Asked:
    """The addresses and firms that stood before, so that they can be found again."""
    changes = [change for line in lines for change in changes_of(line)]
    firms = {key_of(change.old) for change in changes if change.field == "firm"}
    emails = {change.old for change in changes if change.field == "email"}
    return Asked(tuple(emails - {""}), (), tuple(firms - {""}))


def _note(line: RosterLine, why: str) -> None:
    line.is_undone = not why
    line.kept_because = to_plain(say(why)) if why else None


def _accepted(joins: Sequence[RosterLine], made: RosterImport) -> frozenset[int]:
    """Who of them has set a password since."""
    people = [line.person_id for line in joins if line.person_id]
    statement = select(Invitation.person_id).where(
        Invitation.person_id.in_(people), Invitation.purpose == "invite", Invitation.used_at >= made.applied_at
    )
    return frozenset(session.scalars(unscoped(statement, "who accepted since a roster that was found in scope")))


def _take_out(lines: Sequence[RosterLine], snap: Snapshot, day: Any) -> None:
    """Withdrawn in the place of their last state; their links, their own grant and their numbers here go."""
    enrollments = [line.enrollment_id for line in lines if line.enrollment_id]
    if not enrollments:
        return
    last = [max(snap.changes[number], key=lambda row: (row.effective_on, row.id)) for number in enrollments]
    add_all(
        StatusChange,
        [
            {
                "enrollment_id": row.enrollment_id,
                "status": Status.WITHDRAWN,
                "effective_on": row.effective_on,
                "reason": StatusReason.OTHER,
                "supersedes_id": row.id,
            }
            for row in last
        ],
    )
    people = [line.person_id for line in lines if line.person_id]
    close_links(people)
    grants = select(GrantRow.id, GrantRow.from_day).where(
        GrantRow.relation == Relation.STUDENT,
        GrantRow.place_id.in_(enrollments),
        or_(GrantRow.to_day.is_(None), GrantRow.to_day >= day),
    )
    rows = session.execute(grants).all()
    change_all(
        GrantRow, [{"id": row.id, "to_day": row.from_day.fromordinal(row.from_day.toordinal() - 1)} for row in rows]
    )
    numbered = [line for line in lines if any(change.field == "external_id" for change in changes_of(line))]
    codes = {line.person_id: c.new for line in numbered for c in changes_of(line) if c.field == "external_id"}
    gone: Any = delete(StudentNumber).where(
        StudentNumber.person_id.in_(list(codes)), StudentNumber.code.in_(set(codes.values()))
    )
    session.execute(unscoped(gone.execution_options(synchronize_session=False), "numbers that the roster gave"))
