"""The calendar of each role: a month as an agenda or as a grid, and the secret address of its feed.

Each portal puts these pages on its own blueprint; what stands there follows from who asks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for

from lms.guard import current_actor, requires
from lms.hub.calendar.kinds import CLASH_NAMES, ITEM_NAMES, ItemKind
from lms.hub.calendar.queries.agenda import firm_reviews, local_days, staff_items, staff_sections, student_items
from lms.hub.calendar.queries.firm import firm_items
from lms.hub.calendar.rules.items import Item, Window, in_order
from lms.hub.calendar.services.feeds import feed_of, renew_feed, revoke_feed
from lms.hub.cohorts.models import Section
from lms.kernel.clock import today
from lms.kernel.errors import NotFound
from lms.kernel.text import N_
from lms.kernel.weeks import DAYS, day_span, monday_of
from lms.people.access import Action, Actor
from lms.people.accounts.queries import find_own_account
from lms.web.language import reader
from lms.web.pages import page, redirect_to, tell_next

TONES = {
    ItemKind.SESSION: "info",
    ItemKind.DUE: "warn",
    ItemKind.HOURS_DUE: "muted",
    ItemKind.LOCK: "muted",
    ItemKind.BREAK: "good",
    ItemKind.REVIEW: "warn",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a portal's calendar shows. sections: to choose from; hidden: employees who did not agree."""

    items: Sequence[Item]
    sections: Sequence[Section] = ()
    hidden: int = 0


Find = Callable[[Actor, Window], Found]


def of_student(actor: Actor, window: Window) -> Found:
    """A student's own."""
    return Found(student_items(actor, window))


def of_staff(actor: Actor, window: Window) -> Found:
    """That of the sections that the actor teaches or coordinates; `?section=` names one of them."""
    found = staff_sections(actor)
    wanted = request.args.get("section", "")
    chosen = [row for row in found if not wanted or row[0].public_id == wanted]
    if wanted and not chosen:
        raise NotFound()
    return Found(staff_items(actor, chosen, window), [section for section, _, _ in found])


def of_firm(actor: Actor, window: Window) -> Found:
    """The sessions of employees who agreed, and the reviews of the firm's projects."""
    items, hidden = firm_items(actor, window, "calendar")
    return Found(in_order([*items, *firm_reviews(actor, window)]), hidden=hidden)


def add_calendar(bp: Blueprint, find: Find, action: Action, *, writes: bool = False) -> None:
    """Put the pages on the blueprint of a portal, as `<portal>.calendar` and so on. writes: a reading is logged."""

    @requires(action, writes=writes)
    def calendar() -> Response:
        return _shown(find)

    @requires(action)
    def make_feed() -> Response:
        actor, told = current_actor(), list[str]()
        renew_feed(actor, find_own_account(actor), told)
        address = url_for("public.calendar_feed", secret=told[0], _external=True)
        return _shown(find, new_address=address)

    @requires(action)
    def end_feed() -> Response:
        actor = current_actor()
        revoke_feed(actor, find_own_account(actor))
        tell_next(N_("The address gives nothing from now on."))
        return redirect_to(f"{request.blueprint}.calendar")

    bp.get("/calendar")(calendar)
    bp.post("/calendar/feed")(make_feed)
    bp.post("/calendar/feed/revocation")(end_feed)


def _shown(find: Find, new_address: str = "") -> Response:
    actor, zone = current_actor(), reader().zone
    month = _month()
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    first_shown, last_shown = monday_of(month), monday_of(last) + timedelta(days=DAYS - 1)
    found = find(actor, local_days(first_shown, last_shown, zone))
    is_grid = request.args.get("view") == "month"
    return page(
        "calendar/page.html",
        found=found,
        month=month,
        days=_by_day(found.items, day_span(month, last)),
        weeks=_weeks(found.items, first_shown, last_shown) if is_grid else [],
        is_grid=is_grid,
        here=today(zone),
        link=_link,
        previous=(month - timedelta(days=1)).replace(day=1),
        following=last + timedelta(days=1),
        section=request.args.get("section", ""),
        names=ITEM_NAMES,
        clashes=CLASH_NAMES,
        tones=TONES,
        differs=_differs,
        feed=feed_of(find_own_account(actor)),
        new_address=new_address,
        action=f"{request.blueprint}",
    )


def _month() -> date:
    """The first day of the month that the address names; else of this one."""
    try:
        return datetime.strptime(request.args.get("month", ""), "%Y-%m").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return today(reader().zone).replace(day=1)


def _by_day(items: Sequence[Item], days: Sequence[date]) -> list[tuple[date, list[Item]]]:
    """The days of the month on which something begins; a break stands once, on its first day that is shown."""
    found = []
    for day in days:
        here = [item for item in items if item.day == day or (day == days[0] and item.day < day <= _last(item))]
        if here:
            found.append((day, here))
    return found


def _weeks(items: Sequence[Item], first: date, last: date) -> list[list[tuple[date, list[Item]]]]:
    """The weeks of the grid, Monday first; a break stands on each of its days."""
    days = [(day, [item for item in items if item.day <= day <= _last(item)]) for day in day_span(first, last)]
    return [days[n : n + DAYS] for n in range(0, len(days), DAYS)]


def _last(item: Item) -> date:
    return item.last_day or item.day


def _link(month: date, view: str = "") -> str:
    """Another month or view of the same calendar."""
    kept = {"section": request.args.get("section"), "view": view or request.args.get("view")}
    values = {name: value for name, value in kept.items() if value}
    return url_for(f"{request.blueprint}.calendar", month=month.strftime("%Y-%m"), **values)  # type: ignore[arg-type]


def _differs(item: Item) -> bool:
    """Whether the reader's clock shows another time than the site's."""
    own = item.starts_at.astimezone(ZoneInfo(reader().zone))
    return own.utcoffset() != item.starts_at.astimezone(ZoneInfo(item.zone)).utcoffset()
