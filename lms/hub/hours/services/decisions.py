"""An approver decides on parts of week sheets, and says "I saw this work"."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from lms.hub.catalog.kinds import Kind
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import HoursEntry, Seen, SheetEvent, SheetPart
from lms.hub.hours.rules.entry import SUPERVISED
from lms.hub.hours.rules.sheet import WINDOW, Manner, Route, Step, check_decides, check_return
from lms.hub.hours.rules.verdict import check_note
from lms.hub.hours.services.docket import Docket, Signed, dockets_of
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.messages.services import notify
from lms.people.access import Action, Actor, Relation, allowed
from lms.people.anchors import anchor_of
from lms.people.commands import command


@command(Action.HOURS_APPROVE)
def approve_part(
    actor: Actor, part: SheetPart, *, seen_hash: str | None = None, note: str = "", docket: Docket | None = None
) -> SheetEvent:
    """Accept the hours of a part: its total and content hash are frozen, its evidence level stays (H19, decision 10).

    seen_hash: of what the approver looked at; Conflict if the part says something else now. note: needed for hours
    logged late and for excessive weeks. docket: of several parts, read together. A supervisor's approval also says
    that the work was seen.
    """
    docket = docket or dockets_of([part])[part.week_sheet_id]
    week, key = docket.week, part.key
    check_decides(week.sheet, key, actor.person_id or 0, docket.enrollment.person_id)
    _check_seen(docket, part, seen_hash)
    check_note(week.verdict, note)
    event = docket.note(Step.APPROVED, key, signed=_signed(actor, part), note=note)
    if key.route is Route.WORKPLACE and _saw_it(actor, part):
        for kind in sorted({entry.kind for entry in week.entries_in(key)}):
            session.add(Seen(enrollment_id=docket.enrollment.id, monday=week.monday, kind=kind))
    return event


def _saw_it(actor: Actor, part: SheetPart) -> bool:
    """Whether it is the supervisor who signs, signed in or by the link: they could see the work, a delegate could not.

    The part names the employment by one of its rows; the anchor by its number, as the grant does.
    """
    is_theirs = bool(anchor_of(part).spells & actor.places(Relation.SUPERVISOR))
    return is_theirs or part.id in actor.places(Relation.LINK)


def _signed(actor: Actor, part: SheetPart) -> Signed:
    """How `actor` signs: as who they are there, else in the place of somebody."""
    if actor.is_system:
        return Signed(Manner.AUTOMATIC)
    if part.id in actor.places(Relation.LINK):
        return Signed(Manner.LINK)
    place, given = anchor_of(part), actor.places(Relation.DELEGATE)
    own = frozenset(grant for grant in actor.grants if grant.relation is not Relation.DELEGATE)
    if allowed(replace(actor, grants=own), Action.HOURS_APPROVE, place):
        return Signed()
    return Signed(Manner.DELEGATED, min(place.delegations & given))


def _check_seen(docket: Docket, part: SheetPart, seen_hash: str | None) -> None:
    if seen_hash is not None and seen_hash != docket.content_hash(part.key):
        raise Conflict(N_("The hours changed since you opened them. Look at them again."), yours=seen_hash, theirs=part)


class Decided(NamedTuple):
    """What became of one part of many: its event, or why it was left."""

    part: SheetPart
    event: SheetEvent | None = None
    broken: RuleBroken | Conflict | None = None


def approve_many(
    actor: Actor, parts: Sequence[SheetPart], seen_hashes: Mapping[str, str], note: str = ""
) -> list[Decided]:
    """Approve each of `parts` on its own; one that cannot be is left and says why (P5). Each is its own command.

    seen_hashes: by the part's public id, as the list showed them; a part that is not in it is left.
    """
    dockets = dockets_of(parts)
    return [_approve(actor, part, seen_hashes.get(part.public_id, ""), note, dockets) for part in parts]


def _approve(actor: Actor, part: SheetPart, seen: str, note: str, dockets: Mapping[int, Docket]) -> Decided:
    try:
        docket = dockets[part.week_sheet_id]
        return Decided(part, approve_part(actor, part, seen_hash=seen, note=note, docket=docket))
    except (RuleBroken, Conflict) as broken:
        return Decided(part, broken=broken)


@command(Action.HOURS_APPROVE)
def return_part(
    actor: Actor,
    part: SheetPart,
    reason: str,
    cells: Sequence[str] | Mapping[str, str] = (),
    *,
    seen_hash: str | None = None,
) -> SheetEvent:
    """Give a part back to its student with a reason; cells: public ids of the entries it is about (H21).

    cells may say of each entry what is wrong with it; then the reason for all of them may be empty. The student can
    change that part for a week, also after the lock. seen_hash: as for an approval.
    """
    docket = dockets_of([part])[part.week_sheet_id]
    week, key = docket.week, part.key
    check_decides(week.sheet, key, actor.person_id or 0, docket.enrollment.person_id)
    _check_seen(docket, part, seen_hash)
    marked = dict(cells) if isinstance(cells, Mapping) else dict.fromkeys(cells, "")
    check_return(reason, marked, [entry.public_id for entry in week.entries_in(key)])
    event = docket.note(
        Step.RETURNED, key, open_until=docket.now + WINDOW, cells=marked, signed=_signed(actor, part), reason=reason
    )
    notify(docket.enrollment.person_id, "sheet-returned", event.public_id, monday=week.monday)
    return event


@command(Action.HOURS_WITNESS)
def witness(actor: Actor, enrollment: Enrollment, monday: date, kind: Kind, entry: HoursEntry | None = None) -> Seen:
    """Say "I saw this work" of one entry, or of all hours of a kind in a week: evidence level 2 (D14, decision 10).

    A supervisor can say so of capstone work only; nobody of the own hours.
    """
    if actor.person_id == enrollment.person_id:
        raise RuleBroken(N_("These are your own hours. Somebody else has to have seen them."))
    if entry is not None and (entry.enrollment_id, entry.monday, entry.kind) != (enrollment.id, monday, kind):
        raise RuleBroken(N_("This entry is of another week or kind."), field="entry")
    if kind not in SUPERVISED and not is_in_section(actor, enrollment):
        raise RuleBroken(N_("At the firm only capstone work can be confirmed."), field="kind")
    seen = Seen(enrollment_id=enrollment.id, monday=monday, kind=kind, entry_id=entry.id if entry else None)
    session.add(seen)
    session.flush()
    return seen


def is_in_section(actor: Actor, enrollment: Enrollment) -> bool:
    """Whether the actor teaches the student or runs the site, and so may speak of every kind of hours."""
    place = anchor_of(enrollment)
    sites = {site for site, _ in place.seats}
    return (
        actor.is_system
        or bool(place.sections & actor.places(Relation.INSTRUCTOR))
        or bool(sites & actor.places(Relation.COORDINATOR))
    )
