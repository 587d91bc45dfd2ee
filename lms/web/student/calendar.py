"""A student's own calendar."""

from lms.people.access import Action
from lms.web.calendar import add_calendar, of_student
from lms.web.student import bp

add_calendar(bp, of_student, Action.CALENDAR_OWN)
