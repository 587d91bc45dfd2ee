"""Which questions one attempt is asked, and in which order. Drawn once from what identifies the attempt, then stored.

A retake is asked what the student has not seen yet, as far as the pool reaches.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PoolToDraw:
    """questions: each with how many options it has, by its public id."""

    asked: int
    questions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One question of an attempt. slot: "Q1" and on. order: places of its options as they are shown."""

    slot: str
    question: str
    order: tuple[int, ...]


def draw(pools: Sequence[PoolToDraw], seed: str, seen: Iterable[str] = (), *, shuffle: bool = True) -> list[Drawn]:
    """The questions of one attempt, pool by pool. seed: of the attempt; the same one draws the same."""
    known, found = set(seen), list[Drawn]()
    for pool in pools:
        names = list(pool.questions)
        chosen = sorted(names, key=lambda name: (name in known, _rank(seed, name)))[: pool.asked]
        order = sorted(chosen, key=lambda name: _rank(seed, name)) if shuffle else [n for n in names if n in chosen]
        for name in order:
            places = range(pool.questions[name])
            shown = sorted(places, key=lambda place: _rank(seed, f"{name}:{place}")) if shuffle else places
            found.append(Drawn(f"Q{len(found) + 1}", name, tuple(shown)))
    return found


def _rank(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
