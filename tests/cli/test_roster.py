"""A roster by the operator's command line: the same commands as behind the pages."""

from pathlib import Path

import pytest
from click.testing import Result

from lms.hub.enrollment.models import Enrollment
from lms.hub.roster.models.imports import RosterImport
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session
from tests.hub.roster.made import ADA, NOA, ZOE, file_of
from tests.support.web import World

pytestmark = pytest.mark.one_engine
COHORT = "Fall 2026 (sample)"


def run(world: World, *arguments: str) -> Result:
    session.rollback()
    return world.app.test_cli_runner().invoke(args=["roster", *arguments])


@pytest.fixture
def sound(tmp_path: Path) -> str:
    path = tmp_path / "roster.csv"
    path.write_bytes(file_of(ADA, ZOE, NOA))
    return str(path)


def test_a_dry_run_says_what_would_happen_and_confirming_does_it(world: World, sound: str) -> None:
    result = run(world, "import", sound, "--cohort", COHORT, "--site", "Lowell")
    assert result.exit_code == 0, result.output
    assert "1 join, 0 change, 2 stay" in result.output
    assert len(world.all(Enrollment)) == 3
    made = world.one(RosterImport)
    assert "1 joined" in run(world, "confirm", made.public_id).output
    assert len(world.all(Enrollment)) == 4
    assert {entry.via for entry in world.all(AuditEntry, action="roster:import")} == {"job"}


def test_apply_does_it_at_once_and_undo_takes_it_back(world: World, sound: str) -> None:
    assert "Applied" in run(world, "import", sound, "--cohort", COHORT, "--apply").output
    assert "taken back" in run(world, "undo", world.one(RosterImport).public_id).output
    assert run(world, "undo", world.one(RosterImport).public_id).exit_code == 1


def test_errors_are_named_with_row_and_column_and_nothing_is_done(world: World, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(file_of(ADA, {**NOA, "email": "noa"}))
    result = run(world, "import", str(path), "--cohort", COHORT, "--apply")
    assert result.exit_code == 1
    assert "row 3, email:" in result.output
    assert len(world.all(Enrollment)) == 3


@pytest.mark.parametrize("arguments", [("--cohort", "None such"), ("--cohort", COHORT, "--site", "Atlantis")])
def test_a_place_that_is_not_there_is_named(world: World, sound: str, arguments: tuple[str, ...]) -> None:
    result = run(world, "import", sound, *arguments)
    assert result.exit_code == 1
    assert "There is no" in result.output
