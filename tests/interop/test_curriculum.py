"""The curriculum file: the sample one is sound, and a bad one names every fault with its line."""

from pathlib import Path

import pytest

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.rules import paths, planned_minutes
from lms.interop.curriculum import read_curriculum
from lms.interop.curriculum_export import curriculum_text
from lms.interop.toml_lines import Lines
from lms.kernel.errors import RuleBroken

SAMPLE = Path(__file__).parents[2] / "lms" / "sample" / "curriculum.toml"
SMALL = """\
format = 1
[program]
slug = "small"
name = "Small"
summary = "One course."
weeks = 2
[requirement]
kind = "all_of"
title = "Everything"
[[requirement.needs]]
kind = "course"
title = "Course"
course = "PC"
[[course]]
code = "PC"
slug = "process"
name = "Process"
kind = "hub"
summary = "Process."
pass_percent = 70
[[course.unit]]
code = "PC1"
title = "Unit"
modality = "self_study"
weeks = [1, 2]
minutes_a_week = 700
[[course.activity]]
code = "PC-A1"
title = "Activity"
kind = "lab"
week = 1
brief = "Do it."
[[course.activity.criterion]]
title = "Criterion"
levels = [
  { points = 2, text = "Good" },
  { points = 1, text = "Fair" },
]
"""


def faults_of(folder: Path, text: str | bytes) -> list[str]:
    file = folder / "c.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [str(fault) for fault in read_curriculum(file).faults]


def test_the_sample_curriculum_has_no_fault_not_even_a_warning() -> None:
    assert read_curriculum(SAMPLE).faults == ()


def test_the_sample_has_four_hub_courses_six_spokes_and_one_capstone() -> None:
    kinds = [course.kind for course in read_curriculum(SAMPLE).sound().courses]
    assert [kinds.count(kind) for kind in CourseKind] == [4, 6, 1]


def test_with_every_spoke_each_of_52_weeks_plans_10_to_14_hours_and_about_60_activities() -> None:
    curriculum = read_curriculum(SAMPLE).sound()
    of_code = {course.code: course for course in curriculum.courses}
    for spoke, courses in paths(curriculum.courses):
        assert all(600 <= planned_minutes(courses, week) <= 840 for week in range(1, 53)), spoke
        assert 58 <= sum(len(of_code[course.code].activity) for course in courses) <= 64


def test_every_sample_activity_has_100_points_in_three_or_four_criteria_of_three_levels() -> None:
    curriculum = read_curriculum(SAMPLE).sound()
    for activity in (activity for course in curriculum.courses for activity in course.activity):
        criteria = curriculum.criteria(activity)
        if activity.pool:  # a quiz has questions instead
            assert sum(pool.asked * pool.points for pool in activity.pool) == 100, activity.code
            continue
        assert sum(criterion.points for criterion in criteria) == 100, activity.code
        assert 3 <= len(criteria) <= 4, activity.code
        assert all(3 <= len(criterion.levels) <= 4 for criterion in criteria), activity.code


def test_the_sample_says_that_it_is_sample() -> None:
    curriculum = read_curriculum(SAMPLE).sound()
    assert curriculum.program.sample
    assert curriculum.program.note
    assert all(course.sample for course in curriculum.courses)


def test_a_small_sound_file_is_read(tmp_path: Path) -> None:
    assert faults_of(tmp_path, SMALL) == []


def test_every_fault_of_shape_is_named_with_its_line(tmp_path: Path) -> None:
    text = SMALL.replace("pass_percent = 70", "pass_percent = 170\ncolour = 'red'").replace(
        "week = 1\n", 'week = "one"\n'
    )
    found = faults_of(tmp_path, text)
    assert [fault.split(": ", 1)[0] for fault in found] == ["c.toml:20", "c.toml:32", "c.toml:21"]
    assert "“colour” is not a key" in found[2]


def test_what_is_missing_is_named_where_it_should_stand(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, SMALL.replace('brief = "Do it."\n', ""))
    assert fault == "c.toml:27: error: “brief” is missing here."


