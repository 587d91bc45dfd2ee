"""What a coordinator or instructor does about a week that is closed: reopen it, or adjust its hours."""

from dataclasses import dataclass
from datetime import date

from lms.hub.catalog.kinds import Kind
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import Adjustment, HoursEntry, WeekSheet
from lms.hub.hours.rules.entry import SUPERVISED, Evidence
from lms.hub.hours.rules.sheet import (
    REOPENED_LAG_DAYS,
    WINDOW,
    Step,
    check_adjustable,
    check_adjustment,
    check_reopen,
    lag_days,
    part_of,
)
from lms.hub.hours.services.decisions import is_in_section
from lms.hub.hours.services.desk import enrollment_of
from lms.hub.hours.services.docket import Docket, docket_of
from lms.hub.hours.services.sheets import check_is_week_of
from lms.kernel import prose
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import monday_of
from lms.messages.services import notify
from lms.people.access import Action, Actor, Relation
from lms.people.anchors import anchor_of
from lms.people.commands import command


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
def adjust_hours(actor: Actor, enrollment: Enrollment, correction: Correction, reason: str) -> Adjustment:
    """Add to a closed week, or with a minus sign take away; the entries themselves stay as they were (D17).

    A week that its student can still write, or that waits for its approver, is refused. After six weeks only a
    coordinator adjusts (H9). A supervisor adjusts capstone work at the own firm only.
    """
    docket = docket_of(enrollment, monday_of(correction.day))
    check_is_week_of(docket.week.situation, docket.week.monday)
    _check_reach(actor, enrollment, correction, docket)
    _check(docket, correction, reason, actor)
    return _adjust(docket, correction, reason)


@command(Action.HOURS_ADJUST)
def correct_paid(actor: Actor, entry: HoursEntry, paid_by_firm: bool, reason: str) -> list[Adjustment]:
    """Say that the firm did, or did not, pay for `entry`: two adjustments that leave the minutes (decision 7)."""
    if entry.paid_by_firm is paid_by_firm:
        raise RuleBroken(N_("The entry says so already."), field="paid_by_firm")
    enrollment = enrollment_of(entry)
    docket = docket_of(enrollment, entry.monday)
    kind, unit_id = entry.kind, entry.unit_id
    back = Correction(
        day=entry.day, minutes=-entry.minutes, kind=kind, unit_id=unit_id, paid_by_firm=entry.paid_by_firm
    )
    anew = Correction(day=entry.day, minutes=entry.minutes, kind=kind, unit_id=unit_id, paid_by_firm=paid_by_firm)
    _check_reach(actor, enrollment, back, docket)
    _check(docket, back, reason, actor)
    return [_adjust(docket, correction, reason, entry.evidence) for correction in (back, anew)]


def _check(docket: Docket, correction: Correction, reason: str, actor: Actor) -> None:
    """Raise RuleBroken unless the week is closed and the correction is one (D17)."""
    week = docket.week
    spell = week.situation.spell_on(correction.day)
    key = part_of(correction.kind, spell.id if spell else None, week.situation.supervised)
    check_adjustable(week.sheet, key, week.times, docket.now)
    before = week.totals.by_kind.get(correction.kind, 0)
    check_adjustment(correction.minutes, before, reason, actor.person_id or 0, docket.enrollment.person_id)


def _check_reach(actor: Actor, enrollment: Enrollment, correction: Correction, docket: Docket) -> None:
    """Raise RuleBroken for a kind that is not the actor's to adjust, and for what only a coordinator may bring in."""
    if correction.kind not in SUPERVISED and not is_in_section(actor, enrollment):
        raise RuleBroken(N_("At the firm only capstone work can be adjusted."), field="kind")
    lag = lag_days(correction.day, docket.now, docket.week.situation.zone)
    sites = {site for site, _ in anchor_of(enrollment).seats}
    if lag > REOPENED_LAG_DAYS and not (actor.is_system or sites & actor.places(Relation.COORDINATOR)):
        raise RuleBroken(
            N_("This is more than %(days)s days ago. Only the coordinator can adjust it."),
            field="day",
            days=REOPENED_LAG_DAYS,
        )


def _adjust(
    docket: Docket, correction: Correction, reason: str, evidence: Evidence = Evidence.COUNTERSIGNED
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
    )
    session.add(adjustment)
    prose.keep(adjustment, reason=reason.strip())
    return adjustment
