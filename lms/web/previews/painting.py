"""Runs the painter on a stored file, with limits on its time, and reads what it wrote."""

import json
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from lms.kernel import deadline

SECONDS = 5.0  # of the 8 that an answer may take
AT_ONCE = 2  # painters; they are hungry, and nobody's grade waits for one
PAINTER = Path(__file__).with_name("painter.py")
CRASHED, SLOW = "heavy", "slow"
_room = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """Other files are being painted; ask again."""


@dataclass
class Painted:
    """What the painter gave. pages: of a document. trouble: of the whole file. The keys of the others are pages."""

    pages: int | None = None
    trouble: str | None = None
    pictures: dict[int, bytes] = field(default_factory=dict)
    troubles: dict[int, str] = field(default_factory=dict)
    is_cut: bool = False  # the machine was busy: what is missing may be there the next time


def paint(chunks: Iterable[bytes], kind: str, first: int, count: int) -> Painted:
    """Pages `first` to `first + count - 1` of a file. The first one that is missing has its trouble.

    Raises Busy where nothing was painted because there is too much else to do.
    """
    patience = deadline.left()
    if not _room.acquire(timeout=SECONDS if patience is None else min(SECONDS, patience)):
        raise Busy
    try:
        with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as out:
            for chunk in chunks:
                file.write(chunk)
            file.seek(0)
            is_cut, end = _run([sys.executable, str(PAINTER), kind, str(first), str(count)], file, out)
            out.seek(0)
            painted = _read(out)
    finally:
        _room.release()
    if is_cut and not painted.pictures:
        raise Busy
    painted.is_cut = is_cut
    if end is not None:
        _blame(painted, first, end)
    return painted


def _run(line: list[str], file: IO[bytes], out: IO[bytes]) -> tuple[bool, str | None]:
    """Whether it was cut off before its end, and the trouble with the file, None if there is none.

    The painter allows itself less processor time than this waits: one that is still at work then had none.
    """
    patience = deadline.left()
    seconds = SECONDS if patience is None else max(0.1, min(SECONDS, patience - 1))
    try:
        done = subprocess.run(  # noqa: S603 - our own program and numbers
            line, stdin=file, stdout=out, stderr=subprocess.DEVNULL, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return True, None
    if done.returncode == -signal.SIGXCPU:
        return False, SLOW
    return False, CRASHED if done.returncode else None


def _blame(painted: Painted, first: int, trouble: str) -> None:
    if painted.pages is None and not painted.pictures:
        painted.trouble = painted.trouble or trouble
        return
    missing = first
    while missing in painted.pictures or missing in painted.troubles:
        missing += 1
    painted.troubles[missing] = trouble


def _read(out: IO[bytes]) -> Painted:
    painted = Painted()
    while line := out.readline():
        if not line.endswith(b"\n"):
            break  # cut off in the middle
        about = json.loads(line)
        page = about.get("page")
        if page is None:
            painted.pages, painted.trouble = about.get("pages"), about.get("trouble")
        elif "trouble" in about:
            painted.troubles[page] = about["trouble"]
        else:
            picture = out.read(about["bytes"])
            if len(picture) == about["bytes"]:
                painted.pictures[page] = picture
    return painted
