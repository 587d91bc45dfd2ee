"""When employees who agreed are in sessions, and when the firm is asked what its projects saved."""

from lms.people.access import Action
from lms.web.calendar import add_calendar, of_firm
from lms.web.employer import bp

add_calendar(bp, of_firm, Action.FIRM_CALENDAR, writes=True)
