"""What a coordinator or instructor does about a week that is closed: reopen it, or adjust its hours by two persons."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lms.hub.catalog.kinds import Kind
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import Adjustment, HoursEntry, WeekSheet
from lms.hub.hours.models.deciding import AdjustmentDecision, AdjustmentProposal
from lms.hub.hours.rules.entry import SUPERVISED, Evidence
from lms.hub.hours.rules.sheet import (
    REOPENED_LAG_DAYS,
    WINDOW,
    Step,
    check_adjustable,
    check_adjustment,
    check_reopen,
    check_second,
    lag_days,
    part_of,
)
from lms.hub.hours.services.decisions import is_in_section
from lms.hub.hours.services.desk import enrollment_of
from lms.hub.hours.services.docket import Docket, docket_of
from lms.hub.hours.services.sheets import check_is_week_of
from lms.kernel import prose
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import monday_of
from lms.messages.services import notify
from lms.people.access import Action, Actor, Relation
from lms.people.anchors import anchor_of
from lms.people.commands import command
from lms.people.scope import unscoped, within

ERASED = "-"  # a reason that was erased meanwhile was one


@command(Action.HOURS_REOPEN)
def reopen_week(actor: Actor, enrollment: Enrollment, monday: date, reason: str) -> WeekSheet:
    """Let the student write a locked or approved week again, for a week from now; every part is handed in anew."""
    docket = docket_of(enrollment, monday)
    check_is_week_of(docket.week.situation, monday)
    place = docket.week.situation
    check_reopen(docket.week.sheet, monday, place.zone, docket.now, reason, place.terms)
    event = docket.note(Step.REOPENED, None, open_until=docket.now + WINDOW, reason=reason)
    until = docket.week.sheet.closes_at(docket.week.times)
    notify(enrollment.person_id, "week-reopened", event.public_id, monday=monday, until=until)
    return docket.sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Signed minutes of one kind on one day. unit_id: row number. paid_by_firm: whether the firm paid them."""

    day: date
    minutes: int
    kind: Kind
    unit_id: int | None = None
    paid_by_firm: bool = False


@command(Action.HOURS_ADJUST)
def propose_adjustment(actor: Actor, enrollment: Enrollment, correction: Correction, reason: str) -> AdjustmentProposal:
    """Propose to add to a closed week, or with a minus sign to take away; a second person confirms it (D17, H19).

    A week that its student can still write, or that waits for its approver, is refused. After six weeks only a
    coordinator proposes (H9). A supervisor proposes for capstone work at the own firm only.
    """
    docket = docket_of(enrollment, monday_of(correction.day))
    check_is_week_of(docket.week.situation, docket.week.monday)
    _check_reach(actor, enrollment, correction, docket)
    _check(docket, correction, reason, actor)
    return _propose(docket, correction, reason)


@command(Action.HOURS_ADJUST)
def propose_paid(actor: Actor, entry: HoursEntry, paid_by_firm: bool, reason: str) -> AdjustmentProposal:
    """Propose that the firm did, or did not, pay for `entry`; its minutes stay (decision 7)."""
    _check_says_other(entry, paid_by_firm)
    enrollment = enrollment_of(entry)
    docket = docket_of(enrollment, entry.monday)
    back, _ = _paid_corrections(entry, paid_by_firm)
    _check_reach(actor, enrollment, back, docket)
    _check(docket, back, reason, actor)
    to_stand = Correction(day=entry.day, minutes=0, kind=entry.kind, unit_id=entry.unit_id, paid_by_firm=paid_by_firm)
    return _propose(docket, to_stand, reason, entry)


def _propose(
    docket: Docket, correction: Correction, reason: str, entry: HoursEntry | None = None
) -> AdjustmentProposal:
    proposal = AdjustmentProposal(
        enrollment_id=docket.enrollment.id,
        monday=docket.week.monday,
        day=correction.day,
        minutes=correction.minutes,
        kind=correction.kind,
        unit_id=correction.unit_id,
        paid_by_firm=correction.paid_by_firm,
        entry_id=entry.id if entry else None,
    )
    session.add(proposal)
    session.flush()
    prose.keep(proposal, reason=reason.strip())
    return proposal


@command(Action.HOURS_ADJUST)
def confirm_adjustment(actor: Actor, proposal: AdjustmentProposal) -> list[Adjustment]:
    """The second person agrees: from now on the minutes count, and the student is told (D17, H19).

    Never whoever proposed it, and never the student. What was approved keeps its total and its hash.
    """
    docket = _undecided(proposal)
    check_second(actor.person_id or 0, proposal.recorded_by_id, docket.enrollment.person_id)
    reason = prose.prose_of([proposal], "reason").get(proposal.public_id, "") or ERASED
    corrections, evidence = [_correction_of(proposal)], Evidence.COUNTERSIGNED
    if proposal.entry_id is not None:
        entry = _entry_of(proposal, docket)
        _check_says_other(entry, proposal.paid_by_firm)
        corrections, evidence = list(_paid_corrections(entry, proposal.paid_by_firm)), entry.evidence
    _check_kind(actor, docket.enrollment, proposal.kind)
    _check(docket, corrections[0], reason, actor)
    session.add(_decision(proposal, is_confirmed=True))
    made = [_adjust(docket, correction, reason, evidence, proposal) for correction in corrections]
    session.flush()
    notify(docket.enrollment.person_id, "hours-adjusted", proposal.public_id, monday=proposal.monday)
    return made


