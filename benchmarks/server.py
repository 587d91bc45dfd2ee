"""A server started as in production, on a free port, with what it costs read from /proc."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

HERE = Path(__file__).resolve().parent.parent


_held: list[socket.socket] = []


def free_port() -> int:
    """A port that nobody listens on, and that nobody else is given as long as this process runs.

    Linux lets a server of ours listen beside a socket that holds the port and does not listen.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    port = int(holder.getsockname()[1])
    if sys.platform == "linux":
        _held.append(holder)
    else:
        holder.close()
    return port


class Served:
    """gunicorn with `deploy/gunicorn.conf.py` serving `target`, from entering the block to leaving it."""

    def __init__(self, target: str, settings: Mapping[str, str], log: Path, under: Sequence[str] = ()) -> None:
        """under: a program and its arguments that runs the server, as a tracer does."""
        self.target, self.under = target, under
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
        self.environment = {**kept, "PYTHONPATH": str(HERE), "LMS_PUBLIC_URL": self.url, **settings}
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 120) -> Self:
        """Returns when it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(
                        *self.under,
                        sys.executable,
                        "-m",
                        "gunicorn",
                        "--config",
                        str(HERE / "deploy" / "gunicorn.conf.py"),
                    ),
                    *("--bind", f"127.0.0.1:{self.port}", "--no-control-socket", self.target),
                ],
                cwd=HERE,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + seconds
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{self.target} did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)
        return self

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=10) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, seconds: float = 30) -> float:
        """Ask it to end as systemd does; how many seconds that took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        return time.monotonic() - began

    def kill(self) -> None:
        """End every process of it at once, as a power switch would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()

    def cpu_ms(self) -> float:
        """Processor time that the whole tree has used so far, to the microsecond."""
        return sum(time.clock_gettime(_clock_of(pid)) for pid in self.pids()) * 1000

    def memory_mib(self) -> float:
        """Memory of the whole tree. A page that two processes share counts once (Linux: Pss)."""
        kinds = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.pids())
        return sum(int(line.split()[1]) for text in kinds for line in text.splitlines() if line[:4] == "Pss:") / 1024

    def pids(self) -> list[int]:
        """The master and its workers."""
        assert self.process is not None
        found = [self.process.pid]
        for pid in found:
            children = Path(f"/proc/{pid}/task/{pid}/children")
            found += [int(child) for child in children.read_text().split()]
        return found


def _clock_of(pid: int) -> int:
    """Linux's clock of the processor time of another process, as clock_getcpuclockid makes it."""
    return (~pid << 3) | 2
