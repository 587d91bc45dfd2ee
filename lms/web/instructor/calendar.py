"""The calendar of the sections in this portal."""

from lms.people.access import Action
from lms.web.calendar import add_calendar, of_staff
from lms.web.instructor import bp

add_calendar(bp, of_staff, Action.SECTION_CALENDAR)
