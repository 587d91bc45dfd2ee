"""The sweep over progress reviews: those that come, that nobody began, and signatures that are missing."""

from lms.config import Settings
from lms.hub.reviews.services.ladder import climb, cohorts_running
from lms.kernel.db import transaction


def climb_reviews(_: Settings) -> int:
    """Write the letters whose time has come, one cohort a transaction."""
    with transaction(write=False):
        cohorts = cohorts_running()
    climbed = 0
    for cohort_id in cohorts:
        with transaction():
            climbed += climb(cohort_id)
    return climbed
