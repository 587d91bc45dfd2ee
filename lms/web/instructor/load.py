"""The load board: what waits to be graded by section and age, what is coming, and what grading takes."""

from collections.abc import Iterator

from flask import Response

from lms.guard import current_actor, requires
from lms.hub.grading.queries.load import SectionLoad, load_board
from lms.hub.grading.rules.load import SOON_DAYS, WITHIN_DAYS
from lms.kernel.clock import now
from lms.people.access import Action
from lms.web.downloads import csv_download
from lms.web.instructor import bp
from lms.web.pages import page

WAITS = ("waiting", "waiting_under_3_days", "waiting_3_to_6_days", "waiting_7_days_or_more", "oldest_received_at")
HEADER = (
    "section",
    *WAITS,
    "due_in_14_days",
    "graded_in_28_days",
    "waiting_in_14_days",
    "seconds_per_work",
    "measured",
)


@bp.get("/marking/load")
@requires(Action.MARKING_ALLOCATE)
def load() -> Response:
    board = load_board(current_actor(), now())
    return page("instructor/marking/load.html", board=board, soon=SOON_DAYS, within=WITHIN_DAYS)


@bp.get("/marking/load.csv")
@requires(Action.MARKING_ALLOCATE)
def load_csv() -> Response:
    return csv_download("marking-load.csv", HEADER, list(_rows(load_board(current_actor(), now()))))


def _rows(board: list[SectionLoad]) -> Iterator[list[object]]:
    for one in board:
        ages = one.ages
        since = ages.since.isoformat(timespec="seconds") if ages.since else None
        waits = [ages.waiting, ages.fresh, ages.aging, ages.over, since]
        yield [one.section.name, *waits, one.expected.value, one.graded, one.ahead.value, one.seconds, one.timed]
