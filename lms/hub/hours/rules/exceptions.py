"""What else an approver has to look at: vague words, hours that overlap, hours without a record. Pure.

Each finding says what was found and on which day, so that nobody has to trust the heuristic.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from lms.hub.catalog.kinds import KIND_NAMES, Kind
from lms.hub.hours.rules.entry import Entry, Evidence, overlaps
from lms.hub.hours.rules.verdict import Reason, Why
from lms.hub.hours.rules.week import NOBODY, Witnessed, level
from lms.hub.hours.rules.words import LEAST_CHARACTERS, SAME_AS, TOLD, plain
from lms.kernel.text import N_, Sentence, say

LEAST_WORDS = 3  # "worked on it" says nothing, and "asdfasdfasdfasdf" less
RECORDED = frozenset({Kind.LAB_IN_PERSON, Kind.SIMULATION})  # a register or a simulator could tell of these


def vague_reasons(entries: Collection[Entry], said: Mapping[str, str], earlier: Sequence[str] = ()) -> list[Reason]:
    """The entries of self-study and capstone work whose words do not tell what was done (H10, P13), by day.

    said: descriptions by the entry's public id. earlier: those of the entries before the week, oldest first.
    """
    before, found = list(earlier), []
    for entry in sorted(entries, key=lambda one: (one.day, one.recorded_at, one.public_id)):
        if entry.kind not in TOLD:
            continue
        text = said.get(entry.public_id, "").strip()
        if why := _vagueness(text, before[-SAME_AS:], entry):
            found.append(Reason(Why.VAGUE, why))
        before.append(text)
    return found


def _vagueness(text: str, before: Sequence[str], entry: Entry) -> Sentence | None:
    if not text:
        return say(N_("%(day)s: nothing says what was done"), day=entry.day)
    if len(text) < LEAST_CHARACTERS:
        short = N_("%(day)s: the description has %(count)s characters, %(least)s are asked for")
        return say(short, day=entry.day, count=len(text), least=LEAST_CHARACTERS)
    if plain(text) in {plain(one) for one in before}:
        return say(N_("%(day)s: the same words as in one of the three entries before"), day=entry.day)
    if len({word for word in plain(text).split() if word.isalpha()}) < LEAST_WORDS:
        return say(N_("%(day)s: fewer than %(least)s different words"), day=entry.day, least=LEAST_WORDS)
    return None


def overlap_reasons(entries: Iterable[Entry], elsewhere: Collection[Entry]) -> list[Reason]:
    """The entries that share time with hours of the same person in another enrollment (H7)."""
    return [
        Reason(
            Why.OVERLAP,
            say(
                N_("%(day)s: overlaps hours of another enrollment, %(start)s to %(end)s"),
                day=entry.day,
                start=other.starts_at,
                end=other.ends_at,
            ),
        )
        for entry in sorted(entries, key=lambda one: (one.day, one.public_id))
        for other in elsewhere
        if overlaps(entry, other)
    ]


def evidence_reasons(entries: Iterable[Entry], seen: Witnessed = NOBODY) -> list[Reason]:
    """Minutes of labs and simulations of which only the student tells (D14): one reason a kind."""
    bare: dict[Kind, int] = {}
    for entry in entries:
        if entry.kind in RECORDED and level(entry, seen) is Evidence.SELF_REPORT:
            bare[entry.kind] = bare.get(entry.kind, 0) + entry.minutes
    without = N_("%(kind)s, %(minutes)s min: no register, no trace, seen by nobody")
    return [
        Reason(Why.EVIDENCE, say(without, kind=say(KIND_NAMES[kind]), minutes=minutes))
        for kind, minutes in sorted(bare.items())
    ]


def is_proven(entries: Collection[Entry], seen: Witnessed = NOBODY) -> bool:
    """Whether somebody or a register vouches for every entry (level 2 and better), and there is one at all."""
    return bool(entries) and all(level(entry, seen) >= Evidence.COUNTERSIGNED for entry in entries)
