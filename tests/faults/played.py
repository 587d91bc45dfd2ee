"""The calls of a trace, played on a disk of `tests.faults.disk`. One that it does not know fails the test by name."""

import re
from pathlib import Path

from tests.faults.disk import Change, Disk, File, Folder, Write
from tests.faults.traced import OF_DESCRIPTOR, STRING, SYNC, Step, text_of

WRITES = ("write", "pwrite64", "ftruncate")
OPENS = ("?open", "openat")
NAMES = ("?rename", "?renameat", "?renameat2", "?unlink", "unlinkat", "?mkdir", "mkdirat", "?rmdir")
UNKNOWN = ("?creat", "?link", "linkat", "?symlink", "symlinkat", "truncate", "openat2")  # by path
UNKNOWN_WRITES = ("writev", "pwritev", "pwritev2", "fallocate", "copy_file_range", "sendfile")
CALLS = (*WRITES, *OPENS, *NAMES, *UNKNOWN, *UNKNOWN_WRITES, *SYNC, "lseek", "mmap")
REBUILT = "-shm"  # SQLite's index of its log, which it makes anew from the log
NUMBERS = re.compile(r", (\d+)(?:, (\d+))?$")

Done = Write | list[Write]


class Player:
    """`play` each step; `disk` is then as it was at that moment."""

    def __init__(self, root: Path, before: Path) -> None:
        """root: the folder that the calls name. before: a copy of it as it was before them."""
        self.root, self.disk = root, Disk(before)
        self._next: dict[str, int] = {}  # by descriptor and path: where the next write() goes
        self._under_way: dict[str, tuple[File | Folder, Done]] = {}  # by thread

    def play(self, step: Step) -> None:
        """One beginning or end of a call."""
        if step.begins:
            if step.name in (*WRITES, *SYNC) and (node := self._find(step.path)) is not None:
                self._under_way[step.thread] = node, self._begin(step, node)
        elif step.thread in self._under_way:
            self._end(step, *self._under_way.pop(step.thread))
        elif step.result != -1 and step.name not in (*WRITES, *SYNC):
            self._note(step)

    def _begin(self, step: Step, node: File | Folder) -> Done:
        if isinstance(node, Folder):
            return []
        if step.name in SYNC:
            return [write for write in node.waiting if write.is_over]
        numbers = NUMBERS.search(step.arguments)
        assert numbers is not None, step.arguments[-100:]
        if step.name == "ftruncate":
            return node.begin(int(numbers[1]), None)
        size, at = (numbers[1], numbers[2]) if step.name == "pwrite64" else (numbers[1], self._next[_descriptor(step)])
        assert len(step.data) == int(size), "the tracer has cut the bytes off"
        return node.begin(int(at), step.data)

    def _end(self, step: Step, node: File | Folder, done: Done) -> None:
        assert step.result is not None
        assert step.result >= 0, f"{step.name} of {step.path} failed"
        if isinstance(node, Folder):
            node.sync()
        elif isinstance(done, list):
            node.sync(done)
        else:
            assert done.data is None or step.result == len(done.data), "a write was short"
            done.is_over = True
            if step.name == "write":
                self._next[_descriptor(step)] = done.at + step.result

    def _note(self, step: Step) -> None:
        paths = _paths(step)
        if step.name == "lseek":
            self._next[_descriptor(step)] = step.result or 0
        elif step.name in ("open", "openat"):
            self._open(step, paths[0])
        elif step.name == "mmap":
            shared = "MAP_SHARED" in step.arguments and "PROT_WRITE" in step.arguments
            touched = _descriptors(step) if shared else []
            assert not any(map(self._holds, touched)), f"a map of {touched} is not known here"
        elif f"?{step.name}" in NAMES or step.name in NAMES:
            self._name(step, paths)
        else:
            touched = paths or _descriptors(step)
            assert not any(map(self._holds, touched)), f"{step.name} of {touched} is not known here"

    def _open(self, step: Step, path: str) -> None:
        if not self._holds(path) or "O_DIRECTORY" in step.arguments:
            return
        self._next[f"{step.result}<{step.opened}>"] = 0
        found = self._find(path)
        if found is None:
            self._folder(path).change(Change(Path(path).name, File()))
        elif isinstance(found, File) and "O_TRUNC" in step.arguments:
            found.begin(0, None).is_over = True

    def _name(self, step: Step, paths: list[str]) -> None:
        if not any(map(self._holds, paths)):
            return
        assert all(map(self._holds, paths)), paths
        folder, name = self._folder(paths[0]), Path(paths[0]).name
        if step.name.startswith("mkdir"):
            folder.change(Change(name, Folder()))
        elif step.name.startswith("rename"):
            made = Change(Path(paths[1]).name, folder.names[name])
            self._folder(paths[1]).change(made)
            folder.change(Change(name, None, moved_to=made))
        else:
            folder.change(Change(name, None))

    def _holds(self, path: str) -> bool:
        return Path(path).is_relative_to(self.root) and not path.endswith(REBUILT)

    def _find(self, path: str) -> File | Folder | None:
        if not path or not self._holds(path):
            return None
        node: File | Folder | None = self.disk.root
        for name in Path(path).relative_to(self.root).parts:
            node = node.names.get(name) if isinstance(node, Folder) else None
        return node

    def _folder(self, path: str) -> Folder:
        folder = self._find(str(Path(path).parent))
        assert isinstance(folder, Folder), path
        return folder


def _descriptor(step: Step) -> str:
    found = OF_DESCRIPTOR.match(step.arguments)
    assert found is not None, step.arguments[:100]
    return f"{found[1]}<{text_of(found[2])}>"


def _descriptors(step: Step) -> list[str]:
    return [text_of(found[2]) for found in OF_DESCRIPTOR.finditer(step.arguments)]


def _paths(step: Step) -> list[str]:
    """Each path of the arguments, whole: a relative one begins at the folder whose descriptor stands before it."""
    if step.name in UNKNOWN_WRITES:
        return []  # what stands in quotes there is data
    given, folders = STRING.findall(step.arguments), _descriptors(step) or ["/"]
    return [str(Path(folders[min(at, len(folders) - 1)], text_of(path))) for at, path in enumerate(given)]
