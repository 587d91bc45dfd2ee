"""What a student fills in to log hours or to change an entry."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import Optional as MayBeEmpty

from lms.hub.catalog.kinds import KIND_NAMES, Kind
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.queries.plan import PlannedUnit
from lms.hub.hours.queries.weeks import Week
from lms.hub.hours.rules.clock import on_the_wall
from lms.hub.hours.services.desk import What
from lms.kernel.text import N_
from lms.web.fields import DayField, MinutesField
from lms.web.forms import ProductForm, choice
from lms.web.language import day as written_day
from lms.web.language import tell

CHIPS = 6  # units that are one tap away; the others stand in a list
OF_KIND = "kind-"  # "kind-mentoring": work on no unit
WITHOUT_UNIT = (Kind.SELF_STUDY, Kind.MENTORING, Kind.ASSESSMENT, Kind.CAPSTONE_ONSITE, Kind.OTHER)
PASSES = ((N_("the first time"), ""), (N_("the second time"), "second"))


class LogForm(ProductForm):
    """Three taps: day, unit, minutes. The rest may stay closed."""

    client_key = HiddenField()
    day = RadioField(N_("Day"), validate_choice=False)
    unit = RadioField(N_("What"), validate_choice=False)
    other = SelectField(N_("Something else"), validate_choice=False)
    minutes = MinutesField(N_("Time"))
    start = TimeField(N_("From"), [MayBeEmpty()])
    end = TimeField(N_("To"), [MayBeEmpty()])
    which_start = SelectField(N_("Which start, if the clock showed it twice"), validate_choice=False)
    which_end = SelectField(N_("Which end, if the clock showed it twice"), validate_choice=False)
    paid_by_firm = BooleanField(N_("My firm paid this time"))
    comment = StringField(N_("Comment"))


class EntryForm(ProductForm):
    """One entry, with everything in it."""

    client_key = HiddenField()
    day = DayField(N_("Day"))
    unit = SelectField(N_("What"), validate_choice=False)
    minutes = MinutesField(N_("Time"))
    start = TimeField(N_("From"), [MayBeEmpty()])
    end = TimeField(N_("To"), [MayBeEmpty()])
    which_start = SelectField(N_("Which start, if the clock showed it twice"), validate_choice=False)
    which_end = SelectField(N_("Which end, if the clock showed it twice"), validate_choice=False)
    paid_by_firm = BooleanField(N_("My firm paid this time"))
    comment = StringField(N_("Comment"))

    @property
    def asks_which(self) -> bool:
        """Whether one of its times was shown twice by the clock."""
        return bool(self.start.errors or self.end.errors or self.which_start.data or self.which_end.data)


def log_form(
    week: Week, units: Sequence[PlannedUnit], recent: Sequence[int], today: date, sent: LogForm | None = None
) -> LogForm:
    """The form of the week: its days that can be logged, the latest first; units in use first (three taps).

    sent: as it came in, to be shown again.
    """
    days = log_days(week, today)
    near = near_units(week.number, units, recent)
    spell = week.situation.spell_on(days[0] if days else today)
    form = sent or LogForm(formdata=None, client_key=str(uuid4()))
    form.day.choices = [choice(each.isoformat(), _name(each, today)) for each in days]
    form.unit.choices = [choice(unit.public_id, unit.title) for unit in near]
    rest = [unit for unit in units if unit not in near]
    form.other.choices = [choice("", "\u2013"), *unit_choices(rest), *kind_choices()]
    form.which_start.choices = form.which_end.choices = [choice(value, tell(name)) for name, value in PASSES]
    if sent is None:
        form.day.data = days[0].isoformat() if days else None
        form.unit.data = near[0].public_id if near else None
        form.paid_by_firm.data = bool(spell and spell.pays_release_time)
    return form


def log_days(week: Week, today: date) -> list[date]:
    """The days of the week up to today, the latest first; in this week always yesterday too, though it be Sunday."""
    days = [each for each in reversed(week.days) if each <= today]
    yesterday = today - timedelta(days=1)
    if today in days and yesterday not in days:
        days.append(yesterday)
    first, last = week.situation.first or date.max, week.situation.last
    return [each for each in days if first <= each <= last]


def near_units(week: int, units: Sequence[PlannedUnit], recent: Sequence[int]) -> list[PlannedUnit]:
    """Last used first, then those that the plan has in cohort week `week`."""
    order = {number: place for place, number in enumerate(recent)}
    likely = [unit for unit in units if unit.id in order or unit.runs_in(week)]
    return sorted(likely, key=lambda unit: order.get(unit.id, len(order)))[:CHIPS]


def entry_form(entry: HoursEntry, units: Sequence[PlannedUnit], comment: str, is_sent: bool) -> EntryForm:
    """The form of an entry as it stands."""
    form = EntryForm() if is_sent else EntryForm(formdata=None, client_key=str(uuid4()))
    form.unit.choices = [*unit_choices(units), *kind_choices()]
    form.which_start.choices = form.which_end.choices = [choice(value, tell(name)) for name, value in PASSES]
    if not is_sent:
        if shown := on_the_wall(entry):
            form.start.data, form.end.data = shown.start, shown.end
            form.which_start.data = "second" if shown.second_start else ""
            form.which_end.data = "second" if shown.second_end else ""
        unit = next((unit.public_id for unit in units if unit.id == entry.unit_id), None)
        form.unit.data = unit or OF_KIND + entry.kind.value
        form.day.data, form.minutes.data = entry.day, entry.minutes
        form.paid_by_firm.data, form.comment.data = entry.paid_by_firm, comment
    return form


def what_of(chosen: str | None, paid_by_firm: bool | None, comment: str) -> What:
    """What was chosen: a unit of the plan, or a kind of work without one."""
    chosen = chosen or ""
    kind = next((each for each in Kind if OF_KIND + each.value == chosen), None)
    unit = None if kind or not chosen else chosen
    return What(unit=unit, kind=kind, paid_by_firm=paid_by_firm, comment=comment)


def _name(each: date, today: date) -> str:
    if each == today:
        return tell(N_("Today"))
    if each == today - timedelta(days=1):
        return tell(N_("Yesterday"))
    return written_day(each)


def unit_choices(units: Sequence[PlannedUnit]) -> list[Any]:
    """Units with their courses, for a list."""
    return [choice(unit.public_id, f"{unit.title} ({unit.course})") for unit in units]


def kind_choices() -> list[Any]:
    """The kinds of work that may be on no unit."""
    return [choice(OF_KIND + kind.value, tell(KIND_NAMES[kind])) for kind in WITHOUT_UNIT]
