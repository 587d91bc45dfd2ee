"""Hours to approve: the same pages for instructors, coordinators and, at the firm, supervisors.

Each of these portals puts them on its own blueprint; what somebody sees and decides there follows from the policy.
"""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from lms.guard import current_actor, requires
from lms.hub.catalog.kinds import KIND_NAMES, Kind
from lms.hub.catalog.models import Unit
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.queries.adjustments import proposals_of_week, proposals_waiting
from lms.hub.hours.queries.queue import Queue, Waiting, find_part, find_parts, lately_signed, queue_of
from lms.hub.hours.queries.signatures import signatures_of
from lms.hub.hours.queries.weeks import witnessed
from lms.hub.hours.rules.sheet import MANNER_NAMES, STATE_NAMES, Route, State
from lms.hub.hours.rules.week import level
from lms.hub.hours.services.decisions import approve_many, approve_part, return_part, witness
from lms.hub.hours.services.links import links_of, revoke_link, send_link
from lms.hub.hours.services.office import propose_paid
from lms.kernel.clock import now
from lms.kernel.db import session
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, may_at_all
from lms.web.adjusting import adjusting_words, propose
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

WRONG = "wrong-"  # before an entry's public id: the field that says what is wrong with it
EVIDENCE_NAMES = (
    N_("the student's own word"),
    N_("a trace of the system"),
    N_("seen by somebody"),
    N_("the attendance list"),
)


def add_approvals(bp: Blueprint) -> None:
    """Put the pages on the blueprint of a portal, as `<portal>.approvals` and so on."""
    bp.get("/approvals")(approvals)
    bp.post("/approvals")(approve_ticked)
    bp.get("/approvals/<public_id:part_id>")(approval)
    bp.post("/approvals/<public_id:part_id>/approval")(approve)
    bp.post("/approvals/<public_id:part_id>/return")(give_back)
    bp.post("/approvals/<public_id:part_id>/witness")(saw_this_work)
    bp.post("/approvals/<public_id:part_id>/adjustments")(propose_here)
    bp.post("/approvals/<public_id:part_id>/payments")(propose_who_paid)
    bp.post("/approvals/<public_id:part_id>/links")(mail_link)
    bp.post("/approvals/<public_id:part_id>/links/<public_id:link_id>/revocation")(take_link_back)


@requires(Action.HOURS_APPROVE)
def approvals() -> Response:
    return _list(queue_of(current_actor()))


@requires(Action.HOURS_APPROVE)
def approve_ticked() -> Response:
    actor = current_actor()
    ticked = request.form.getlist("part")
    seen = {part_id: request.form.get(f"seen-{part_id}", "") for part_id in ticked}
    decided = approve_many(actor, find_parts(actor, ticked), seen)
    done = sum(1 for one in decided if one.event is not None)
    broken = [tell(one.broken.sentence) for one in decided if one.broken is not None]
    tell_next(N_("Approved: %(count)s."), count=done)
    if broken:  # the others stay approved, so this is no error of the request
        return _list(queue_of(actor), sorted(set(broken)))
    return redirect_to(_named("approvals"))


@requires(Action.HOURS_APPROVE)
def approval(part_id: str) -> Response:
    return _sheet(find_part(current_actor(), part_id))


@requires(Action.HOURS_APPROVE)
def approve(part_id: str) -> Response:
    actor = current_actor()
    waiting = find_part(actor, part_id)
    try:
        seen, note = request.form.get("seen"), request.form.get("note", "")
        approve_part(actor, waiting.part, seen_hash=seen, note=note)
    except (RuleBroken, Conflict) as broken:
        return _sheet(waiting, broken)
    tell_next(N_("Approved: %(name)s, week %(number)s."), name=waiting.student.name, number=waiting.week.number)
    return redirect_to(_named("approvals"))


@requires(Action.HOURS_APPROVE)
def give_back(part_id: str) -> Response:
    actor = current_actor()
    waiting = find_part(actor, part_id)
    try:
        reason, seen = request.form.get("reason", ""), request.form.get("seen")
        return_part(actor, waiting.part, reason, marked_cells(request.form), seen_hash=seen)
    except (RuleBroken, Conflict) as broken:
        return _sheet(waiting, broken)
    tell_next(N_("Returned to %(name)s with your reason."), name=waiting.student.name)
    return redirect_to(_named("approvals"))


@requires(Action.HOURS_WITNESS)
def saw_this_work(part_id: str) -> Response:
    actor = current_actor()
    waiting = find_part(actor, part_id, Action.HOURS_WITNESS)
    kinds = {entry.kind for entry in waiting.entries}
    try:
        kind = next((kind for kind in kinds if kind.value == request.form.get("kind")), None)
        if kind is None:
            raise RuleBroken(N_("Choose one of the kinds of hours in this part."), field="kind")
        witness(actor, waiting.week.situation.enrollment, waiting.week.monday, kind)
    except RuleBroken as broken:
        return _sheet(waiting, broken)
    tell_next(N_("Noted: you saw this work."))
    return redirect_to(_named("approval"), part_id=part_id)


@requires(Action.HOURS_ADJUST)
def propose_here(part_id: str) -> Response:
    actor = current_actor()
    waiting = find_part(actor, part_id, Action.HOURS_ADJUST)
    try:
        propose(actor, waiting.week.situation.enrollment, waiting.week.monday, request.form)
    except (RuleBroken, Conflict) as broken:
        return _sheet(waiting, broken)
    tell_next(N_("Proposed. It counts once a second person has confirmed it."))
    return redirect_to(_named("approval"), part_id=part_id)


