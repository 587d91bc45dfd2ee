"""The forms of sessions: one, one a week, another time."""

from collections.abc import Sequence
from datetime import date, time

from wtforms import IntegerField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from lms.hub.calendar.services.sessions import Wanted
from lms.hub.catalog.models import Course, Unit
from lms.kernel.text import N_
from lms.web.fields import DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell, weekday

MONDAY = date(2026, 1, 5)


class TimesForm(ProductForm):
    """When and where a session is."""

    day = DayField(N_("Day"), [Optional()])
    starts = TimeField(N_("Starts"), [InputRequired()])
    ends = TimeField(N_("Ends"), [InputRequired()])
    room = StringField(N_("Room"), [Length(max=100)])
    stations = IntegerField(N_("Stations"), [Optional()])

    def wanted(self, day: date) -> Wanted:
        """What was asked for."""
        starts, ends = self.starts.data or time(), self.ends.data or time()
        return Wanted(self.day.data or day, starts, ends, self.room.data or "", self.stations.data)


class SessionForm(TimesForm):
    """A new session, or one each week."""

    unit = SelectField(N_("Unit"), [InputRequired()], choices=[])
    mode = RadioField(N_("How often"), choices=[])
    weekday = SelectField(N_("Weekday"), choices=[])
    first_week = IntegerField(N_("From cohort week"), [Optional()])
    last_week = IntegerField(N_("To cohort week"), [Optional()])

    def offer(self, units: Sequence[tuple[Unit, Course]]) -> "SessionForm":
        """Fill the choices. A unit says its weeks, which hold where none are given."""
        self.unit.choices = [
            choice(unit.public_id, f"{course.name}: {unit.title} ({unit.first_week}–{unit.last_week})")
            for unit, course in units
        ]
        self.mode.choices = [
            choice("weekly", tell(N_("each week of the plan"))),
            choice("once", tell(N_("once"))),
        ]
        self.weekday.choices = [choice(str(n), weekday(MONDAY.replace(day=MONDAY.day + n))) for n in range(7)]
        return self
