"""Breaks, holidays and closures with everything that they move: drawn, applied exactly as drawn, undone once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from lms.hub.calendar.kinds import PlanState, Push
from lms.hub.calendar.models import BreakPlan
from lms.hub.calendar.queries.dates import Dates, changed_weeks, dates_of, instant
from lms.hub.calendar.rules.cascade import Cascade, DueMove, Grounds, SessionMove, cascade
from lms.hub.calendar.services.own_dues import extension_lines, extensions_back, move_extensions
from lms.hub.calendar.services.telling import dues_of, seated_in, tell_of_dates
from lms.hub.cohorts.kinds import BreakKind
from lms.hub.cohorts.models import Break, Cohort, Section, Session, SessionTime
from lms.hub.cohorts.rules import Days
from lms.hub.cohorts.services import check_break
from lms.hub.cohorts.times import When, standing_times, when_of, write_time
from lms.hub.coursework.models import Deadline, Extension
from lms.kernel.acting import acting_at, acting_person_id
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Anchor, require
from lms.people.anchors import forget_anchors
from lms.people.commands import command
from lms.people.orgs.models import Site
from lms.people.scope import unscoped, within

CHANGED = N_("The calendar has changed since this preview. Draw it anew and look once more.")


@dataclass(frozen=True, slots=True)
class WantedBreak:
    """Days without teaching as they are asked for. site None: everywhere."""

    kind: BreakKind
    from_day: date
    to_day: date
    site: Site | None = None
    push: Push = Push.NEXT_DAY
    name: str = ""


def require_sites(actor: Actor, cohort: Cohort, site: Site | None, dates: Dates) -> None:
    """Raises NotAllowed unless `actor` may manage the cohort at every site that is touched."""
    sites = {site.id} if site else {place.id for _, place in dates.sections.values()}
    for site_id in sites:
        place = Anchor(seats=frozenset({(site_id, cohort.id)}), programs=frozenset({cohort.program_id}))
        require(actor, Action.COHORT_MANAGE, place)


@command(Action.COHORT_MANAGE)
def draw_break(actor: Actor, cohort: Cohort, wanted: WantedBreak) -> BreakPlan:
    """The preview of a break: nothing moves yet. Raises RuleBroken, and NotAllowed for other people's sites."""
    check_break(cohort, wanted.from_day, wanted.to_day)
    dates = dates_of(cohort)
    require_sites(actor, cohort, wanted.site, dates)
    if wanted.site and wanted.site.id not in {site.id for _, site in dates.sections.values()}:
        raise RuleBroken(N_("No section of this cohort is taught there."), field="site")
    _check_new(dates, wanted)
    plan = BreakPlan(
        cohort_id=cohort.id,
        site_id=wanted.site.id if wanted.site else None,
        plan=_plan(dates, wanted),
        drawn_by_id=acting_person_id(),
        drawn_at=acting_at(),
    )
    session.add(plan)
    session.flush()
    return plan


def _check_new(dates: Dates, wanted: WantedBreak) -> None:
    here = wanted.site.id if wanted.site else None
    for row in dates.breaks:
        if row.site_id in (None, here) and row.from_day <= wanted.from_day and wanted.to_day <= row.to_day:
            raise RuleBroken(N_("These days are free of teaching already."), field="from_day")


def _plan(dates: Dates, wanted: WantedBreak) -> dict[str, Any]:
    """The plan as it is stored: everything that is needed to apply it and to see whether it still holds."""
    new = Days(wanted.from_day, wanted.to_day)
    site_id = wanted.site.id if wanted.site else None
    closed = dates.closed([new], site_id)
    hit: dict[str | None, list[Days]] = {
        key: [new] for key, (_, site) in dates.sections.items() if site_id in (None, site.id)
    }
    if site_id is None:
        hit[None] = [new]
    grounds = Grounds(hit, closed, wanted.push, dates.cohort.ends_on)
    found = cascade(dates.slots(), dates.due_slots(), grounds)
    standing = [Days(row.from_day, row.to_day) for row in dates.breaks if row.site_id in (None, site_id)]
    return {
        "kind": wanted.kind.value,
        "from_day": wanted.from_day.isoformat(),
        "to_day": wanted.to_day.isoformat(),
        "push": wanted.push.value,
        "name": wanted.name.strip(),
        "site": wanted.site.public_id if wanted.site else None,
        "sessions": [_session_line(dates, move) for move in found.sessions],
        "dues": [_due_line(dates, move) for move in found.dues],
        "extensions": extension_lines(dates, grounds),
        "weeks": [
            {
                "number": week.number,
                "monday": week.monday.isoformat(),
                "before": [week.before.least, week.before.most],
                "after": [week.after.least, week.after.most],
            }
            for week in changed_weeks(dates.cohort, standing, new)
        ],
        "ends": [
            {
                "section": end.section,
                "section_name": dates.sections[end.section][0].name,
                "course": end.course,
                "before": end.before.isoformat(),
                "after": end.after.isoformat() if end.after else None,
            }
            for end in dates.ends(found)
        ],
        **_ends(found),
    }


