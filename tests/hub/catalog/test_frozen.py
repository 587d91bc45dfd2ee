"""A published version never changes: the database refuses, whoever asks."""

import importlib
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from lms.hub.catalog import frozen
from lms.hub.catalog.models import Course, Outcome, ProgramVersion, Requirement, Unit
from lms.kernel.db import session, transaction
from tests.support.web import World

ATTEMPTS = (
    "UPDATE program_version SET weeks = 3",
    "UPDATE program_version SET published_at = NULL",
    "DELETE FROM program_version",
    "UPDATE course SET name = 'X'",
    "UPDATE course SET pass_bp = 1",
    "DELETE FROM course",
    "UPDATE unit SET minutes_a_week = 1",
    "DELETE FROM unit",
    "UPDATE requirement SET n = 3",
    "DELETE FROM requirement",
)


@pytest.mark.parametrize("statement", ATTEMPTS)
def test_nothing_of_a_published_version_can_be_changed_or_removed(world: World, statement: str) -> None:
    with pytest.raises(DBAPIError, match="never changes"), transaction():
        session.connection().exec_driver_sql(statement)


def test_nothing_can_be_added_to_a_published_version(world: World) -> None:
    version, course = world.one(ProgramVersion), world.one(Course, code="PC")
    rows = (
        Course(program_version_id=version.id, code="NEW", name="New", kind="hub", position=9),
        Unit(course_id=course.id, code="N", title="N", kind="self_study", first_week=1, last_week=2,
             minutes_a_week=3, position=1),
        Outcome(course_id=course.id, code="N", text="N", position=1),
        Requirement(program_version_id=version.id, position=1, kind="all_of", title="N"),
    )  # fmt: skip
    for row in rows:
        with pytest.raises(DBAPIError, match="never changes"), transaction():
            session.add(row)


def test_a_draft_takes_rows_and_changes_until_it_is_published(world: World) -> None:
    """The control: what refuses above is that the version is published, and nothing else."""
    program_id = world.one(ProgramVersion).program_id
    with transaction():
        draft = ProgramVersion(program_id=program_id, number=2, policy={}, source_sha256="1" * 64)
        session.add(draft)
        session.flush()
        session.add(Course(program_version_id=draft.id, code="A", name="A", kind="hub", position=0))
        session.flush()
        changed = f"UPDATE course SET name = 'B' WHERE program_version_id = {draft.id}"
        session.connection().exec_driver_sql(changed)
        session.connection().exec_driver_sql(f"DELETE FROM course WHERE program_version_id = {draft.id}")


@pytest.mark.one_engine
def test_the_migration_puts_on_the_guards_that_the_models_have() -> None:
    folder = Path(__file__).parents[3] / "migrations" / "versions"
    (name,) = [file.stem for file in folder.glob("*_catalog.py")]
    migration = importlib.import_module(f"migrations.versions.{name}")
    for dialect in ("sqlite", "postgresql"):
        assert list(migration.GUARDS[dialect]) == frozen.guards(dialect)
        assert list(migration.DROPS[dialect]) == frozen.drops(dialect)
