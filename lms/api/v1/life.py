"""One student's life in the program: history, leave, accommodations, completion of a cohort."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from lms.api.kit import operation
from lms.api.shapes import AsOf, Day, Instant, Prose, Shape, Why, why
from lms.hub.cohorts.queries import find_cohort
from lms.hub.enrollment.kinds import Format, LeaveKind, Status, StatusReason
from lms.hub.enrollment.models import Accommodation, Enrollment
from lms.hub.enrollment.queries import cohort_of, find_enrollment
from lms.hub.enrollment.queries.accommodations import accommodations_of, time_factor_of
from lms.hub.enrollment.queries.leaves import Asked, find_request, requests_of
from lms.hub.enrollment.queries.outcomes import outcomes_of
from lms.hub.enrollment.queries.timeline import timeline
from lms.hub.enrollment.rules.rates import labor_rate, normal_time_rate
from lms.hub.enrollment.services import change_status
from lms.hub.enrollment.services.accommodations import Terms, give_accommodation
from lms.hub.enrollment.services.leaves import ask_leave, decide_leave
from lms.hub.hours.queries.rooms import account_of
from lms.hub.standing.life import last_attendance_of
from lms.kernel.clock import today
from lms.kernel.weeks import local_day
from lms.people.access import Action, Actor, allowed
from lms.people.anchors import anchor_of
from lms.web.language import tell

OF = "/enrollments/<public_id:enrollment>"


class EventOut(Shape):
    """One dated fact. `to_day` null: a single day, or open. `stands`: no later row replaces it."""

    id: str
    kind: str
    text: str
    from_day: date
    to_day: date | None
    recorded_at: Instant
    recorded_by: str
    note: str
    stands: bool


class HistoryOut(Shape):
    """Every dated fact, the newest first; accommodations only for the student and those who decide on them."""

    items: list[EventOut]


class LeaveRequestOut(Shape):
    """`state`: waiting, granted, declined or taken_back. `reason`: what the coordinator said to it."""

    id: str
    kind: LeaveKind
    from_day: date
    to_day: date
    words: str
    state: str
    reason: str


class LeaveRequestsOut(Shape):
    """The newest first."""

    items: list[LeaveRequestOut]


class NewLeaveRequest(Shape):
    """Both days are included."""

    kind: LeaveKind
    from_day: Day
    to_day: Day
    words: Prose = ""


class NewDecision(Shape):
    """`reason`: needed to decline; the student reads it."""

    is_granted: bool
    reason: Prose = ""


class NewStatus(Shape):
    """The next step; `note` says an "other" reason."""

    status: Status
    effective_on: Day
    reason: StatusReason
    note: Prose = ""


class AccommodationOut(Shape):
    """`time_factor_bp`: of timed work, 15000 is half as long again. `extra_days`: later dues."""

    id: str
    time_factor_bp: int
    extra_days: int
    format: Format
    from_day: date
    to_day: date | None


class AccommodationsOut(Shape):
    """What stands, the oldest first; and the time factor of today with its why."""

    items: list[AccommodationOut]
    time_factor: Why


class NewAccommodation(Shape):
    """`note`: on what it rests. `format_note`: what those who teach have to do."""

    from_day: Day
    to_day: Day | None = None
    time_factor_bp: Annotated[int, Field(ge=10_000, le=40_000)] = 10_000
    extra_days: Annotated[int, Field(ge=0, le=60)] = 0
    format: Format = Format.USUAL
    format_note: Prose = ""
    note: Prose


class PlanWeekOut(Shape):
    """`least`: what the week asks for. `minutes`: what is to be done. `left`: open after it."""

    monday: date
    least: int
    minutes: int
    left: int


class CatchUpOut(Shape):
    """`is_possible`: by the end of the cohort; else `done_on` is the first finish that is possible."""

    behind: int
    pace: int
    is_possible: bool
    done_on: date | None
    weeks: list[PlanWeekOut]
    why: Why


class Pace(AsOf):
    """At which pace."""

    pace: Annotated[str, Field(pattern=r"^[0-9]{1,4}$")] = Field(default="840", description="Minutes in a full week.")


class LastAttendanceOut(Shape):
    """The last day with evidence that the student took part."""

    day: date | None
    why: Why


class CompletionOut(Shape):
    """Both rates of a cohort; their values are basis points, null where nobody counts."""

    began: int
    labor: Why
    normal_time: Why


@operation(f"GET {OF}/history", Action.ENROLLMENT_HISTORY, gives=HistoryOut, query=AsOf)
def get_history(actor: Actor, enrollment: str, query: AsOf) -> HistoryOut:
    """Every dated fact of one enrollment as it was known at a moment."""
    return _history(actor, find_enrollment(actor, enrollment, Action.ENROLLMENT_HISTORY), query.as_of)


def _history(actor: Actor, found: Enrollment, as_of: datetime | None = None) -> HistoryOut:
    zone = cohort_of(found).zone
    may_private = allowed(actor, Action.ACCOMMODATION_READ, anchor_of(found))
    events = timeline(found, lambda at: local_day(at, zone), as_of, with_private=may_private)
    return HistoryOut(
        items=[
            EventOut(
                id=event.row.public_id,
                kind=event.kind,
                text=tell(event.title),
                from_day=event.from_day,
                to_day=event.to_day,
                recorded_at=event.recorded_at,
                recorded_by=event.by,
                note=event.note,
                stands=event.stands and not event.is_end,
            )
            for event in events
        ]
    )


@operation(f"POST {OF}/status-changes", Action.ENROLLMENT_MANAGE, gives=HistoryOut, status=201, body=NewStatus)
def post_status_change(actor: Actor, enrollment: str, body: NewStatus) -> HistoryOut:
    """The next step of an enrollment's life; gives its history."""
    found = find_enrollment(actor, enrollment)
    change_status(actor, found, body.status, body.effective_on, body.reason, body.note)
    return _history(actor, found)