def _ends(found: Cascade) -> dict[str, str | None]:
    return {
        "last_before": found.last_before.isoformat() if found.last_before else None,
        "last_after": found.last_after.isoformat() if found.last_after else None,
    }


def _session_line(dates: Dates, move: SessionMove) -> dict[str, Any]:
    meeting = dates.meetings[move.slot.key]
    return {
        "id": meeting.public_id,
        "fact": meeting.fact,
        "section": meeting.section,
        "course": meeting.course,
        "unit": meeting.unit,
        "zone": meeting.zone,
        "from": meeting.starts_at.isoformat(),
        "to": [at.isoformat() for at in move.to] if move.to else None,
    }


def _due_line(dates: Dates, move: DueMove) -> dict[str, Any]:
    number = next(n for n, activity in dates.activities.items() if activity.public_id == move.slot.activity)
    section = dates.sections[move.slot.section][0] if move.slot.section else None
    standing = dates.deadlines.get((number, section.id if section else None))
    return {
        "activity": move.slot.activity,
        "title": dates.activities[number].title,
        "section": section.public_id if section else None,
        "section_name": section.name if section else None,
        "fact": standing.public_id if standing else None,
        "zone": move.slot.zone,
        "from": move.slot.due_at.isoformat(),
        "to": move.to.isoformat(),
    }


@command(Action.COHORT_MANAGE)
def apply_break(actor: Actor, plan: BreakPlan) -> BreakPlan:
    """Make it so, exactly as drawn, and tell whose dates changed. Raises Conflict if the calendar changed since."""
    if plan.state is not PlanState.DRAWN:
        raise Conflict(N_("This was applied already."))
    cohort = _cohort_of(plan)
    dates, wanted = dates_of(cohort), wanted_of(plan)
    require_sites(actor, cohort, wanted.site, dates)
    if _plan(dates, wanted) != plan.plan:
        raise Conflict(CHANGED)
    seated, before = _before(dates, plan)
    row = Break(
        cohort_id=cohort.id,
        site_id=plan.site_id,
        kind=wanted.kind,
        from_day=wanted.from_day,
        to_day=wanted.to_day,
    )
    session.add(row)
    keep(row, name=wanted.name.strip())
    times, moved = _move_sessions(dates, plan.plan["sessions"])
    dues = _move_dues(dates, plan.plan["dues"])
    more = move_extensions(plan.plan["extensions"])
    session.flush()
    plan.made = {
        "break": row.public_id,
        "sessions": times(),
        "dues": [due.public_id for due in dues],
        "extensions": [one.public_id for one in more],
    }
    plan.state, plan.applied_at = PlanState.APPLIED, acting_at()
    forget_anchors()
    days = (wanted.from_day, wanted.to_day)
    tell_of_dates("dates-moved", plan.public_id, seated, before, moved, days)
    return plan


def _before(dates: Dates, plan: BreakPlan) -> tuple[Any, Any]:
    sections = [section for section, _ in dates.sections.values()]
    seated = seated_in(sections)
    lines = [*plan.plan["dues"], *plan.plan.get("extensions", ())]
    wanted = {line["activity"] for line in lines}
    return seated, dues_of(seated, [n for n, activity in dates.activities.items() if activity.public_id in wanted])


def _move_sessions(dates: Dates, lines: list[dict[str, Any]]) -> tuple[Any, Counter[int]]:
    """Write the moves; gives the public ids of the facts once flushed, and how many changed by section."""
    meetings = _sessions(dates, [line["id"] for line in lines])
    standing = standing_times(list(meetings.values())) if meetings else {}
    made: list[SessionTime] = []
    moved: Counter[int] = Counter()
    for line in lines:
        meeting = meetings[line["id"]]
        made.append(write_time(meeting, standing[meeting.id], _new_time(meeting, line["to"])))
        moved[meeting.section_id] += 1
    return (lambda: [fact.public_id for fact in made]), moved


def _new_time(meeting: Session, to: list[str] | None) -> When:
    if to is None:
        return replace(when_of(meeting), is_cancelled=True)
    return replace(when_of(meeting), starts_at=instant(to[0]), ends_at=instant(to[1]))


def _move_dues(dates: Dates, lines: list[dict[str, Any]]) -> list[Deadline]:
    numbers = {activity.public_id: number for number, activity in dates.activities.items()}
    made = []
    for line in lines:
        section_id = dates.sections[line["section"]][0].id if line["section"] else None
        standing = dates.deadlines.get((numbers[line["activity"]], section_id))
        made.append(
            Deadline(
                activity_id=numbers[line["activity"]],
                cohort_id=dates.cohort.id,
                section_id=section_id,
                due_at=instant(line["to"]),
                supersedes_id=standing.id if standing else None,
            )
        )
    session.add_all(made)
    return made


