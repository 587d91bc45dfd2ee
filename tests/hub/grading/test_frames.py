"""A kept row of a gradebook says what one made afresh at that instant says, cell by cell."""

import json
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lms.hub.coursework.kinds import Counts
from lms.hub.grading.cells import read_scores
from lms.hub.grading.entries import Entry, Item, Marker, cells_of
from lms.hub.grading.frames import Marks, Terms, frame_at, kept_marks
from lms.hub.grading.gradebook import Category, CourseGrade, fold_course
from lms.hub.grading.rules import LatePolicy, MissingPolicy, ScoreKind
from tests.support.web import NOW

STEP = timedelta(microseconds=1)
MOST = 5
MOMENTS = st.integers(-30 * 1_440, 30 * 1_440).map(lambda minutes: NOW + timedelta(minutes=minutes))
Answer = tuple[list[list[Any]], list[list[Any]]]


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    numbers = range(1, MOST + 1)
    counts, graces = st.sampled_from(Counts), st.sampled_from((0, 15))
    items = tuple(
        Item(n, f"id{n}", f"A{n}", "", draw(st.sampled_from("LQ")), 10_000, None, draw(counts), draw(graces), 7)
        for n in numbers
    )
    labs = Category("L", "Labs", 6_000, drop_lowest=draw(st.integers(0, 2)))
    return Terms(
        activities=items,
        dues=tuple(draw(st.none() | MOMENTS) for _ in numbers),
        categories=(labs, Category("Q", "Quizzes", 4_000)),
        late=LatePolicy(draw(st.sampled_from((0, 1_000, 333)))),
        missing=MissingPolicy(draw(st.none() | st.integers(0, 14)), draw(st.sampled_from((0, 3_333)))),
        extra=frozenset(draw(st.sets(st.sampled_from([item.code for item in items]), max_size=1))),
        nameless=frozenset(draw(st.sets(st.sampled_from(numbers), max_size=2))),
        shows_way=draw(st.booleans()),
    )


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """What the database answers of one student: scores and submissions."""
    tried = draw(st.lists(st.tuples(st.integers(1, MOST), st.integers(1, 3)), unique=True, max_size=8))
    given_points = st.none() | st.integers(0, 10_000)  # none: exempt
    late, told = st.sampled_from((0, 60, 90_000)), st.sampled_from((None, NOW.isoformat()))
    scores: list[list[Any]] = []
    for n, k in tried:
        points = draw(given_points)
        kind = ScoreKind.EXEMPT if points is None else ScoreKind.POINTS
        scores.append([n, None, f"s{n}-{k}", k, kind.value, points, draw(late), NOW.isoformat(), draw(told), 0])
    return scores, [[n, k, f"w{n}-{k}"] for n, k in tried if draw(st.booleans())]


def afresh(wanted: Terms, at: datetime, answer: Answer) -> tuple[tuple[Entry, ...], CourseGrade]:
    """Every cell by itself, at exactly that instant."""
    marker = Marker(wanted.late, wanted.missing, at, wanted.extra)
    scores = read_scores(answer[0], wanted.activities)
    entries = []
    for item, due_at in zip(wanted.activities, wanted.dues, strict=True):
        is_nameless = item.id in wanted.nameless
        mine = [one for one in scores.get(item.id, ()) if one.is_released or not is_nameless]
        tried = [(attempt, way) for number, attempt, way in answer[1] if number == item.id]
        entry = marker.entry(item, mine, max(tried)[1] if tried else None, due_at)
        hides = is_nameless and not wanted.shows_way and entry.score is None
        entries.append(entry._replace(submission_id=None) if hides else entry)
    return tuple(entries), fold_course(cells_of(wanted.categories, entries), wanted.categories)


def kept(wanted: Terms, at: datetime, answer: Answer) -> Marks:
    return kept_marks(frame_at(wanted, at), json.dumps(answer[0]), json.dumps(answer[1]))


@given(terms(), answers(), st.data())
def test_a_kept_row_is_the_one_that_would_be_made_at_that_instant(
    wanted: Terms, answer: Answer, data: st.DataObject
) -> None:
    turns = sorted(wanted.turns())
    near = [turn + step for turn in turns for step in (-STEP, timedelta(0), STEP)]
    for at in (data.draw(MOMENTS), *near):
        row = kept(wanted, at, answer)
        assert (row.entries, row.grade) == afresh(wanted, at, answer)


@given(terms(), answers(), MOMENTS)
def test_a_row_is_made_once_until_something_comes_due_or_another_answer_comes(
    wanted: Terms, answer: Answer, at: datetime
) -> None:
    following = [turn for turn in wanted.turns() if turn >= at]
    row = kept(wanted, at, answer)
    assert kept(wanted, min(following) if following else at + timedelta(days=999), answer) is row
    more: Answer = ([*answer[0], [1, None, "new", 9, "points", 5_000, 0, NOW.isoformat(), None, 0]], answer[1])
    assert kept(wanted, at, more) is not row
