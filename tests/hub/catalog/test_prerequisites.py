"""What comes before a course: faults of a version with their lines; a draft keeps the lists right as codes change."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.compare import compare
from lms.hub.catalog.editing import document_of, removed, replaced
from lms.hub.catalog.judging import judge
from lms.hub.catalog.prerequisites import PREREQUISITES, faults_of
from lms.hub.catalog.rules import Severity
from lms.hub.catalog.spec import Curriculum
from lms.interop.curriculum import read_one_file
from lms.interop.curriculum_export import curriculum_text
from tests.interop.test_curriculum import SMALL
from tests.interop.test_curriculum import faults_of as lines_of

pytestmark = pytest.mark.one_engine
SECOND = SMALL[SMALL.index("[[course]]") :].replace("PC", "MS").replace("process", "systems").replace("Process", "MS")


def two(first: str = "", second: str = "") -> str:
    """Two courses, PC and MS, with these lists of prerequisites."""
    text = SMALL.replace('code = "PC"\n', f'code = "PC"\nprerequisites = [{first}]\n')
    return text + SECOND.replace('code = "MS"\n', f'code = "MS"\nprerequisites = [{second}]\n')


def read(text: str) -> Curriculum:
    found = read_one_file(text.encode(), "v.toml", lambda _: True)
    assert found.curriculum is not None
    return found.curriculum


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ('"PC"', "", "c.toml:16: error: Course PC asks for itself first."),
        ('"XX"', "", "c.toml:16: error: Course PC asks for XX first, which is not a course of this version."),
        ('"MS", "MS"', "", "c.toml:16: error: Course PC names a prerequisite twice."),
        (
            '"MS"',
            '"PC"',
            "c.toml:16: error: The prerequisites go round in a circle, so nobody could begin: PC → MS → PC.",
        ),
    ],
)
def test_a_bad_prerequisite_is_refused_with_its_line(tmp_path: Path, first: str, second: str, told: str) -> None:
    text = two(first, second)
    assert text.splitlines()[15].startswith("prerequisites")
    assert any(line.startswith(told) for line in lines_of(tmp_path, text)), lines_of(tmp_path, text)


def test_a_course_that_begins_before_its_prerequisite_ends_is_a_warning() -> None:
    found = [one for one in judge(read(two(second='"PC"'))) if one.where == ("MS", PREREQUISITES)]
    assert [(one.severity, "before its prerequisite PC ends" in str(one.sentence)) for one in found] == [
        (Severity.WARNING, True)
    ]


def test_what_is_exported_reads_back_the_same_and_the_comparison_names_the_list() -> None:
    curriculum = read(two(second='"PC"'))
    assert read(curriculum_text(curriculum)).digest() == curriculum.digest()
    (change,) = compare(document_of(read(two())), document_of(curriculum))
    assert (change.where, change.field, change.before, change.after) == (("MS",), PREREQUISITES, "", "PC")


def test_a_new_code_is_followed_and_a_course_that_is_taken_out_is_asked_for_no_more() -> None:
    document = document_of(read(two(second='"PC"')))
    renamed = replaced(document, ("course", "PC"), {"code": "PCX"})
    assert renamed["courses"][1]["prerequisites"] == ["PCX"]
    assert removed(document, ("course", "PC"))["courses"][0]["prerequisites"] == []


@given(st.lists(st.lists(st.sampled_from("ABCDE"), unique=True, max_size=3), min_size=5, max_size=5))
def test_a_version_without_errors_has_an_order_in_which_every_course_can_be_taken(lists: list[list[str]]) -> None:
    base = read(SMALL).courses[0]
    courses = [
        base.model_copy(update={"code": code, "prerequisites": tuple(first), "unit": ()})
        for code, first in zip("ABCDE", lists, strict=True)
    ]
    is_sound = all(one.severity is not Severity.ERROR for one in faults_of(courses))
    done: set[str] = set()
    for _ in courses:
        done |= {one.code for one in courses if set(one.prerequisites) <= done}
    assert is_sound == (len(done) == len(courses))
