"""The sample curriculum goes in through the commands, once, on both engines."""

from pathlib import Path

import pytest
from flask import Flask

from lms.hub.catalog.models import Program, ProgramVersion
from lms.hub.catalog.queries import list_courses
from lms.hub.coursework.models import Activity
from lms.hub.grading.books import categories_of
from lms.hub.grading.entries import WHOLE
from lms.hub.grading.models import Criterion, Level, Rubric
from lms.interop.curriculum_import import import_curriculum
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.people.access import SYSTEM
from tests.support.web import World

SAMPLE = Path(__file__).parents[2] / "lms" / "sample" / "curriculum.toml"


def test_the_sample_is_stored_with_its_activities_and_rubrics_and_again_changes_nothing(world: World) -> None:
    with transaction():
        made = import_curriculum(SYSTEM, SAMPLE, publish=True)
    assert (made.is_new, made.activities, made.version.number) == (True, 106, 1)
    activities = world.all(Activity)
    assert {row.points for row in activities} == {10_000}
    assert len(world.all(Rubric)) == 106
    in_rubrics = [one for one in world.all(Criterion) if one.code.startswith("C")]  # a quiz's places have no levels
    assert len(world.all(Level)) == 3 * len(in_rubrics)
    before = len(world.all(AuditEntry))
    with transaction():
        again = import_curriculum(SYSTEM, SAMPLE, publish=True)
    assert (again.is_new, again.version.id) == (False, made.version.id)
    assert len(world.all(AuditEntry)) == before + 1


def test_the_sample_program_is_labelled(world: World) -> None:
    with transaction():
        made = import_curriculum(SYSTEM, SAMPLE)
    assert world.one(Program, slug="technologist-sample").is_sample
    assert "invented" in world.one(ProgramVersion, id=made.version.id).note
    assert made.version.published_at is None


@pytest.mark.one_engine
def test_the_command_names_every_fault_and_stores_nothing(app: Flask, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("format = 2\n[program]\nslug = 'X'\n")
    result = app.test_cli_runner().invoke(args=["import-curriculum", str(bad)])
    assert result.exit_code == 1
    assert "bad.toml:1: error" in result.output
    assert "nothing was stored" in result.output


@pytest.mark.one_engine
def test_the_command_checks_stores_and_publishes(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    assert "No errors." in run(args=["import-curriculum", str(SAMPLE), "--check"]).output
    assert "version 1 (published), 106 activities" in run(args=["import-curriculum", str(SAMPLE), "--publish"]).output
    assert "Already there" in run(args=["import-curriculum", str(SAMPLE)]).output


@pytest.mark.one_engine
def test_verify_is_green_on_an_empty_database(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["verify"])
    assert result.exit_code == 0, result.output
    assert "chains" in result.output


def test_the_gradebook_of_the_sample_follows_the_categories_of_its_file(world: World) -> None:
    with transaction():
        made = import_curriculum(SYSTEM, SAMPLE, publish=True)
        courses = {course.code: course for course in list_courses(made.version.id)}
        found = {code: categories_of(course) for code, course in courses.items()}
    assert [(one.code, one.weight_bp, one.drop_lowest) for one in found["PC"]] == [
        ("PROBLEMS", 4_000, 1),
        ("LABS", 6_000, 0),
    ]
    assert [one.code for one in found["MS"]] == [WHOLE]  # a course without categories of its own
    assert {row.category for row in world.all(Activity) if row.course_id == courses["PC"].id} == {"PROBLEMS", "LABS"}