@command(Action.HOURS_ADJUST)
def decline_adjustment(actor: Actor, proposal: AdjustmentProposal, reason: str) -> AdjustmentDecision:
    """Nothing changes. Whoever proposed it may take it back this way. Raises RuleBroken without a reason."""
    docket = _undecided(proposal)
    if actor.person_id == docket.enrollment.person_id:
        raise RuleBroken(N_("These are your own hours. Somebody else has to adjust them."))
    if not reason.strip():
        raise RuleBroken(N_("Say why the adjustment is not made."), field="reason")
    decision = _decision(proposal, is_confirmed=False)
    session.add(decision)
    session.flush()
    prose.keep(decision, reason=reason.strip())
    return decision


def _undecided(proposal: AdjustmentProposal) -> Docket:
    """The docket of the week, locked. Raises Conflict if somebody decided meanwhile."""
    owner = select(Enrollment).where(Enrollment.id == proposal.enrollment_id)
    enrollment = session.scalars(unscoped(owner, "the enrollment of a proposal that was found")).one()
    docket = docket_of(enrollment, proposal.monday)
    decided = within(select(AdjustmentDecision), enrollment).where(AdjustmentDecision.proposal_id == proposal.id)
    if session.scalars(decided).first() is not None:
        raise Conflict(N_("Somebody decided on this adjustment already. Reload the page."))
    return docket


def _decision(proposal: AdjustmentProposal, *, is_confirmed: bool) -> AdjustmentDecision:
    return AdjustmentDecision(enrollment_id=proposal.enrollment_id, proposal_id=proposal.id, is_confirmed=is_confirmed)


def _correction_of(proposal: AdjustmentProposal) -> Correction:
    return Correction(
        day=proposal.day,
        minutes=proposal.minutes,
        kind=proposal.kind,
        unit_id=proposal.unit_id,
        paid_by_firm=proposal.paid_by_firm,
    )


def _entry_of(proposal: AdjustmentProposal, docket: Docket) -> HoursEntry:
    found = next((one for one in docket.week.entries if one.id == proposal.entry_id), None)
    if found is None:
        raise Conflict(N_("The entry that this is about does not stand any more."))
    return found


def _check_says_other(entry: HoursEntry, paid_by_firm: bool) -> None:
    if entry.paid_by_firm is paid_by_firm:
        raise RuleBroken(N_("The entry says so already."), field="paid_by_firm")


def _paid_corrections(entry: HoursEntry, paid_by_firm: bool) -> tuple[Correction, Correction]:
    """The minutes taken away as they were, and added as they are to be."""
    back, anew = (
        Correction(
            day=entry.day, minutes=sign * entry.minutes, kind=entry.kind, unit_id=entry.unit_id, paid_by_firm=paid
        )
        for sign, paid in ((-1, entry.paid_by_firm), (1, paid_by_firm))
    )
    return back, anew


def _check(docket: Docket, correction: Correction, reason: str, actor: Actor) -> None:
    """Raise RuleBroken unless the week is closed and the correction is one (D17)."""
    week = docket.week
    spell = week.situation.spell_on(correction.day)
    key = part_of(correction.kind, spell.id if spell else None, week.situation.supervised)
    check_adjustable(week.sheet, key, week.times, docket.now)
    before = week.totals.by_kind.get(correction.kind, 0)
    check_adjustment(correction.minutes, before, reason, actor.person_id or 0, docket.enrollment.person_id)


def _check_kind(actor: Actor, enrollment: Enrollment, kind: Kind) -> None:
    if kind not in SUPERVISED and not is_in_section(actor, enrollment):
        raise RuleBroken(N_("At the firm only capstone work can be adjusted."), field="kind")


def _check_reach(actor: Actor, enrollment: Enrollment, correction: Correction, docket: Docket) -> None:
    """Raise RuleBroken for a kind that is not the actor's to adjust, and for what only a coordinator may bring in."""
    _check_kind(actor, enrollment, correction.kind)
    lag = lag_days(correction.day, docket.now, docket.week.situation.zone)
    sites = {site for site, _ in anchor_of(enrollment).seats}
    if lag > REOPENED_LAG_DAYS and not (actor.is_system or sites & actor.places(Relation.COORDINATOR)):
        raise RuleBroken(
            N_("This is more than %(days)s days ago. Only the coordinator can adjust it."),
            field="day",
            days=REOPENED_LAG_DAYS,
        )


def _adjust(
    docket: Docket, correction: Correction, reason: str, evidence: Evidence, proposal: AdjustmentProposal
) -> Adjustment:
    zone = docket.week.situation.zone
    spell = docket.week.situation.spell_on(correction.day)
    adjustment = Adjustment(
        enrollment_id=docket.enrollment.id,
        monday=docket.week.monday,
        day=correction.day,
        zone=zone,
        minutes=correction.minutes,
        kind=correction.kind,
        unit_id=correction.unit_id,
        spell_id=spell.id if spell else None,
        paid_by_firm=correction.paid_by_firm,
        evidence_level=int(evidence),
        lag_days=lag_days(correction.day, docket.now, zone),
        proposal_id=proposal.id,
    )
    session.add(adjustment)
    prose.keep(adjustment, reason=reason)
    return adjustment
