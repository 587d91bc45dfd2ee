"""Files beside the store: an empty folder goes, and never under a file that is just being written."""

import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from lms.kernel.side import FolderSide
from lms.kernel.storage import FileMissing


@pytest.fixture
def beside(tmp_path: Path) -> FolderSide:
    return FolderSide(tmp_path / "side")


def test_a_folder_goes_once_it_is_empty_and_no_earlier(beside: FolderSide) -> None:
    for name in ("parts/a/1", "parts/a/2", "parts/b/1"):
        beside.put(name, b"x")
    (beside.folder / "parts" / "c" / "d").mkdir(parents=True)
    beside.delete("parts/a/1")
    beside.delete("parts/b/1")
    beside.tidy("parts")
    assert [path.name for path in (beside.folder / "parts").iterdir()] == ["a"]
    assert [one.name for one in beside.all("parts")] == ["parts/a/2"]
    beside.delete("parts/a/2")
    beside.tidy("parts")
    assert list((beside.folder / "parts").iterdir()) == []
    beside.tidy("nothing")


def test_what_a_crash_left_half_written_is_listed_and_goes_whatever_it_is_called(beside: FolderSide) -> None:
    beside.put("parts/a/1", b"x")
    for name in ("_k3x9q_0b", "_k_3x9q0", "__3x9q0b_"):  # as tempfile makes them
        (beside.folder / "parts" / "a" / name).write_bytes(b"half")
    for one in list(beside.all("parts")):
        beside.delete(one.name)
    assert list(beside.all("parts")) == []
    with pytest.raises(ValueError, match="small letters"):
        beside.delete("parts/a_b/1")


def test_a_file_is_written_though_its_folder_is_taken_away_before(
    beside: FolderSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one moment at which it can be: the folder is made, and the file is not there yet."""
    begin, taken = tempfile.mkstemp, []

    def tidied_first(**named: Any) -> tuple[int, str]:
        if len(taken) < 3:
            taken.append(beside.tidy("parts"))
            assert not Path(named["dir"]).exists()
        return begin(**named)

    monkeypatch.setattr(tempfile, "mkstemp", tidied_first)
    beside.put("parts/a/1", b"x")
    assert (len(taken), beside.read("parts/a/1")) == (3, b"x")


def test_who_tidies_and_lists_all_the_time_is_in_nobodys_way(beside: FolderSide) -> None:
    stop, troubles = threading.Event(), []

    def tidy() -> None:
        while not stop.is_set():
            try:
                beside.tidy("parts")
                list(beside.all("parts"))
            except Exception as trouble:
                troubles.append(trouble)
                return

    tidying = [threading.Thread(target=tidy) for _ in range(2)]
    for thread in tidying:
        thread.start()
    for number in range(60):
        name = f"parts/{number % 3}/{number}"
        beside.put(name, b"x")
        assert beside.read(name) == b"x"
        beside.delete(name)
    stop.set()
    for thread in tidying:
        thread.join()
    assert not troubles
    with pytest.raises(FileMissing):
        beside.read("parts/0/0")
    beside.tidy("parts")
    assert list((beside.folder / "parts").iterdir()) == []
