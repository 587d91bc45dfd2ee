"""What a server under strace asked of the system, call by call: when each began and ended, and with which bytes.

Threads are traced too, so calls overlap: a call has a beginning and an end, and other threads' calls lie between them.
"""

import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pytest

STARTED = re.compile(r"^(\d+) +(\w+)\((.*)$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)$")
RESULT = re.compile(r"^(.*)\) += (-?\d+)(.*)$")
UNFINISHED = " <unfinished ...>"
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
OF_DESCRIPTOR = re.compile(r"(-?\w+)<((?:\\x[0-9a-f]{2})*)>")
REQUEST = re.compile(rb"^([A-Z]+) ([^ ?]+)[^ ]* HTTP/1\.1\r\n")
ANSWER = re.compile(rb"^HTTP/1\.1 (\d{3}) ")
RECEIVE, SEND, SYNC = ("recvfrom",), ("sendto",), ("fsync", "fdatasync")
SERVING = (*RECEIVE, *SEND, *SYNC)
WHOLE = 1 << 26  # bytes of one call


@dataclass(frozen=True, slots=True)
class Step:
    """The beginning or the end of a call. arguments: as strace prints them. result: of an end; -1 if it failed."""

    thread: str
    name: str
    arguments: str
    result: int | None = None
    opened: str = ""  # what the descriptor that an end gives leads to

    @property
    def begins(self) -> bool:
        return self.result is None

    @property
    def data(self) -> bytes:
        """The first string of the arguments."""
        found = STRING.search(self.arguments)
        return bytes_of(found[1]) if found else b""

    @property
    def path(self) -> str:
        """Where the descriptor in front leads."""
        found = OF_DESCRIPTOR.match(self.arguments)
        return text_of(found[2]) if found else ""


def bytes_of(printed: str) -> bytes:
    """The bytes that strace printed as hexadecimal digits."""
    return bytes.fromhex(printed.replace("\\x", ""))


def text_of(printed: str) -> str:
    """The path that strace printed as hexadecimal digits."""
    return bytes_of(printed).decode()


def steps_in(trace: Iterable[str]) -> Iterator[Step]:
    """Every beginning and every end, in the order in which they happened."""
    running: dict[str, tuple[str, str]] = {}
    for line in trace:
        if started := STARTED.match(line):
            thread, name, rest = started.groups()
            if rest.rstrip().endswith(UNFINISHED):
                running[thread] = name, rest.rstrip().removesuffix(UNFINISHED)
                yield Step(thread, name, running[thread][1])
            elif whole := RESULT.match(rest):
                yield Step(thread, name, whole[1])
                yield _end(thread, name, "", whole)
        elif (resumed := RESUMED.match(line)) and (whole := RESULT.match(resumed[3])):
            name, before = running.pop(resumed[1])
            yield _end(resumed[1], name, before, whole)


def _end(thread: str, name: str, before: str, found: re.Match[str]) -> Step:
    leads = OF_DESCRIPTOR.match(f"{found[2]}{found[3]}")
    return Step(thread, name, before + found[1], int(found[2]), text_of(leads[2]) if leads else "")


def printed(trace: str) -> list[str]:
    """What a person can read, as strace prints it: in digits what is in quotes and brackets. /r/n: a line ends."""

    def digits(found: re.Match[str]) -> str:
        inner = found[2].replace("/r/n", "\r\n").encode()
        return found[1] + "".join(f"\\x{byte:02x}" for byte in inner) + found[3]

    return [re.sub(r'(")([^"]*)(")', digits, re.sub(r"(\w<)([^>]*)(>)", digits, line)) for line in trace.splitlines()]


@pytest.fixture
def strace(tool: Callable[[str], str], request: pytest.FixtureRequest) -> Callable[..., tuple[str, ...]]:
    """`strace(calls, file)`: what runs a program under strace and writes those calls into `file`."""
    program = tool("strace")
    if subprocess.run([program, "-qq", "-o", "/dev/null", "true"], check=False, capture_output=True).returncode:
        assert not request.config.getoption("--long"), "nothing can be traced here, and this check needs it"
        pytest.skip("not run: this machine lets nobody trace")

    def under(calls: Iterable[str], file: object, size: int = WHOLE) -> tuple[str, ...]:
        told = ("-f", "--seccomp-bpf", "-y", "-xx", "-qq", "-s", str(size), "-e", f"trace={','.join(calls)}")
        return (program, *told, "-e", "signal=none", "-o", str(file))

    return under
