"""Finds the line on which a key of a TOML file stands. Pure; `tomllib` reads the values and tells no lines.

Good for files that a person writes by hand: one key per line, tables under headers. Keys inside an inline table or a
list are answered with the line of what holds them.
"""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]
HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
STRINGS = re.compile(r'"""(?:\\.|[^\\])*?"""' r"|'''.*?'''" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'|#[^\n]*", re.DOTALL)


class Lines:
    """Where the keys of one TOML document stand."""

    def __init__(self, text: str) -> None:
        self._known: dict[Path, int] = {(): 1}
        self._counts: dict[Path, int] = {}
        table: Path = ()
        for number, line in _opening_lines(text):
            header = HEADER.match(line)
            if header:
                table = self._open(_parts(header[2]), is_list=header[1] == "[[")
                self._known.setdefault(table, number)
                continue
            key = KEY.match(line)
            if key:
                self._known.setdefault((*table, *_parts(key[1])), number)

    def of(self, path: Path) -> int:
        """The line (from 1) of `path`, or of the nearest thing around it."""
        while path not in self._known:
            path = path[:-1]
        return self._known[path]

    def _open(self, parts: Path, *, is_list: bool) -> Path:
        """The full path of a header: each list on the way stands at its latest element."""
        path: Path = ()
        for part in parts[:-1]:
            path = (*path, part)
            if path in self._counts:
                path = (*path, self._counts[path])
        path = (*path, parts[-1])
        if is_list:
            self._counts[path] = self._counts.get(path, -1) + 1
            path = (*path, self._counts[path])
        return path


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(p.strip("\"'") for p in re.findall(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""", dotted))


def _opening_lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line that begins a statement, with its number; lines inside a string or an open list are left out."""
    depth = 0
    blanked = STRINGS.sub(_hollow, text)
    for number, (line, bare) in enumerate(zip(text.split("\n"), blanked.split("\n"), strict=True), start=1):
        if depth == 0 and bare.strip():
            yield number, line
        if depth or not HEADER.match(bare):
            depth += sum(bare.count(c) for c in "[{") - sum(bare.count(c) for c in "]}")


def _hollow(found: re.Match[str]) -> str:
    """A string or comment without its content; the line breaks stay, so that line numbers do."""
    whole = found[0]
    breaks = "\n" * whole.count("\n")
    return breaks if whole.startswith("#") else f"''{breaks}"
