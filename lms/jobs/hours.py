"""The sweep that reminds students of their week sheets."""

from lms.config import Settings
from lms.hub.hours.services.reminders import pieces_now, remind
from lms.kernel.db import transaction


def remind_of_sheets(_: Settings) -> int:
    """Write the reminders whose time has come: for each cohort, zone and rung one transaction, whole or not at all."""
    with transaction(write=False):
        pieces = pieces_now()
    sent = 0
    for piece in pieces:
        with transaction():
            sent += remind(piece)
    return sent
