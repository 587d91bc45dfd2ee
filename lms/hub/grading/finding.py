"""Looking for students in a gradebook: by name, or by what stands in their row."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import islice

from lms.hub.grading.books import PAGE, Book, Line, all_lines, lines_of
from lms.hub.grading.gradebook import has_passed
from lms.hub.grading.queries.rows import Place
from lms.hub.grading.rules import Status
from lms.hub.grading.rules.statistics import Statistics, statistics_of

MOST = 200


class Show(StrEnum):
    """Which students are shown."""

    ALL = "all"
    FAILING = "failing"
    MISSING = "missing"
    WAITING = "waiting"


def found_lines(book: Book, show: Show, named: str, after: Place | None) -> tuple[list[Line], Place | None]:
    """A page of lines: all of them in pages, else the first 200 that fit. At most one query for 200 students."""
    if show is Show.ALL and not named:
        return lines_of(book, after, PAGE)
    return list(islice(_matching(book, show, named.casefold()), MOST)), None


def _matching(book: Book, show: Show, named: str) -> Iterator[Line]:
    for line in all_lines(book):
        if named in line.student.casefold() and _fits(book, line, show):
            yield line


def _fits(book: Book, line: Line, show: Show) -> bool:
    statuses = {entry.cell.status for entry in line.entries}
    if show is Show.MISSING:
        return bool(statuses & {Status.MISSING, Status.ZERO})
    if show is Show.WAITING:
        return Status.IN in statuses
    return show is Show.ALL or (line.grade.grade is not None and not has_passed(line.grade.grade, book.course.pass_bp))


def columns_of(book: Book) -> list[Statistics]:
    """How the section did on each activity, in the order of the book. One query for 200 students."""
    lines = list(all_lines(book))
    return [statistics_of(line.entries[number].cell for line in lines) for number in range(len(book.activities))]