def test_faults_of_sense_are_named_with_their_lines(tmp_path: Path) -> None:
    text = SMALL.replace("weeks = [1, 2]", "weeks = [1, 3]").replace('course = "PC"', 'course = "XX"')
    found = faults_of(tmp_path, text)
    assert [fault.split(": ", 1)[0] for fault in found] == ["c.toml:21", "c.toml:10", "c.toml:15"]
    assert ": warning: " in found[2]


def test_an_activity_in_a_week_without_unit_and_an_unknown_rubric_are_errors(tmp_path: Path) -> None:
    text = SMALL.replace("week = 1\n", 'week = 2\nrubrics = ["none"]\n').replace("weeks = [1, 2]", "weeks = [1, 1]")
    found = faults_of(tmp_path, text)
    assert any(f.startswith("c.toml:32: error: There is no rubric called none") for f in found)
    assert any(f.startswith("c.toml:31: error: Activity PC-A1 is due in week 2") for f in found)


def test_text_that_is_not_toml_names_the_line(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, "format = 1\n[program\n")
    assert fault.startswith("c.toml:2: error: This is not valid TOML")


def test_bytes_that_are_not_utf8_name_the_line(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, b"format = 1\nname = '\xff'\n")
    assert fault == "c.toml:2: error: The file is not UTF-8 text."


def test_a_missing_include_is_named_where_it_is_included(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, SMALL.replace("format = 1", 'format = 1\ninclude = [\n  "gone.toml",\n]'))
    assert fault == "c.toml:2: error: The included file gone.toml does not exist."


def test_a_missing_file_is_a_fault_not_a_crash(tmp_path: Path) -> None:
    reading = read_curriculum(tmp_path / "none.toml")
    assert "cannot be read" in str(reading.faults[0])


def test_an_unsound_file_raises_with_every_error(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(SMALL.replace("pass_percent = 70", "pass_percent = 0\nx = 1"))
    with pytest.raises(RuleBroken) as caught:
        read_curriculum(tmp_path / "c.toml").sound()
    assert len(caught.value.also) == 1
    assert "line 20" in str(caught.value)


def test_lines_are_found_past_multiline_strings_lists_and_comments() -> None:
    lines = Lines(
        'a = """\n[fake]\nb = 1\n"""\n# c = 1\n[[t]]\nk = [\n  1,\n]\n"quoted key" = 1\n'
        "[[t]]\nk = {x = 1}\n[[t.u]]\nz = 1\n"
    )
    assert lines.of(("a",)) == 1
    assert lines.of(("t", 0, "k", 0)) == 7
    assert lines.of(("t", 0, "quoted key")) == 10
    assert lines.of(("t", 1, "k", "x")) == 12
    assert lines.of(("t", 1, "u", 0, "z")) == 14
    assert lines.of(("fake", "b")) == 1


CATEGORY = """\
[[course.category]]
code = "LABS"
title = "Labs"
weight = {weight}
{more}
"""


def with_categories(weight: int = 100, more: str = "", activity: str = 'category = "LABS"') -> str:
    """The small curriculum, its course with one category."""
    text = SMALL.replace("[[course.activity]]", CATEGORY.format(weight=weight, more=more) + "[[course.activity]]")
    return text.replace('kind = "lab"', f'kind = "lab"\n{activity}')


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (with_categories(weight=90), 27, "come to 90 percent instead of 100"),
        (
            with_categories(more="drop_lowest = 1\nkeep_highest = 2"),
            27,
            "drops the lowest or keeps the highest, not both",
        ),
        (with_categories(activity='category = "QUIZZES"'), 36, "has no category QUIZZES"),
        (with_categories(activity=""), 32, "names none of its course's categories"),
        (SMALL.replace('kind = "lab"', 'kind = "lab"\ncategory = "LABS"'), 31, "has no category LABS"),
        (with_categories(more='[[course.category]]\ncode = "LABS"\ntitle = "Again"\nweight = 0'), 31, "stands twice"),
        (with_categories(more="extra_credit = true"), 31, "not a key that may stand here"),
    ],
)
def test_categories_that_cannot_be_graded_by_are_named_with_their_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    (fault,) = faults_of(tmp_path, text)
    assert fault.startswith(f"c.toml:{line}: error:"), fault
    assert words in fault


