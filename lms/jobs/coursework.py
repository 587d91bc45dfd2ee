"""The sweeps of coursework: reminders, scores whose time to be shown has come, quizzes whose time is over."""

from lms.config import Settings
from lms.hub.grading.reminding import cohorts_now, remind_of_work
from lms.hub.grading.services.releases import due_releases, release_on_time
from lms.hub.quizzes.services.sweeping import attempts_over, hand_in_over
from lms.kernel import clock
from lms.kernel.db import transaction
from lms.people.access import SYSTEM


def remind_of_activities(_: Settings) -> int:
    """Write the reminders whose time has come, one cohort a transaction."""
    with transaction(write=False):
        cohorts = cohorts_now()
    sent = 0
    for cohort in cohorts:
        with transaction():
            sent += remind_of_work(cohort)
    return sent


def release_scheduled(_: Settings) -> int:
    """Show the scores whose time has come, one section and activity a transaction."""
    with transaction(write=False):
        due = due_releases(clock.now())
    shown = 0
    for section, activity, plan in due:
        with transaction():
            shown += len(release_on_time(SYSTEM, section, activity, plan))
    return shown


def hand_in_quizzes(_: Settings) -> int:
    """Hand in what was saved in attempts whose time is over, one attempt a transaction."""
    with transaction(write=False):
        over = attempts_over(clock.now())
    done = 0
    for enrollment, activity in over:
        with transaction():
            done += hand_in_over(enrollment, activity)
    return done
