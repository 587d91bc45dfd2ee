"""Processes of their own that a test may kill, forked from one that has loaded the product.

Loading it takes 3 CPU seconds, and some tests kill ten of them. Nothing but that is shared: the process which is forked
has no connection and no application.
"""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_maker = multiprocessing.get_context("forkserver")
_maker.set_forkserver_preload(["tests.faults.worker_process"])


class Running:
    """A started process, as `subprocess.Popen` shows one."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        assert process.pid is not None
        self.pid = process.pid

    def kill(self) -> None:
        """As `kill -9`."""
        self._process.kill()

    def poll(self) -> int | None:
        """Its exit code once it has ended."""
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int | None:
        """Its exit code once it has ended; None if that takes longer."""
        self._process.join(seconds)
        return self._process.exitcode


def fork(work: Callable[..., None], *arguments: str, log: Path, **environment: str) -> Running:
    """Starts `work(*arguments)`, with more in its environment; what it prints goes to the end of `log`."""
    process = _maker.Process(target=_begin, args=(log, {**os.environ, **environment}, work, arguments))
    process.start()
    return Running(process)


def _begin(log: Path, environment: dict[str, str], work: Callable[..., None], arguments: tuple[str, ...]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    work(*arguments)
