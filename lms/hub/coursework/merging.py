"""Two texts that were written at the same time, beside each other and put together. Pure.

Nobody knows what both began with, so nothing is left out: a line that only one of them has stands in the merged text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MAX_LINES = 2_000  # more are not compared line by line, which would take long; both then follow each other


@dataclass(frozen=True, slots=True)
class Line:
    """One line. differs: the other text does not have it at this place."""

    text: str
    differs: bool


def merged(theirs: str, mine: str) -> str:
    """Both texts in one: every line of both, in its order; what is the same at the same place stands once."""
    found: list[str] = []
    for is_same, their_lines, my_lines in _runs(theirs.splitlines(), mine.splitlines()):
        found += their_lines if is_same else [*their_lines, *my_lines]
    return "\n".join(found)


def beside(theirs: str, mine: str) -> tuple[list[Line], list[Line]]:
    """The lines of both, each with whether it differs."""
    left: list[Line] = []
    right: list[Line] = []
    for is_same, their_lines, my_lines in _runs(theirs.splitlines(), mine.splitlines()):
        left += [Line(text, not is_same) for text in their_lines]
        right += [Line(text, not is_same) for text in my_lines]
    return left, right


def _runs(theirs: Sequence[str], mine: Sequence[str]) -> list[tuple[bool, Sequence[str], Sequence[str]]]:
    if max(len(theirs), len(mine)) > MAX_LINES:
        return [(theirs == mine, theirs, mine)]
    codes = SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes()
    return [(tag == "equal", theirs[i:j], mine[k:m]) for tag, i, j, k, m in codes]
