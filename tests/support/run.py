"""One test run: a temporary folder that its processes share, things made once in it, and which tests run."""

import fcntl
import gc
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

FOLDER = "TEST_RUN_FOLDER"
BROWSER = "TEST_RUN_BROWSER"
MEMORY = Path("/dev/shm")
SLOWER = 5  # times; a test's timeout is meant for a machine with nothing else to do
ROOM = 6 << 30  # bytes; a whole run writes about a third of it

gc.disable()  # until all tests are loaded; see pytest_collection_finish


def folder() -> Path:
    """The folder of this run; pytest's main process makes it and removes it."""
    return Path(os.environ[FOLDER])


def once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of this run, filled by `make` when the first process of the run asks for it."""
    made = folder() / name
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / "ready").exists():
            made.mkdir(exist_ok=True)
            made.chmod(0o755)
            make(made)
            (made / "ready").touch()
    return made


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="full numbers: more examples, and the tests marked long")


def pytest_configure(config: pytest.Config) -> None:
    _profiles(long=config.getoption("--long"), few=config.getoption("--engine") == "enough")
    if hasattr(config, "workerinput"):
        return
    # What the caller's shell says to the product must not reach the tests.
    for name in [name for name in os.environ if name.startswith("LMS_")]:
        value = os.environ.pop(name)
        if name == "LMS_TEST_BROWSER":
            os.environ[BROWSER] = value
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="lms-test-", dir=_base())
    folder().chmod(0o755)


def _base() -> str | None:
    """Where the run's folder is made: in memory where there is room, since a disk's flushes were a seventh of the time.

    A short path: a PostgreSQL socket lies in it, and a socket's path may have 107 characters.
    """
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        about = os.statvfs(MEMORY)
        if about.f_bavail * about.f_frsize >= ROOM and not about.f_flag & os.ST_NOEXEC:  # PostgreSQL runs from there
            return str(MEMORY)
    return "/tmp" if len(tempfile.gettempdir()) > 40 else None


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or FOLDER not in os.environ:
        return
    shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        marker = item.get_closest_marker("timeout")
        seconds = float(marker.args[0] if marker else config.getini("timeout"))
        item.add_marker(pytest.mark.timeout(seconds * SLOWER), append=False)
    if config.getoption("--long"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="long; ./dev test --long runs it"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays: the collector need not walk it again and again (a tenth of the time)."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def _profiles(*, long: bool, few: bool) -> None:
    """few: a plain `./dev test` tries the first half of what `./dev check` does."""
    # Else it reads every module of ours for numbers to try: seconds a process, and what is tried would depend on what
    # else has been imported by then, so that a failure could not be repeated.
    providers._get_local_constants = lambda: providers._local_constants
    calm = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
    settings.register_profile("short", max_examples=25 if few else 50, derandomize=True, **calm)
    settings.register_profile("long", max_examples=1000, print_blob=True, **calm)
    settings.load_profile("long" if long else "short")
