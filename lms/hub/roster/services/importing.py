"""A roster is read, planned and stored; confirming applies the very plan that was stored, in one transaction."""

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.roster.anchors import roster_place
from lms.hub.roster.kinds import PlanKind
from lms.hub.roster.models.imports import RosterImport, RosterLine
from lms.hub.roster.queries.imports import cohort_of_import, lines_to_apply, site_of_import
from lms.hub.roster.queries.snapshot import Asked, snapshot
from lms.hub.roster.rules.plan import Plan, make_plan
from lms.hub.roster.rules.reading import Fault, read_roster
from lms.hub.roster.services.bulk import add_all, change_all
from lms.hub.roster.services.changing import change_accounts, employ_all, move, set_offsets
from lms.hub.roster.services.writing import (
    Entry,
    Writing,
    add_states,
    open_accounts,
    open_enrollments,
    set_numbers,
)
from lms.kernel.acting import acting_at, acting_person_id
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.plain import values_to_plain
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Anchor
from lms.people.commands import command
from lms.people.orgs.models import Site
from lms.people.scope import unscoped

FILE_NAME_MOST = 100


def plan_roster(actor: Actor, cohort: Cohort, site: Site | None, file_name: str, data: bytes) -> RosterImport:
    """Read a roster and store what it would change; nothing else is written. site None: of every site.

    Raises RuleBroken for what is no table at all; every other fault stands in the plan, by row and column.
    """
    place = roster_place(cohort.id, cohort.program_id, site.id if site else None)
    return _store(actor, place, cohort, site, file_name, data)


@command(Action.ROSTER_IMPORT)
def _store(actor: Actor, place: Anchor, cohort: Cohort, site: Site | None, file_name: str, data: bytes) -> RosterImport:
    reading = read_roster(data)
    asked = Asked.of(reading.rows)
    before = snapshot(cohort, site, asked).before
    plan = make_plan(reading.rows, before, reading.faults)
    made = RosterImport(
        cohort_id=cohort.id,
        site_id=site.id if site else None,
        file_name=_clean(file_name),
        file_sha256=hashlib.sha256(data).hexdigest(),
        base_sha256=before.digest(),
        asked={"emails": list(asked.emails), "numbers": list(asked.numbers), "firms": list(asked.firms)},
        rows=reading.count,
        joins=plan.count(PlanKind.JOIN),
        changes=plan.count(PlanKind.CHANGE),
        leavers=plan.count(PlanKind.LEAVER),
        unchanged=plan.unchanged,
        faults=len(plan.faults),
        made_at=acting_at(),
        made_by_id=acting_person_id(),
    )
    session.add(made)
    session.flush()
    add_all(RosterLine, [{"roster_import_id": made.id, **row} for row in _rows(plan)])
    return made


def _clean(name: str) -> str:
    return "".join(c for c in name if c.isprintable())[-FILE_NAME_MOST:] or "roster.csv"


def _rows(plan: Plan) -> Iterable[dict[str, Any]]:
    for line in plan.lines:
        yield {
            "number": line.number,
            "kind": line.kind,
            "name": line.name,
            "person_id": line.person_id,
            "enrollment_id": line.enrollment_id,
            "detail": [[change.field, change.old, change.new] for change in line.changes],
        }
    for fault in plan.faults:
        yield {
            "number": fault.row,
            "kind": PlanKind.FAULT,
            "name": fault.value,
            "person_id": None,
            "enrollment_id": None,
            "detail": _plain(fault),
        }


def _plain(fault: Fault) -> dict[str, Any]:
    return {
        "column": fault.column,
        "message": fault.sentence.message,
        "values": values_to_plain(fault.sentence.values),
    }


@command(Action.ROSTER_IMPORT)
def confirm_roster(actor: Actor, made: RosterImport) -> RosterImport:
    """Do what the stored plan says, all of it or nothing. Once; the second time nothing happens.

    Raises RuleBroken for a plan with faults, and Conflict where the facts that it was made from have changed since.
    """
    _lock(made)
    if made.applied_at is not None:
        return made
    if made.faults:
        raise RuleBroken(N_("This roster has errors. Correct the file and upload it again."), field="file")
    cohort = cohort_of_import(made)
    asked = Asked(*(tuple(made.asked[name]) for name in ("emails", "numbers", "firms")))
    snap = snapshot(cohort, site_of_import(made), asked)
    if snap.before.digest() != made.base_sha256:
        raise Conflict(
            N_("This cohort has changed since the file was looked at. Upload it again to see what it does now.")
        )
    apply_lines(Writing(cohort, snap, actor.person_id), made)
    made.applied_at, made.applied_by_id = acting_at(), acting_person_id()
    return made


def _lock(made: RosterImport) -> None:
    """One roster of a cohort at a time, and this row as it stands now."""
    for model, number in ((Cohort, made.cohort_id), (RosterImport, made.id)):
        statement = select(model).where(model.id == number).with_for_update()
        session.execute(unscoped(statement.execution_options(populate_existing=True), "one roster at a time"))


def apply_lines(writing: Writing, made: RosterImport) -> None:
    """Write every join and change of the plan. About thirty statements, and one more for each thousand rows."""
    lines = lines_to_apply(made)
    pairs = [(number, Entry.of(line)) for number, line in lines]
    entries = [entry for _, entry in pairs]
    kinds = [line.kind for _, line in lines]
    joins = [entry for kind, entry in zip(kinds, entries, strict=True) if kind is PlanKind.JOIN]
    others = [entry for kind, entry in zip(kinds, entries, strict=True) if kind is PlanKind.CHANGE]
    change_accounts(entries)
    set_offsets(writing, entries)
    open_accounts(writing, joins)
    open_enrollments(writing, joins)
    move(writing, entries)
    employ_all(writing, entries)
    add_states(writing, [*joins, *(entry for entry in others if "status" in entry.wanted)])
    set_numbers(writing, entries)
    change_all(
        RosterLine,
        [
            {"id": number, "person_id": entry.person_id, "enrollment_id": entry.enrollment_id}
            for number, entry in pairs
            if entry.is_new
        ],
    )
