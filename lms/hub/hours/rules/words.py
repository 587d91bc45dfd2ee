"""What a student has to say of hours that nobody else can tell of (H10, P13). Pure.

It is asked for when the week is handed in, so that logging stays a matter of three taps.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.rules.entry import OWN_SOURCES, Entry, Source, describe
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

TOLD = frozenset({Kind.SELF_STUDY, Kind.CAPSTONE_ONSITE})
LEAST_CHARACTERS = 15
_BETWEEN_WORDS = re.compile(r"[\W_]+")
SAME_AS = 3  # not the words of one of so many entries before


class SourcedEntry(Entry, Protocol):
    """An entry that says where it came from."""

    @property
    def source(self) -> Source: ...


def told_problems(
    entries: Iterable[SourcedEntry], said: Mapping[str, str], earlier: Sequence[str]
) -> Iterable[RuleBroken]:
    """One problem for each entry of self-study and capstone work that does not say what was done, by day.

    said: comments by the entry's public id. earlier: those of the entries before, oldest first. What the system wrote
    describes itself.
    """
    before = list(earlier)
    for entry in sorted(entries, key=lambda one: (one.day, one.recorded_at, one.public_id)):
        if entry.kind not in TOLD or entry.source not in OWN_SOURCES:
            continue
        text = said.get(entry.public_id, "").strip()
        if len(text) < LEAST_CHARACTERS:
            short = N_("%(entry)s: say what you did, in at least %(least)s characters.")
            yield RuleBroken(
                short, field="comment", entry=describe(entry), least=LEAST_CHARACTERS, entry_id=entry.public_id
            )
        elif plain(text) in {plain(one) for one in before[-SAME_AS:]}:
            same = N_("%(entry)s: one of your last three entries says the same. Say what was different.")
            yield RuleBroken(same, field="comment", entry=describe(entry), entry_id=entry.public_id)
        before.append(text)


def plain(text: str) -> str:
    """The words alone, in lower case: what two texts are compared by."""
    return _BETWEEN_WORDS.sub(" ", text.casefold()).strip()
