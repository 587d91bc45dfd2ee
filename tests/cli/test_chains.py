"""The ends of chains kept in a file outside: green while chains only grow, red when one was cut or changed."""

import json
from pathlib import Path

import pytest
from click.testing import Result

from lms.kernel.db import db
from tests.capstone.stage import claim, lines, live
from tests.faults.test_chain import _do, _open_the_guards
from tests.support.web import World


def run(world: World, *arguments: str) -> Result:
    return world.app.test_cli_runner().invoke(args=["chain-heads", *arguments])


def test_heads_are_kept_and_chains_that_grew_go_on_from_them(world: World, tmp_path: Path) -> None:
    file = tmp_path / "heads.json"
    project = live(world)
    assert run(world, str(file)).exit_code == 0
    kept = json.loads(file.read_text())["heads"]
    assert f"project:{project.id}" in kept
    claim(world, lines(world, project)[0])
    result = run(world, str(file), "--compare")
    assert (result.exit_code, "go on from where they were" in result.output) == (0, True)


@pytest.mark.parametrize("deed", ["cut", "change"])
def test_a_chain_that_was_cut_or_changed_is_red(world: World, tmp_path: Path, deed: str) -> None:
    file = tmp_path / "heads.json"
    project = live(world)
    assert run(world, str(file)).exit_code == 0
    name = f"project:{project.id}"
    with db.engine.begin() as connection:
        _open_the_guards(connection)
        here = f"chain_id = (SELECT id FROM chain WHERE name = '{name}')"
        if deed == "cut":  # the end with its head, so that the database itself shows nothing
            mac = connection.exec_driver_sql(f"SELECT mac FROM chain_entry WHERE {here} AND number = 3").scalar()
            _do(connection, f"DELETE FROM chain_entry WHERE {here} AND number > 3")
            _do(connection, f"UPDATE chain SET length = 3, head = '{mac}' WHERE name = '{name}'")
        else:
            _do(connection, f"UPDATE chain_entry SET mac = '{'1' * 64}' WHERE {here} AND number = 2")
    result = run(world, str(file), "--compare")
    assert result.exit_code == 1
    assert name in result.output


@pytest.mark.one_engine
def test_a_file_that_is_there_is_never_written_over_and_one_that_keeps_nothing_is_named(
    world: World, tmp_path: Path
) -> None:
    file = tmp_path / "heads.json"
    file.write_text("{}")
    again = run(world, str(file))
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    assert file.read_text() == "{}"
    assert "does not keep heads" in run(world, str(file), "--compare").output
    assert "cannot be read" in run(world, str(tmp_path / "none.json"), "--compare").output