def test_a_category_that_drops_the_lowest_is_read(tmp_path: Path) -> None:
    assert faults_of(tmp_path, with_categories(more="drop_lowest = 1")) == []


QUIZ = """
[[course.activity]]
code = "PC-Q1"
title = "Quiz"
kind = "quiz"
week = 1
brief = "Answer."
minutes = 20

[[course.activity.pool]]
code = "ONE"
title = "First"
draw = 2
points = 5

[[course.activity.pool.question]]
code = "A"
kind = "number"
text = "How long?"
value = "25.4"
unit = "mm"
units = { in = "25.4" }

[[course.activity.pool.question]]
code = "B2"
kind = "single"
text = "Which?"
options = ["x", "y"]
right = [2]
"""


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("right = [2]", "right = [1, 2]", 23, "exactly one option is right"),
        ("right = [2]", "right = [3]", 23, "which options are right"),
        ('options = ["x", "y"]', 'options = ["x", "x"]', 23, "no two alike"),
        ("right = [2]", 'right = [2]\nvalue = "1"', 23, "a question of kind single has no value"),
        ('value = "25.4"\n', "", 15, "give the right value"),
        ('value = "25.4"', 'value = "25,4"', 19, "value"),
        ('unit = "mm"\n', "", 15, "name the unit"),
        ('kind = "single"', 'kind = "essay"', 25, "kind"),
        ("draw = 2", "draw = 3", 9, "3 cannot be drawn from it"),
        ('code = "B2"', 'code = "A2"', 0, ""),
        ('kind = "quiz"', 'kind = "lab"', 1, "has to be a quiz"),
    ],
)
def test_questions_that_cannot_be_are_named_with_their_line(
    tmp_path: Path, before: str, after: str, line: int, said: str
) -> None:
    text = QUIZ.replace('code = "A"', 'code = "A2"')
    text = text.replace('code = "B2"', 'code = "B2"') if said else text
    offset = SMALL.rstrip().count("\n") + 1
    found = faults_of(tmp_path, SMALL.rstrip() + text.replace(before, after))
    expected = [("stands twice", 9)] if not said else [(said, line)]
    for words, number in expected:
        assert any(f":{offset + number}: " in fault and words in fault for fault in found), (offset, found)


def test_a_quiz_is_exported_as_it_was_read_and_one_without_keeps_its_digest(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text(SMALL.rstrip() + QUIZ.replace('code = "A"', 'code = "A2"'))
    curriculum = read_curriculum(file).sound()
    again = tmp_path / "d.toml"
    again.write_text(curriculum_text(curriculum))
    assert read_curriculum(again).sound().digest() == curriculum.digest()
    assert "pool" not in curriculum.courses[0].activity[0].model_dump()


REPORTED = SMALL.replace(
    "minutes_a_week = 700\n",
    'minutes_a_week = 700\n[[course.unit.item]]\ntitle = "Press"\nkind = "simulation"\nminutes = 40\n'
    'url = "https://sim.example.org/launch"\niri = "https://sim.example.org/press"\n',
).split("[[course.activity.criterion]]")[0]


def test_what_another_system_scores_needs_an_iri_and_no_rubric(tmp_path: Path) -> None:
    with_iri = REPORTED.rstrip() + '\niri = "https://sim.example.org/press"\n'
    assert faults_of(tmp_path, with_iri) == []  # an item and an activity may share it
    curriculum = read_curriculum(tmp_path / "c.toml").sound()
    (tmp_path / "d.toml").write_text(curriculum_text(curriculum))
    assert read_curriculum(tmp_path / "d.toml").sound().digest() == curriculum.digest()
    (no_rubric,) = faults_of(tmp_path, REPORTED)
    assert "has no rubric" in no_rubric
    again = with_iri.replace('code = "PC-A1"', 'code = "PC-A2"').split("[[course.activity]]")[1]
    (twice,) = faults_of(tmp_path, f"{with_iri}[[course.activity]]{again}")
    assert "stands twice; each names one thing" in twice
    (no_iri,) = faults_of(tmp_path, REPORTED.rstrip() + '\niri = "press simulator"\n')
    assert "iri" in no_iri
    assert "iri" not in read_curriculum(SAMPLE).sound().courses[0].activity[0].model_dump()