@requires(Action.HOURS_ADJUST)
def propose_who_paid(part_id: str) -> Response:
    """Say that the firm paid for an entry, or did not; its minutes stay, and a second person confirms it."""
    actor = current_actor()
    waiting = find_part(actor, part_id, Action.HOURS_ADJUST)
    entry = next((one for one in waiting.entries if one.public_id == request.form.get("entry")), None)
    try:
        if entry is None:
            raise RuleBroken(N_("Choose the entry that it is about."), field="entry")
        propose_paid(actor, entry, not entry.paid_by_firm, request.form.get("reason", ""))
    except (RuleBroken, Conflict) as broken:
        return _sheet(waiting, broken)
    tell_next(N_("Proposed. It counts once a second person has confirmed it."))
    return redirect_to(_named("approval"), part_id=part_id)


@requires(Action.HOURS_LINK)
def mail_link(part_id: str) -> Response:
    actor = current_actor()
    waiting = find_part(actor, part_id, Action.HOURS_LINK)
    try:
        send_link(actor, waiting.part)
    except RuleBroken as broken:
        return _sheet(waiting, broken)
    tell_next(N_("A link for this one sheet is on its way to the supervisor. It works once, for seven days."))
    return redirect_to(_named("approval"), part_id=part_id)


@requires(Action.HOURS_LINK)
def take_link_back(part_id: str, link_id: str) -> Response:
    actor = current_actor()
    waiting = find_part(actor, part_id, Action.HOURS_LINK)
    link = next((one for one in links_of(waiting.part) if one.public_id == link_id), None)
    if link is None:
        raise NotFound()
    try:
        revoke_link(actor, link)
    except RuleBroken as broken:
        return _sheet(waiting, broken)
    tell_next(N_("The link is worth nothing any more."))
    return redirect_to(_named("approval"), part_id=part_id)


def _named(view: str) -> str:
    return f"{request.blueprint}.{view}"


def marked_cells(form: MultiDict[str, str]) -> dict[str, str]:
    """What is wrong with each entry that is ticked or has words beside it, by public id."""
    wrong = {name.removeprefix(WRONG): text.strip() for name, text in form.items() if name.startswith(WRONG)}
    ticked = dict.fromkeys(form.getlist("cell"), "")
    return {**ticked, **{entry: text for entry, text in wrong.items() if text}}


def _list(queue: Queue, broken: Sequence[str] = ()) -> Response:
    entries = [entry for waiting in queue.exceptions for entry in waiting.entries]
    return page(
        "approvals/list.html",
        queue=queue,
        broken=broken,
        units=_titles(entries),
        entries_of=_in_order,
        level_of=_level,
        kind_name=_kind_name,
        typed=MultiDict(),
        action=_action,
        proposals=proposals_waiting(current_actor()),
        lately=lately_signed(current_actor()) if request.blueprint == "employer" else [],
        **adjusting_words(),
    )


def entries_shown(waiting: Waiting, entries: Sequence[HoursEntry]) -> dict[str, Any]:
    """What a page says of the entries of a part: units, comments, kinds and how well each is evidenced. One query."""
    return {"units": _titles(entries), "comments": waiting.said, "level_of": _level, "kind_name": _kind_name}


def _in_order(waiting: Waiting) -> list[HoursEntry]:
    return sorted(waiting.entries, key=lambda entry: (entry.day, entry.id))


def _level(waiting: Waiting, entry: HoursEntry) -> str:
    return tell(EVIDENCE_NAMES[int(level(entry, witnessed(waiting.week.seen, waiting.week.entries)))])


def _sheet(waiting: Waiting, broken: RuleBroken | Conflict | None = None) -> Response:
    entries = _in_order(waiting)
    return page(
        "approvals/sheet.html",
        broken.status if broken else 200,
        waiting=waiting,
        entries=entries,
        kinds=_kinds(entries),
        manners=MANNER_NAMES,
        state_names=STATE_NAMES,
        state=STATE_NAMES[waiting.part.state],
        is_waiting=waiting.part.state is State.SUBMITTED,
        error=tell(broken.sentence) if broken else "",
        typed=request.form,
        action=_action,
        **entries_shown(waiting, entries),
        signatures=signatures_of(waiting.week.events),
        links=links_of(waiting.part) if _may_link(waiting) else [],
        may_link=_may_link(waiting),
        moment=now(),
        week=waiting.week,
        proposals=proposals_of_week(waiting.week.situation.enrollment, waiting.week.monday),
        may_adjust=waiting.part.state is State.APPROVED and may_at_all(current_actor(), Action.HOURS_ADJUST),
        **adjusting_words(),
    )


def _may_link(waiting: Waiting) -> bool:
    return waiting.part.route is Route.WORKPLACE and may_at_all(current_actor(), Action.HOURS_LINK)


def _action(view: str, part_id: str) -> str:
    """The address of one of these pages in the portal in hand."""
    return url_for(_named(view), part_id=part_id)


def _kinds(entries: Sequence[HoursEntry]) -> list[Kind]:
    return sorted({entry.kind for entry in entries})


def _kind_name(kind: Kind) -> str:
    return tell(KIND_NAMES[kind])


def _titles(entries: Sequence[HoursEntry]) -> dict[int, str]:
    """Titles of the units that the entries name. One query."""
    numbers = {entry.unit_id for entry in entries if entry.unit_id is not None}
    return dict(session.execute(select(Unit.id, Unit.title).where(Unit.id.in_(numbers))).all())
