"""Keys that the product makes itself: the same for everybody who asks, and never an empty one."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lms.kernel.disk import make_folder
from lms.kernel.keys import key_from


def test_a_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    made = key_from("", tmp_path / "new" / "data", "chain.key")
    assert len(made) >= 43  # 256 bits
    assert key_from("", tmp_path / "new" / "data", "chain.key") == made
    assert stat.S_IMODE((tmp_path / "new" / "data" / "chain.key").stat().st_mode) == 0o600
    assert key_from("", tmp_path / "new" / "data", "secret.key") != made


def test_a_key_of_the_settings_is_taken_and_not_kept(tmp_path: Path) -> None:
    assert key_from("set", tmp_path, "chain.key") == "set"
    assert list(tmp_path.iterdir()) == []


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as many:
        assert len(set(many.map(lambda _: key_from("", tmp_path, "chain.key"), range(64)))) == 1


@pytest.mark.parametrize("left", ["", "\0" * 64, "\n"])
def test_what_a_power_cut_left_of_a_key_is_no_key(tmp_path: Path, left: str) -> None:
    (tmp_path / "chain.key").write_text(left)
    made = key_from("", tmp_path, "chain.key")
    assert len(made) >= 43
    assert (tmp_path / "chain.key").read_text() == made


def test_a_key_that_somebody_put_there_is_used_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "chain.key").write_text("from-the-vault\n")
    assert key_from("", tmp_path, "chain.key") == "from-the-vault"
    assert (tmp_path / "chain.key").read_text() == "from-the-vault\n"


def test_a_folder_is_made_with_those_above_it_and_again_when_it_was_removed(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    for _ in range(2):
        make_folder(folder)
        make_folder(folder)
        assert folder.is_dir()
        folder.rmdir()
        folder.parent.rmdir()
