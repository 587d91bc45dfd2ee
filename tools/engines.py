"""Chooses the tests that a plain `./dev test` gives PostgreSQL too: `tests/on_postgresql.txt`.

Every test runs on SQLite; `./dev check` runs each on PostgreSQL as well. Most send PostgreSQL what others have sent
already, so for a short run those are chosen that send it something new for little time: first the test that adds the
most statements a second, then the next, until one would add fewer than WORTH. Statements that differ in numbers alone
are the same. Folders and files that stand in the list as a whole stay there: what they test is the database itself.

    .venv/bin/python -m tools.engines        runs every test on PostgreSQL, about five minutes, and writes the list
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

CHOSEN = Path("tests/on_postgresql.txt")
NOTES = "ENGINES_NOTES"  # the folder to note in: one file a process
ASKED = ("-k", "postgresql", "-p", "tools.engines")
WORTH = 5  # statements a second
PLACE = re.compile(r"%\([^)]*\)s(?:::[A-Z]+(?: [A-Z]+)*)?")
MANY = re.compile(r"\?(?:, \?)+")
ROWS = re.compile(r"\(\?\)(?:, \(\?\))+")
NUMBER = re.compile(r"_?\d+")

sent: set[str] = set()  # by the running test


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Note what each test sends and how long it takes."""
    sent.clear()
    began = time.monotonic()
    try:
        return (yield)
    finally:
        file = Path(os.environ[NOTES]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
        with file.open("a") as notes:
            name = item.nodeid.partition("[")[0]
            notes.write(json.dumps([name, time.monotonic() - began, sorted(sent)]) + "\n")


@event.listens_for(Engine, "before_cursor_execute")
def _note(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
    sent.add(NUMBER.sub("", ROWS.sub("(?)", MANY.sub("?", PLACE.sub("?", text)))))


def chosen(whole: tuple[str, ...], seconds: dict[str, float], statements: dict[str, set[str]]) -> list[str]:
    """The tests worth their time besides those of `whole` folders and files; it says how much they send."""
    left = {name for name in statements if not name.startswith(whole)}
    known = {text for name in statements.keys() - left for text in statements[name]}
    found: list[str] = []
    while left:
        best = max(sorted(left), key=lambda name: len(statements[name] - known) / seconds[name])
        if len(statements[best] - known) / seconds[best] < WORTH:
            break
        found.append(best)
        known |= statements[best]
        left.remove(best)
    everything = set[str]().union(*statements.values())
    took = sum(seconds[name] for name in found)
    print(f"{len(found)} tests, {took:.0f} s, send {len(known):,} of {len(everything):,}")
    return sorted(found)


def main() -> None:
    """Run, choose, write."""
    seconds: dict[str, float] = defaultdict(float)
    statements: dict[str, set[str]] = defaultdict(set)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-n", "2", "--engine", "both", *ASKED]
        subprocess.run(command, check=True, env={**os.environ, NOTES: folder})  # noqa: S603
        for notes in Path(folder).iterdir():
            for name, took, texts in map(json.loads, notes.read_text().splitlines()):
                seconds[name] += took
                statements[name].update(texts)
    whole = tuple(line for line in CHOSEN.read_text().splitlines() if "::" not in line)
    CHOSEN.write_text("".join(f"{line}\n" for line in (*whole, *chosen(whole, seconds, statements))))


if __name__ == "__main__":
    main()