@command(Action.COHORT_MANAGE)
def undo_break(actor: Actor, plan: BreakPlan) -> BreakPlan:
    """Put every date back to what it was, by facts that supersede, and tell the same people.

    Raises Conflict if it was undone already or one of the dates has been changed since.
    """
    if plan.state is not PlanState.APPLIED:
        raise Conflict(N_("This was not applied, or was undone already."))
    cohort = _cohort_of(plan)
    dates, wanted = dates_of(cohort), wanted_of(plan)
    require_sites(actor, cohort, wanted.site, dates)
    seated, before = _before(dates, plan)
    row = session.scalar(
        within(select(Break).where(Break.public_id == plan.made["break"], stands(Break)), cohort, on=Break)
    )
    if row is None:
        raise Conflict(N_("This break was lifted meanwhile; its dates can no longer be put back together."))
    moved = _sessions_back(dates, plan.made["sessions"])
    _dues_back(cohort, plan.made["dues"])
    longer = _facts(Extension, plan.made.get("extensions", []))  # a plan that was applied earlier has none
    extensions_back(longer, _earlier(Extension, longer))
    session.add(lifted(row))
    session.flush()
    plan.state, plan.undone_at = PlanState.UNDONE, acting_at()
    forget_anchors()
    tell_of_dates("dates-back", plan.public_id, seated, before, moved, (wanted.from_day, wanted.to_day))
    return plan


def _sessions_back(dates: Dates, facts: list[str]) -> Counter[int]:
    made = _facts(SessionTime, facts)
    earlier = _earlier(SessionTime, made)
    meetings = _sessions(dates, [], {fact.session_id for fact in made})
    by_number = {meeting.id: meeting for meeting in meetings.values()}
    moved: Counter[int] = Counter()
    for fact in made:
        write_time(by_number[fact.session_id], fact, when_of(earlier[fact.supersedes_id]))
        moved[fact.section_id] += 1
    return moved


def _dues_back(cohort: Cohort, facts: list[str]) -> None:
    made = _facts(Deadline, facts)
    earlier = _earlier(Deadline, made)
    for fact in made:
        old = earlier.get(fact.supersedes_id) if fact.supersedes_id else None
        session.add(
            Deadline(
                activity_id=fact.activity_id,
                cohort_id=cohort.id,
                section_id=fact.section_id,
                due_at=old.due_at if old else fact.due_at,
                is_lifted=old.is_lifted if old else True,
                supersedes_id=fact.id,
            )
        )


def _facts(model: Any, public_ids: list[str]) -> list[Any]:
    """The facts that applying a plan made. Raises Conflict unless all still stand."""
    statement = select(model).where(model.public_id.in_(public_ids), stands(model)).order_by(model.id)
    found = list(session.scalars(unscoped(statement, "the facts that a plan found in scope has made")))
    if len(found) != len(public_ids):
        raise Conflict(N_("Some of these dates were changed since. Put the others back one by one."))
    return found


def _earlier(model: Any, made: list[Any]) -> Mapping[int, Any]:
    statement = select(model).where(model.id.in_([fact.supersedes_id for fact in made if fact.supersedes_id]))
    return {row.id: row for row in session.scalars(unscoped(statement, "what the facts of a plan replaced"))}


@command(Action.COHORT_MANAGE)
def lift_break(actor: Actor, row: Break) -> Break:
    """There is teaching on these days after all: targets rise again. Sessions that were moved stay where they are."""
    cohort = _cohort_of(row)
    site = _site(row.site_id)
    require_sites(actor, cohort, site, dates_of(cohort))
    if session.scalar(within(select(Break.id).where(Break.supersedes_id == row.id), cohort, on=Break)) or row.is_lifted:
        raise Conflict(N_("This break was lifted already."))
    made = lifted(row)
    session.add(made)
    session.flush()
    forget_anchors()
    return made


def lifted(row: Break) -> Break:
    """The row that takes `row` back."""
    return Break(
        cohort_id=row.cohort_id,
        site_id=row.site_id,
        kind=row.kind,
        from_day=row.from_day,
        to_day=row.to_day,
        is_lifted=True,
        supersedes_id=row.id,
    )


def wanted_of(plan: BreakPlan) -> WantedBreak:
    """What was asked for when the plan was drawn. One query where it is about one site."""
    stored = plan.plan
    days = (date.fromisoformat(stored["from_day"]), date.fromisoformat(stored["to_day"]))
    return WantedBreak(BreakKind(stored["kind"]), *days, _site(plan.site_id), Push(stored["push"]), stored["name"])


def _site(site_id: int | None) -> Site | None:
    if site_id is None:
        return None
    return session.scalars(unscoped(select(Site).where(Site.id == site_id), "the site of a break found in scope")).one()


def _cohort_of(row: BreakPlan | Break) -> Cohort:
    statement = select(Cohort).where(Cohort.id == row.cohort_id)
    return session.scalars(unscoped(statement, "the cohort of a break found in scope")).one()


def _sessions(dates: Dates, public_ids: list[str], numbers: set[int] | None = None) -> dict[str, Session]:
    """Sessions of the cohort's sections, by public id. One query."""
    sections: list[Section] = [section for section, _ in dates.sections.values()]
    which = Session.id.in_(numbers) if numbers is not None else Session.public_id.in_(public_ids)
    return {row.public_id: row for row in session.scalars(within(select(Session).where(which), sections))}
