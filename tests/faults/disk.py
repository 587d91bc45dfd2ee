"""A disk whose power may go at any moment, played from what a program asked of the system.

What was synced is there: the bytes of a file that were written before its sync began, and the names in a folder that
were made, moved or taken away before the folder's own. A new file has no name yet by its own sync, as POSIX allows. Of
all else anything may be there: no write, each, or any of their sectors, of which a later one does not need an earlier.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from random import Random

SECTOR = 512  # bytes; what a disk writes whole
CHANCES = (0.1, 0.5, 0.9)


class Luck(Enum):
    """What becomes of all that was not synced."""

    NOTHING = "nothing of it"
    ALL = "all of it"
    WRITES = "some writes"
    SECTORS = "some sectors"


@dataclass(eq=False)
class Write:
    """Bytes at a place of a file, or its new size. is_over: the call has ended, so a sync that begins now covers it."""

    at: int
    data: bytes | None
    is_over: bool = False

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """Its part of each sector."""
        data, at = self.data or b"", self.at
        while data:
            room = SECTOR - at % SECTOR
            yield at, data[:room]
            at, data = at + room, data[room:]

    def put(self, content: bytearray) -> None:
        """All of it into `content`."""
        if self.data is None:
            del content[self.at :]
            content.extend(bytes(self.at - len(content)))
        else:
            lay(content, self.at, self.data)


def lay(content: bytearray, at: int, data: bytes) -> None:
    """Write past the end too: what lies between is zeros."""
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(data)] = data


@dataclass(eq=False)
class File:
    """synced: its bytes for certain. waiting: what else was written, in order. size: for the program, in bytes."""

    synced: bytearray = field(default_factory=bytearray)
    waiting: list[Write] = field(default_factory=list)
    size: int = 0

    def begin(self, at: int, data: bytes | None) -> Write:
        """A call begins to write, or with no data to set the size."""
        write = Write(at, data)
        self.waiting.append(write)
        self.size = at if data is None else max(self.size, at + len(data))
        return write

    def sync(self, covered: list[Write]) -> None:
        """A sync has ended before whose beginning `covered` were over."""
        for write in [one for one in self.waiting if one in covered]:
            write.put(self.synced)
            self.waiting.remove(write)

    def after(self, chance: Random, luck: Luck, share: float) -> bytes:
        """What is found of it once the power is back. share: how much is kept where it is left to chance."""
        content = bytearray(self.synced)
        for write in self.waiting:
            if luck is Luck.SECTORS and write.data is not None:
                for at, piece in write.pieces():
                    if chance.random() < share:
                        lay(content, at, piece)
            elif _kept(chance, luck, share):
                write.put(content)
        return bytes(content)


@dataclass(eq=False)
class Change:
    """A name of a folder now leads to `node`, or nowhere. moved_to: the same file's new name, which is made with it."""

    name: str
    node: "File | Folder | None"
    moved_to: "Change | None" = None
    is_synced: bool = False


@dataclass(eq=False)
class Folder:
    """synced: its names for certain. waiting: what else was done to them, in order. names: for the program."""

    synced: dict[str, "File | Folder"] = field(default_factory=dict)
    waiting: list[Change] = field(default_factory=list)
    names: dict[str, "File | Folder"] = field(default_factory=dict)

    def change(self, change: Change) -> None:
        """Done, and not yet on the disk."""
        self.waiting.append(change)
        _lead(self.names, change)

    def sync(self) -> None:
        """Every name is on the disk, but that a moved file may keep its old one until its new one is there."""
        waiting, self.waiting = self.waiting, []
        for change in waiting:
            if change.moved_to is None or change.moved_to.is_synced or change.moved_to in waiting:
                change.is_synced = True
                _lead(self.synced, change)
            else:
                self.waiting.append(change)


def _lead(names: dict[str, File | Folder], change: Change) -> None:
    if change.node is None:
        names.pop(change.name, None)
    else:
        names[change.name] = change.node


def _kept(chance: Random, luck: Luck, share: float) -> bool:
    return luck is Luck.ALL or (luck is not Luck.NOTHING and chance.random() < share)


class Disk:
    """Everything under the folder `root`, which is on the disk as it is now."""

    def __init__(self, root: Path) -> None:
        self.root = _read(root)

    def after(self, target: Path, chance: Random, luck: Luck) -> None:
        """Write into the empty folder `target` what is found if the power goes now."""
        self._kept: dict[Change, bool] = {}
        self._write(self.root, target, chance, luck, chance.choice(CHANCES))

    def _write(self, folder: Folder, target: Path, chance: Random, luck: Luck, share: float) -> None:
        names = dict(folder.synced)
        for change in folder.waiting:
            if self._happened(change, chance, luck, share):
                _lead(names, change)
        for name, node in names.items():
            if isinstance(node, Folder):
                (target / name).mkdir()
                self._write(node, target / name, chance, luck, share)
            else:
                (target / name).write_bytes(node.after(chance, luck, share))

    def _happened(self, change: Change, chance: Random, luck: Luck, share: float) -> bool:
        if change.is_synced:
            return True
        if change not in self._kept:
            moved = change.moved_to is None or self._happened(change.moved_to, chance, luck, share)
            self._kept[change] = moved and _kept(chance, luck, share)
        return self._kept[change]


def _read(place: Path) -> Folder:
    folder = Folder()
    for path in place.iterdir():
        data = b"" if path.is_dir() else path.read_bytes()
        folder.synced[path.name] = _read(path) if path.is_dir() else File(bytearray(data), size=len(data))
    folder.names = dict(folder.synced)
    return folder
