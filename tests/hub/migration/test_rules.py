"""What a student keeps, loses and newly has to do: nothing that was done is forgotten."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import CourseKind
from lms.hub.migration.rules import (
    Binding,
    CourseShape,
    Held,
    Shape,
    Work,
    check_move,
    explain_preview,
    explain_version,
    preview,
)
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import FactRef

CODES = ("PC", "MS", "ROB", "MAC")
KINDS = {"PC": CourseKind.HUB, "MS": CourseKind.HUB, "ROB": CourseKind.SPOKE, "MAC": CourseKind.SPOKE}


def shape(*works: tuple[str, str], points: int = 100, courses: tuple[str, ...] = CODES) -> Shape:
    listed = [Work(course, code, code, points) for course, code in works if course in courses]
    return Shape({c: CourseShape(c, c, KINDS[c]) for c in courses}, {work.key: work for work in listed})


OLD = shape(("PC", "A1"), ("PC", "A2"), ("ROB", "R1"))
HELD = Held(
    planned=frozenset({"PC", "MS", "ROB"}),
    scored=frozenset({("PC", "A1"), ("ROB", "R1")}),
    minutes={"PC": 600, "ROB": 120, "": 30},
)


def test_an_equal_version_keeps_everything() -> None:
    found = preview(OLD, OLD, HELD)
    assert (found.lost_courses, found.new_courses, found.lost_work, found.new_work) == ((), (), (), ())
    assert {work.key for work in found.kept_work} == HELD.scored
    assert explain_preview(found, HELD).value == 0


def test_a_retired_spoke_is_lost_and_its_work_stays_in_the_record() -> None:
    found = preview(OLD, shape(("PC", "A1"), ("PC", "A3"), courses=("PC", "MS", "MAC")), HELD)
    assert found.spoke_is_lost
    assert found.lost_courses == ("ROB",)
    assert [work.key for work in found.lost_work] == [("ROB", "R1")]
    assert [work.key for work in found.new_work] == [("PC", "A3")]
    assert [work.key for work in found.dropped_work] == [("PC", "A2")]
    assert (found.kept_minutes, found.loose_minutes) == (600, 150)


def test_a_score_is_converted_where_the_points_changed() -> None:
    assert preview(OLD, shape(("PC", "A1"), ("ROB", "R1"), points=50), HELD).rescaled == HELD.scored


WORKS = st.sets(st.tuples(st.sampled_from(CODES), st.sampled_from(["1", "2", "3"])))
COURSES = st.sets(st.sampled_from(CODES)).map(lambda found: tuple(c for c in CODES if c in found))


@given(WORKS, WORKS, COURSES, COURSES, st.data())
def test_all_that_was_planned_and_done_is_kept_or_lost(old_works, new_works, old_courses, new_courses, data) -> None:  # type: ignore[no-untyped-def]
    old, new = shape(*old_works, courses=old_courses), shape(*new_works, courses=new_courses)
    done = data.draw(st.sets(st.sampled_from(sorted(old.works)))) if old.works else set()
    planned = frozenset(data.draw(st.sets(st.sampled_from(old_courses)))) if old_courses else frozenset()
    held = Held(planned, frozenset(done), frozenset(), dict.fromkeys(old_courses, 10))
    found = preview(old, new, held)
    assert {w.key for w in found.kept_work} | {w.key for w in found.lost_work} == done
    assert {w.key for w in found.kept_work}.isdisjoint(w.key for w in found.lost_work)
    assert {*found.kept_courses, *found.lost_courses} == planned
    assert found.kept_minutes + found.loose_minutes == sum(held.minutes.values())
    explained = explain_preview(found, held)
    assert explained.steps[-1].value == explained.value == explained.steps[0].value + explained.steps[1].value


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"is_same_program": False}, "another program"),
        ({"is_published": False}, "Publish the version"),
        ({"target": 1}, "already"),
        ({"is_studying": False}, "enrolled, active"),
    ],
)
def test_a_move_that_may_not_be_says_why(changed: dict[str, object], words: str) -> None:
    given_ = {"target": 2, "is_published": True, "is_same_program": True, "is_studying": True, **changed}
    with pytest.raises(RuleBroken, match=words):
        check_move(1, **given_)  # type: ignore[arg-type]


FACT = FactRef("version_pin", "p", None)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 20)), max_size=5), st.integers(0, 20))
def test_the_version_that_holds_is_the_last_begun_one_and_the_steps_end_in_it(moves, offset) -> None:  # type: ignore[no-untyped-def]
    start = date(2026, 9, 7)
    bindings = [Binding(number, start + timedelta(days=days), "why", FACT) for number, days in moves]
    day = start + timedelta(days=offset)
    found = explain_version(day, 1, bindings)
    begun = [(one.from_day, place, one.number) for place, one in enumerate(bindings) if one.from_day <= day]
    assert found.value == (max(begun)[2] if begun else 1)
    assert found.steps[-1].value == found.value
