"""Why the figures of a review are what they are: made when they are taken, stored beside them, read back. Pure.

A figure goes by `section.name`, so that whoever may not see a section is not told why either.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Any

from lms.hub.reviews.agenda import HOURS
from lms.kernel.canonical import canonical
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.plain import from_plain, to_plain
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Span

Whys = Mapping[str, Explained[Any]]
Stored = dict[str, dict[str, Any]]
SEAL = "why_sha256"
"""Under this name the figures hold the hash of their explanations, so that a signature is over both."""

SOURCE = N_("Progress review, rule D32: taken from the record as known at the moment of the figures")


def explain_weeks(weeks: Iterable[tuple[int, int]], rule: str, facts: Sequence[FactRef] = ()) -> Explained[Span]:
    """Minutes of several weeks together. weeks: the cohort week's number and its minutes."""
    parts = [Step(say(N_("Week %(number)s"), number=number), Span(minutes)) for number, minutes in weeks]
    total = Span(sum(step.value.minutes for step in parts if isinstance(step.value, Span)))
    steps = (*parts, Step(say(N_("Together")), total))
    return Explained(total, rule=say(rule), source=say(SOURCE), facts=tuple(facts), steps=steps)


def explain_count(named: Iterable[tuple[Sentence, object]], rule: str, facts: Sequence[FactRef] = ()) -> Explained[int]:
    """How many there are, each by name."""
    parts = [Step(sentence, value) for sentence, value in named]
    steps = (*parts, Step(say(N_("How many")), len(parts)))
    return Explained(len(parts), rule=say(rule), source=say(SOURCE), facts=tuple(facts), steps=steps)


def stored(whys: Whys) -> Stored:
    """As JSON, in the order of their names."""
    return {name: _stored(whys[name]) for name in sorted(whys)}


def _stored(why: Explained[Any]) -> dict[str, Any]:
    return {
        "rule": to_plain(why.rule),
        "source": to_plain(why.source),
        "facts": [[one.kind, one.public_id, one.recorded_at and one.recorded_at.isoformat()] for one in why.facts],
        "steps": [[to_plain(step.text), _plain(step.value)] for step in why.steps],
    }


def _plain(value: object) -> Any:
    return to_plain(value.value if isinstance(value, Enum) else value)


def read_back(kept: Stored) -> dict[str, Explained[Any]]:
    """What `stored` was given; the value of each is that of its last step."""
    return {name: _read(one) for name, one in kept.items()}


def _read(one: Mapping[str, Any]) -> Explained[Any]:
    steps = tuple(Step(from_plain(text), from_plain(value)) for text, value in one["steps"])
    facts = tuple(FactRef(kind, public_id, at and datetime.fromisoformat(at)) for kind, public_id, at in one["facts"])
    value = steps[-1].value if steps else None
    return Explained(value, from_plain(one["rule"]), from_plain(one["source"]), facts, steps)


def seal(kept: Stored) -> str:
    """One hash of them all."""
    return hashlib.sha256(canonical(kept).encode()).hexdigest()


def for_reader(whys: Whys, hidden: Collection[str], *, is_of_firm: bool) -> dict[str, Explained[Any]]:
    """Without the sections in `hidden`. A firm sees totals: no single fact, and of steps the weeks' hours and results.

    What stands behind pace or a grade is of other kinds of records, for which it may have no consent.
    """
    seen = {name: why for name, why in whys.items() if section_of(name) not in hidden}
    return {name: _of_firm(name, why) for name, why in seen.items()} if is_of_firm else seen


def section_of(name: str) -> str:
    """The section of a figure."""
    return name.partition(".")[0]


def _of_firm(name: str, why: Explained[Any]) -> Explained[Any]:
    facts = tuple(FactRef(one.kind, None, None) for one in why.facts)
    steps = why.steps if section_of(name) == HOURS else why.steps[-1:]
    return replace(why, facts=facts, steps=steps)
