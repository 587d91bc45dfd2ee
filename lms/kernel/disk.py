"""On the disk means: there after the power went. A file's sync holds its bytes, a folder's the names in it."""

import os
from pathlib import Path

_made: set[Path] = set()  # whose own names this process has seen on the disk


def sync(path: Path) -> None:
    """Have a file's bytes on the disk, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Have `folder` and its name on the disk, and those above it which are not there.

    Whoever was there before may have been stopped between the two, and another thread may stand there now: a folder
    that is there already is trusted only once this process has synced its name itself.
    """
    if folder in _made and folder.is_dir():
        return
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
    sync(folder.parent)
    _made.add(folder)
