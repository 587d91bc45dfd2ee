"""The sweeps over week sheets: reminding students, and hearing of those that wait too long for their approver."""

from lms.config import Settings
from lms.hub.hours.services.links import parts_without_link, send_link
from lms.hub.hours.services.patience import cohorts_overdue, settle_overdue
from lms.hub.hours.services.reminders import pieces_now, remind
from lms.kernel.db import transaction
from lms.people.access import SYSTEM


def remind_of_sheets(_: Settings) -> int:
    """Write the reminders whose time has come: for each cohort, zone and rung one transaction, whole or not at all."""
    with transaction(write=False):
        pieces = pieces_now()
    sent = 0
    for piece in pieces:
        with transaction():
            sent += remind(piece)
    return sent


def look_after_sheets(_: Settings) -> int:
    """Tell coordinators of sheets that waited more than five business days, one cohort a transaction (H22)."""
    with transaction(write=False):
        cohorts = cohorts_overdue()
    settled = 0
    for cohort_id in cohorts:
        with transaction():
            settled += settle_overdue(cohort_id)
    return settled


def send_signing_links(_: Settings) -> int:
    """Send each supervisor a link for every part that waits for them and has none yet, one part a transaction."""
    with transaction(write=False):
        waiting = parts_without_link()
    sent = 0
    for part in waiting:
        with transaction():
            sent += send_link(SYSTEM, part, again=False) is not None
    return sent
