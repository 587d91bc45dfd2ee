"""A draft of a score is shared by its graders and saved part by part, so that two of them can write at the same time.

Its parts: "mark-<code>" and "comment-<code>" of each criterion, "points", "comment" and "late". Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Merge:
    """parts: what the draft becomes; None is empty. clashes: parts that both have changed, and differently."""

    parts: Mapping[str, object]
    stamps: Mapping[str, int]
    clashes: frozenset[str]


def merge(
    stored: Mapping[str, object],
    stamps: Mapping[str, int],
    mine: Mapping[str, object],
    touched: Iterable[str],
    read: int,
    version: int,
) -> Merge:
    """`stored` with the parts of `mine` that were touched.

    stamps: which version wrote each stored part last. read: the version that `mine` was made from. version: that the
    draft will have. A touched part clashes if somebody has written something else there since `read`.
    """
    parts, marks = dict(stored), dict(stamps)
    clashes: set[str] = set()
    for name in sorted(set(touched)):
        if mine.get(name) == stored.get(name):
            continue
        if stamps.get(name, 0) > read:
            clashes.add(name)
            continue
        parts[name] = mine.get(name)
        marks[name] = version
    return Merge({name: value for name, value in parts.items() if value is not None}, marks, frozenset(clashes))


def written_by_others(stamps: Mapping[str, int], read: int, touched: Iterable[str]) -> frozenset[str]:
    """The parts that somebody else has written since version `read`, for the page to show them."""
    return frozenset(name for name, stamp in stamps.items() if stamp > read) - frozenset(touched)