@operation(f"GET {OF}/leave-requests", Action.ENROLLMENT_HISTORY, gives=LeaveRequestsOut, query=AsOf)
def list_leave_requests(actor: Actor, enrollment: str, query: AsOf) -> LeaveRequestsOut:
    """What the student asked for and what was answered."""
    found = find_enrollment(actor, enrollment, Action.ENROLLMENT_HISTORY)
    return LeaveRequestsOut(items=[_asked(asked) for asked in requests_of(found, query.as_of)])


def _asked(asked: Asked) -> LeaveRequestOut:
    if asked.decision is not None:
        state = "declined" if asked.decision.leave_id is None else "granted"
    else:
        state = "taken_back" if asked.request.is_taken_back else "waiting"
    row = asked.request
    return LeaveRequestOut(
        id=row.public_id,
        kind=row.kind,
        from_day=row.from_day,
        to_day=row.to_day,
        words=asked.words,
        state=state,
        reason=asked.reason,
    )


@operation(f"POST {OF}/leave-requests", Action.LEAVE_ASK, gives=LeaveRequestsOut, status=201, body=NewLeaveRequest)
def post_leave_request(actor: Actor, enrollment: str, body: NewLeaveRequest) -> LeaveRequestsOut:
    """Ask for leave."""
    found = find_enrollment(actor, enrollment)
    ask_leave(actor, found, body.kind, body.from_day, body.to_day, body.words)
    return LeaveRequestsOut(items=[_asked(asked) for asked in requests_of(found)])


@operation(
    "POST /leave-requests/<public_id:request>/decisions",
    Action.LEAVE_DECIDE,
    gives=LeaveRequestsOut,
    status=201,
    body=NewDecision,
    problems=(409,),
)
def post_leave_decision(actor: Actor, request: str, body: NewDecision) -> LeaveRequestsOut:
    """Grant or decline a request for leave."""
    row, found = find_request(actor, request, Action.ENROLLMENT_HISTORY)
    decide_leave(actor, found, row, is_granted=body.is_granted, reason=body.reason)
    return LeaveRequestsOut(items=[_asked(asked) for asked in requests_of(found)])


@operation(f"GET {OF}/accommodations", Action.ACCOMMODATION_READ, gives=AccommodationsOut, query=AsOf)
def list_accommodations(actor: Actor, enrollment: str, query: AsOf) -> AccommodationsOut:
    """What the student is given. Only for the student and the coordinators of the site."""
    return _accommodations(find_enrollment(actor, enrollment, Action.ACCOMMODATION_READ), query.as_of)


def _accommodations(found: Enrollment, as_of: datetime | None = None) -> AccommodationsOut:
    zone = cohort_of(found).zone
    day = local_day(as_of, zone) if as_of else today(zone)
    return AccommodationsOut(
        items=[_given(row) for row in accommodations_of(found, as_of)],
        time_factor=why(time_factor_of(found, day, as_of)),
    )


def _given(row: Accommodation) -> AccommodationOut:
    return AccommodationOut(
        id=row.public_id,
        time_factor_bp=row.time_factor_bp,
        extra_days=row.extra_days,
        format=row.format,
        from_day=row.from_day,
        to_day=row.to_day,
    )


@operation(
    f"POST {OF}/accommodations", Action.ACCOMMODATION_DECIDE, gives=AccommodationsOut, status=201, body=NewAccommodation
)
def post_accommodation(actor: Actor, enrollment: str, body: NewAccommodation) -> AccommodationsOut:
    """Give an accommodation."""
    found = find_enrollment(actor, enrollment)
    values = body.model_dump(exclude={"note"})
    give_accommodation(actor, found, Terms(**values), body.note)
    return _accommodations(found)


@operation(f"GET {OF}/catch-up", Action.ENROLLMENT_HISTORY, gives=CatchUpOut, query=Pace, problems=(422,))
def get_catch_up(actor: Actor, enrollment: str, query: Pace) -> CatchUpOut:
    """Week by week back to where the cohort is."""
    found = find_enrollment(actor, enrollment, Action.ENROLLMENT_HISTORY)
    plan = account_of(found, query.as_of).catch_up(int(query.pace))
    value = plan.value
    return CatchUpOut(
        behind=value.open_minutes,
        pace=value.pace,
        is_possible=value.is_possible,
        done_on=value.done_on,
        weeks=[PlanWeekOut(monday=w.monday, least=w.least, minutes=w.minutes, left=w.left) for w in value.weeks],
        why=why(plan),
    )


@operation(f"GET {OF}/last-attendance", Action.ENROLLMENT_HISTORY, gives=LastAttendanceOut, query=AsOf)
def get_last_attendance(actor: Actor, enrollment: str, query: AsOf) -> LastAttendanceOut:
    """The last date of attendance, from the evidence."""
    found = last_attendance_of(find_enrollment(actor, enrollment, Action.ENROLLMENT_HISTORY), query.as_of)
    return LastAttendanceOut(day=found.value, why=why(found))


@operation("GET /cohorts/<public_id:cohort>/completion", Action.COMPLETION_READ, gives=CompletionOut, query=AsOf)
def get_completion(actor: Actor, cohort: str, query: AsOf) -> CompletionOut:
    """Completion rates of a cohort, of those whom you may count."""
    found = find_cohort(actor, cohort)
    outcomes = outcomes_of(actor, found, query.as_of)
    return CompletionOut(
        began=len(outcomes),
        labor=why(labor_rate(outcomes, found.ends_on)),
        normal_time=why(normal_time_rate(outcomes, found.starts_on, found.ends_on)),
    )
