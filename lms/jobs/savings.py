"""The sweeps about savings: benchmarks of a finished quarter, follow-ups, pending projects. None posts money."""

from lms.capstone.benchmarks.services import due_quarters, freeze_quarter
from lms.capstone.followups.services import ask_follow_up, due_now, press_follow_up
from lms.capstone.pending import pending_now, settle_pending
from lms.config import Settings
from lms.kernel.db import transaction
from lms.people.access import SYSTEM


def freeze_benchmarks(_: Settings) -> int:
    """Freeze the last quarter of each program that is over and not frozen yet, one program a transaction."""
    with transaction(write=False):
        due = due_quarters()
    for program, quarter in due:
        with transaction():
            freeze_quarter(SYSTEM, program, quarter)
    return len(due)


def follow_up(_: Settings) -> int:
    """Ask, remind and close what is due, one thing a transaction."""
    with transaction(write=False):
        due = due_now()
    done = 0
    for one in due:
        with transaction():
            if one.ask is not None:
                done += ask_follow_up(SYSTEM, one.project, one.ask) is not None
            elif one.asked is not None:
                done += press_follow_up(SYSTEM, one.project, one.asked) is not None
    return done


def look_at_pending(_: Settings) -> int:
    """Write down once a year which projects are still pending, and end those that may not be, one a transaction."""
    with transaction(write=False):
        due = pending_now()
    done = 0
    for one in due:
        with transaction():
            done += settle_pending(SYSTEM, one.project, one) is not None
    return done
