"""A version as one file: what goes out comes back in with the same digest, and says where it is wrong."""

import tomllib
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.models import ProgramVersion
from lms.hub.catalog.spec import Curriculum
from lms.interop.curriculum import read_curriculum, read_one_file
from lms.interop.curriculum_export import curriculum_of, curriculum_text, export_version
from lms.interop.curriculum_import import import_curriculum
from lms.interop.toml_text import toml_text
from lms.kernel.db import transaction
from lms.people.access import SYSTEM
from tests.hub.coursework.made import set_work
from tests.hub.grading.made import with_rubric
from tests.support.web import World

SAMPLE = Path(__file__).parents[2] / "lms" / "sample" / "curriculum.toml"


def read(text: str) -> Curriculum:
    return read_one_file(text.encode(), "v.toml", lambda _: True).sound()


def test_an_exported_version_is_read_back_with_the_same_digest(world: World) -> None:
    with transaction():
        made = import_curriculum(SYSTEM, SAMPLE, publish=True)
    with transaction(write=False):
        exported = export_version(made.program, made.version)
    assert exported.name == "technologist-sample-v1.toml"
    assert read(exported.content.decode()).digest() == made.version.source_sha256


def test_a_file_that_is_exported_and_imported_changes_nothing(world: World, tmp_path: Path) -> None:
    with transaction():
        made = import_curriculum(SYSTEM, SAMPLE, publish=True)
        (tmp_path / "v.toml").write_bytes(export_version(made.program, made.version).content)
        again = import_curriculum(SYSTEM, tmp_path / "v.toml")
    assert (again.is_new, again.version.id) == (False, made.version.id)


def test_a_version_stored_without_a_document_is_written_down_from_its_rows(world: World) -> None:
    (activity,) = set_work(world)
    with_rubric(world, activity)
    with transaction(write=False):
        found = curriculum_of(world.one(ProgramVersion))
    assert [course.code for course in found.courses] == ["PC", "MS", "ROB", "CAP"]
    assert [one.code for one in found.courses[0].activity] == [activity.code]
    assert found.requirement.needs[0].course == "PC"
    again = read_one_file(curriculum_text(found).encode(), "v.toml", lambda _: True).curriculum
    assert again is not None
    assert again.digest() == found.digest()


def test_a_missing_policy_that_never_fires_survives(world: World) -> None:
    curriculum = read_curriculum(SAMPLE).sound()
    never = curriculum.model_copy(update={"policy": curriculum.policy.model_copy(update={"missing_after_days": None})})
    assert read(curriculum_text(never)).policy.missing_after_days is None


def test_an_uploaded_file_names_every_fault_with_its_line() -> None:
    text = curriculum_text(read_curriculum(SAMPLE).sound())
    broken = text.replace("pass_percent = 70", "pass_percent = 170", 1).replace(
        'modality = "simulation"', 'modality = "x"', 1
    )
    found = read_one_file(broken.encode(), "v.toml", lambda _: True)
    lines = broken.split("\n")
    assert len(found.errors) == 2
    assert {lines[fault.place.line - 1] for fault in found.errors} == {"pass_percent = 170", 'modality = "x"'}


def test_an_uploaded_file_includes_nothing_and_its_files_have_to_be_here() -> None:
    text = curriculum_text(read_curriculum(SAMPLE).sound())
    with_include = read_one_file(('include = ["/etc/passwd"]\n' + text).encode(), "v.toml", lambda _: True)
    assert "includes no other files" in str(with_include.errors[0])


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40)
PLAIN = st.one_of(TEXTS, st.integers(-(2**40), 2**40), st.booleans())


@given(st.dictionaries(TEXTS.filter(bool), st.one_of(PLAIN, st.lists(TEXTS, max_size=3))))
def test_whatever_is_written_as_toml_reads_back(table: dict[str, object]) -> None:
    assert tomllib.loads(toml_text({"a": table, "b": [table, {"c": [table]}]})) == {
        "a": table,
        "b": [table, {"c": [table]}],
    }


@pytest.mark.one_engine
def test_the_command_writes_what_the_other_command_reads(app: Flask, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    run(args=["import-curriculum", str(SAMPLE), "--publish"])
    target = tmp_path / "v.toml"
    assert "version 1" in run(args=["export-curriculum", "technologist-sample", "--to", str(target)]).output
    assert "Already there" in run(args=["import-curriculum", str(target)]).output
    assert run(args=["export-curriculum", "nobody"]).exit_code == 1
