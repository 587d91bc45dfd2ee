"""The sweep that reminds students of their week sheets."""

from lms.config import Settings
from lms.hub.hours.services.reminders import due_now, remind
from lms.kernel.db import transaction


def remind_of_sheets(_: Settings) -> int:
    """Write the reminders whose time has come, one cohort and zone a transaction."""
    with transaction(write=False):
        due = due_now()
    sent = 0
    for one in due:
        with transaction():
            sent += remind(one)
    return sent
