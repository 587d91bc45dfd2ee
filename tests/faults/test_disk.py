"""The disk of the power cuts keeps what was synced and may lose all else; it is played from a trace."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.disk import SECTOR, Change, Disk, File, Folder, Luck
from tests.faults.played import Player
from tests.faults.traced import printed, steps_in

LUCKY = [luck for luck in Luck if luck is not Luck.NOTHING]


def _after(disk: Disk, place: Path, luck: Luck, seed: int = 1) -> dict[str, bytes]:
    target = place / f"{luck.name}-{seed}"
    target.mkdir()
    disk.after(target, Random(seed), luck)
    return {str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()}


def _play(place: Path, trace: str, **files: bytes) -> Player:
    for name in ("d", "before"):
        (place / name).mkdir()
        for file, data in files.items():
            (place / name / file).write_bytes(data)
    player = Player(place / "d", place / "before")
    for step in steps_in(printed(trace.replace("/d", str(place / "d")))):
        player.play(step)
    return player


NEW = """\
1 openat(AT_FDCWD</>, "/d/new", O_RDWR|O_CREAT, 0600) = 3</d/new>
1 write(3</d/new>, "abc", 3) = 3
1 pwrite64(3</d/new>, "xy", 2, 4) = 2
"""


def test_a_file_is_there_when_its_bytes_and_its_name_were_synced(tmp_path: Path) -> None:
    synced = NEW + "1 fsync(3</d/new>) = 0\n1 fsync(4</d>) = 0\n"
    assert _after(_play(tmp_path, synced).disk, tmp_path, Luck.NOTHING) == {"new": b"abc\0xy"}


@pytest.mark.parametrize(
    ("synced", "found"),
    [("fsync(3</d/new>)", {}), ("fsync(4</d>)", {"new": b""}), ("fsync(3</d/new>)  = -1 EIO", None)],
)
def test_of_a_file_only_what_was_synced_is_certain(tmp_path: Path, synced: str, found: dict[str, bytes] | None) -> None:
    trace = f"{NEW}1 {synced}{'' if '=' in synced else ' = 0'}\n"
    if found is None:
        with pytest.raises(AssertionError, match="failed"):
            _play(tmp_path, trace)
        return
    disk = _play(tmp_path, trace).disk
    assert _after(disk, tmp_path, Luck.NOTHING) == found
    assert _after(disk, tmp_path, Luck.ALL) == {"new": b"abc\0xy"}


def test_a_sync_covers_only_what_was_written_before_it_began(tmp_path: Path) -> None:
    trace = """\
1 pwrite64(3</d/old>, "a", 1, 0 <unfinished ...>
2 fsync(3</d/old> <unfinished ...>
1 <... pwrite64 resumed>) = 1
3 pwrite64(3</d/old>, "c", 1, 2) = 1
2 <... fsync resumed>) = 0
"""
    disk = _play(tmp_path, trace, old=b"...").disk
    assert _after(disk, tmp_path, Luck.NOTHING) == {"old": b"..."}
    assert _after(disk, tmp_path, Luck.ALL) == {"old": b"a.c"}


def test_a_moved_file_stands_under_one_of_its_names(tmp_path: Path) -> None:
    moved = '1 mkdir("/d/sub", 0700) = 0\n1 fsync(4</d>) = 0\n1 rename("/d/old", "/d/sub/new") = 0\n'
    disk = _play(tmp_path, moved, old=b"1").disk
    assert _after(disk, tmp_path, Luck.NOTHING) == {"old": b"1"}
    assert _after(disk, tmp_path, Luck.ALL) == {"sub/new": b"1"}
    for seed in range(30):
        assert b"1" in _after(disk, tmp_path, Luck.WRITES, seed).values()


@pytest.mark.parametrize(("folder", "names"), [("/d", {"old"}), ("/d/sub", {"old", "sub/new"})])
def test_a_move_is_certain_by_the_sync_of_the_new_folder(tmp_path: Path, folder: str, names: set[str]) -> None:
    moved = f"""\
1 mkdir("/d/sub", 0700) = 0
1 fsync(4</d>) = 0
1 rename("/d/old", "/d/sub/new") = 0
1 fsync(4<{folder}>) = 0
"""
    assert _after(_play(tmp_path, moved, old=b"1").disk, tmp_path, Luck.NOTHING).keys() == names


def test_a_new_folder_is_lost_with_all_that_is_in_it(tmp_path: Path) -> None:
    trace = '1 mkdir("/d/sub", 0700) = 0\n' + NEW.replace("/d/new", "/d/sub/new")
    trace += "1 fsync(3</d/sub/new>) = 0\n1 fsync(4</d/sub>) = 0\n"
    disk = _play(tmp_path, trace).disk
    assert _after(disk, tmp_path, Luck.NOTHING) == {}
    assert _after(disk, tmp_path, Luck.ALL) == {"sub/new": b"abc\0xy"}


@pytest.mark.parametrize(
    "call",
    [
        'pwritev(3</d/old>, [{iov_base="a", iov_len=1}], 1, 0) = 1',
        'link("/d/old", "/d/other") = 0',
        "fallocate(3</d/old>, 0, 0, 4096) = 0",
        "mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 3</d/old>, 0) = 0",
    ],
)
def test_a_call_that_is_not_played_fails_by_name(tmp_path: Path, call: str) -> None:
    with pytest.raises(AssertionError, match="not known here"):
        _play(tmp_path, f"1 {call}\n", old=b"1")


WRITE = st.tuples(st.integers(0, 3 * SECTOR), st.binary(min_size=1, max_size=2 * SECTOR))


@given(st.binary(max_size=2 * SECTOR), st.lists(WRITE, max_size=5), st.sampled_from(LUCKY), st.integers(0, 1000))
def test_every_byte_is_one_that_was_there_at_some_time(
    before: bytes, writes: list[tuple[int, bytes]], luck: Luck, seed: int
) -> None:
    file, versions = File(bytearray(before), size=len(before)), [before]
    for at, data in writes:
        file.begin(at, data).put(now := bytearray(versions[-1]))
        versions.append(bytes(now))
    found = file.after(Random(seed), luck, 0.5)
    assert len(found) <= len(versions[-1])
    for at, byte in enumerate(found):
        assert byte in {version[at] if at < len(version) else 0 for version in versions}
    if luck is Luck.ALL:
        assert found == versions[-1]


def test_a_write_may_be_torn_between_sectors_and_not_within_one() -> None:
    file = File(bytearray(4 * SECTOR), size=4 * SECTOR)
    file.begin(0, b"x" * 4 * SECTOR)
    found = [file.after(Random(seed), Luck.SECTORS, 0.5) for seed in range(20)]
    parts = [{one[at : at + SECTOR] for at in range(0, len(one), SECTOR)} for one in found]
    assert all(part <= {b"x" * SECTOR, bytes(SECTOR)} for part in parts)
    assert any(len(part) == 2 for part in parts)


def test_a_name_that_was_taken_away_may_come_back() -> None:
    folder = Folder({"old": File()}, names={"old": File()})
    folder.change(Change("old", None))
    assert "old" not in folder.names
    assert "old" in folder.synced
    folder.sync()
    assert "old" not in folder.synced
