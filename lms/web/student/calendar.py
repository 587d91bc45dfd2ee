"""A student's own calendar."""

from lms.web.calendar import add_calendar, of_student
from lms.web.student import bp

add_calendar(bp, of_student)
