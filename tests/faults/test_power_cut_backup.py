"""The power goes when a backup has just been reported as done: it is there, and whole."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from lms.kernel.backup import check
from lms.kernel.backup.make import newest_backup
from lms.kernel.backup.manifest import BadBackup
from lms.kernel.storage import storage
from tests.faults.disk import Luck
from tests.faults.played import CALLS, Player
from tests.faults.traced import SYNC, Step, steps_in
from tests.support.databases import database_of
from tests.support.web import MakeApp

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.sqlite_only


def _left(steps: list[Step], disk: Path, left_out: str = "") -> Path:
    """The folder of backups as the disk holds it, had this path not been synced."""
    player, found = Player(disk, disk.with_name("before")), disk.with_name(f"found{bool(left_out)}")
    for step in steps:
        if not (step.name in SYNC and step.path == left_out):
            player.play(step)
    found.mkdir()
    player.disk.after(found, Random(1), Luck.NOTHING)
    return found / "new" / "backups"


def test_a_backup_is_on_the_disk_when_it_is_reported(
    make_app: MakeApp, strace: Callable[..., tuple[str, ...]], tmp_path: Path
) -> None:
    app = make_app(data_dir=tmp_path / "data")
    database_of("sqlite").reset("cast")
    disk, trace = tmp_path / "disk", tmp_path / "trace.txt"
    for folder in (disk, tmp_path / "before"):
        folder.mkdir()
    with app.app_context():
        storage().put(io.BytesIO(b"what Ada handed in"), 1000)
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "backup", str(disk / "new" / "backups")]
        settings = {"LMS_DATABASE_URL": database_of("sqlite").url, "LMS_DATA_DIR": str(tmp_path / "data")}
        subprocess.run([*strace(CALLS, trace), *command], cwd=ROOT, env={**os.environ, **settings}, check=True)
        steps = list(steps_in(trace.read_text().splitlines()))
        (backup,) = (disk / "new" / "backups").glob("2*T*Z")
        left = newest_backup(_left(steps, disk))
        assert left.name == backup.name
        assert list(check.faults_of(left)) == []
        with pytest.raises(BadBackup, match="no backup"):
            newest_backup(_left(steps, disk, left_out=str(backup.parent)))
