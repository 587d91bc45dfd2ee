"""A student's row of a gradebook, made from what the database answered and kept for as long as that stays the same.

A row is a pure function of its frame (activities, dates, policy, and what the clock has made of them) and of two cells
of JSON, so a kept row needs no rule for when to forget it: another answer is another key.
"""

import json
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from lms.hub.grading.cells import read_scores
from lms.hub.grading.entries import Entry, Item, Marker, cells_of
from lms.hub.grading.gradebook import Category, CourseGrade, fold_course
from lms.hub.grading.rules import LatePolicy, MissingPolicy

INSTANT = timedelta(microseconds=1)  # the smallest step of a clock here
LINES_KEPT = 2_048  # a row of sixty activities takes 2 to 8 kB


class Terms(NamedTuple):
    """What rows are made by, hashable as a whole. dues: the effective due date of each activity, None: no date.

    nameless: activities of which nothing is shown before it is released. shows_way: whether the reader may follow a
    cell without a score to the work, whose address would say whose it is.
    """

    activities: tuple[Item, ...]
    dues: tuple[datetime | None, ...]
    categories: tuple[Category, ...]
    late: LatePolicy
    missing: MissingPolicy
    extra: frozenset[str]
    nameless: frozenset[int]
    shows_way: bool

    def turns(self) -> Iterator[datetime]:
        """After which instants a cell in which nothing was given says something else."""
        for item, due_at in zip(self.activities, self.dues, strict=True):
            if due_at is not None:
                closes = due_at + timedelta(minutes=item.grace_minutes)
                yield closes
                if self.missing.after_days is not None:
                    yield closes + timedelta(days=self.missing.after_days)


@dataclass(frozen=True, eq=False, slots=True)
class Marks:
    """A student's cells, in the order of the activities, and the grade they fold into.

    Two are the same only if they are one object: what is made of a row can be kept beside it.
    """

    entries: tuple[Entry, ...]
    grade: CourseGrade


class Frame:
    """Makes rows under `terms` at an instant. Cells in which nothing is are made once and shared."""

    def __init__(self, terms: Terms, at: datetime) -> None:
        self.terms = terms
        self._marker = marker = Marker(terms.late, terms.missing, at, terms.extra)
        self._places = {item.id: place for place, item in enumerate(terms.activities)}
        self._empty = [
            marker.entry(item, (), None, due) for item, due in zip(terms.activities, terms.dues, strict=True)
        ]

    def marks(self, scores: str, submissions: str) -> Marks:
        """A row. scores, submissions: the JSON that `cells.scores_of` and `cells.submissions_of` answer."""
        terms, entries = self.terms, self._empty.copy()
        by_activity = read_scores(json.loads(scores), terms.activities)
        last = dict(_last(json.loads(submissions)))
        for number in terms.nameless:
            by_activity[number] = [score for score in by_activity.get(number, ()) if score.is_released]
        places, make, items, dues = self._places, self._marker.entry, terms.activities, terms.dues
        for number in by_activity.keys() | last.keys():
            place = places[number]
            entries[place] = make(items[place], by_activity.get(number, ()), last.get(number), dues[place])
        if not terms.shows_way:
            for place in map(places.__getitem__, terms.nameless):
                if entries[place].score is None:
                    entries[place] = entries[place]._replace(submission_id=None)
        return Marks(tuple(entries), fold_course(cells_of(terms.categories, entries), terms.categories))


def _last(submissions: list[Any]) -> Iterator[tuple[int, str]]:
    """The last attempt of each activity comes last."""
    submissions.sort(key=itemgetter(1))
    return ((activity_id, public_id) for activity_id, _, public_id in submissions)


def frame_at(terms: Terms, at: datetime) -> Frame:
    """The frame for rows as they are at `at`; the same one until something comes due."""
    turns = sorted(set(terms.turns()))
    passed = bisect_left(turns, at)
    return _frame(terms, turns[passed - 1] + INSTANT if passed else datetime.min.replace(tzinfo=UTC))


@lru_cache(maxsize=64)
def _frame(terms: Terms, since: datetime) -> Frame:
    return Frame(terms, since)


@lru_cache(maxsize=LINES_KEPT)
def kept_marks(frame: Frame, scores: str, submissions: str) -> Marks:
    """`frame.marks`, made once for the same answers of the database."""
    return frame.marks(scores, submissions)
