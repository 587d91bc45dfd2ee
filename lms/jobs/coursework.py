"""The sweep that reminds students of work that is due soon."""

from lms.config import Settings
from lms.hub.grading.reminding import cohorts_now, remind_of_work
from lms.kernel.db import transaction


def remind_of_activities(_: Settings) -> int:
    """Write the reminders whose time has come, one cohort a transaction."""
    with transaction(write=False):
        cohorts = cohorts_now()
    sent = 0
    for cohort in cohorts:
        with transaction():
            sent += remind_of_work(cohort)
    return sent
