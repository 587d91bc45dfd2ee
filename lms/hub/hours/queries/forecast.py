"""The forecast of one student: decided weeks behind, weeks ahead, and what is still open (H24)."""

from datetime import datetime

from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.queries.rooms import Account, account_of
from lms.hub.hours.queries.weeks import Week
from lms.hub.hours.rules.forecast import CountedWeek, Forecast, Outlook, forecast
from lms.hub.hours.rules.sheet import State, Step
from lms.kernel.acting import acting_at
from lms.kernel.explain import Explained


def forecast_of(enrollment: Enrollment, as_of: datetime | None = None) -> Explained[Forecast]:
    """When the student finishes at the pace that was approved. Six statements."""
    return forecast_from(account_of(enrollment, as_of), as_of)


def forecast_from(account: Account, as_of: datetime | None = None) -> Explained[Forecast]:
    """The same for an account that was read."""
    return forecast(outlook(account, as_of or acting_at()))


def outlook(account: Account, moment: datetime) -> Outlook:
    """What the forecast starts from. Weeks are decided once approved, or locked without having been handed in."""
    decided = [week for week in account.weeks if _is_decided(week, moment)]
    return Outlook(
        counted=[_counted(week) for week in decided],
        rooms=account.rooms(account.today),
        asked=account.program_minutes,
        done=sum(week.approved_minutes for week in account.weeks),
        waiting=sum(week.minutes - week.approved_minutes for week in account.weeks if _waits(week)),
        ceiling=account.ceiling,
        last_day=account.situation.last,
    )


def _waits(week: Week) -> bool:
    return week.sheet.state is State.SUBMITTED


def _is_decided(week: Week, moment: datetime) -> bool:
    if moment < week.times.ends_at:
        return False
    return week.sheet.state is State.APPROVED or (not _waits(week) and moment >= week.sheet.closes_at(week.times))


def _counted(week: Week) -> CountedWeek:
    decisions = [event.ref for event in week.events if event.step is Step.APPROVED]
    return CountedWeek(week.monday, week.approved_minutes, week.target.most, decisions[-1] if decisions else None)
