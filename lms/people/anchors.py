"""From a row to the places where it hangs. A slice that brings a kind of anchor registers how its places are found."""

from collections.abc import Callable

from lms.kernel.db import Base
from lms.kernel.memo import forget, found
from lms.people.access import NOWHERE, Anchor

Places = Callable[[int], Anchor]
_places: dict[str, Places] = {}


def places_of(kind: str) -> Callable[[Places], Places]:
    """Registers how the anchor of kind `kind` is found from its row number."""

    def register(places: Places) -> Places:
        _places[kind] = places
        return places

    return register


def anchor_of(row: Base | Anchor | None) -> Anchor:
    """Where `row` hangs now. Costs the registered queries once per anchor and transaction."""
    if row is None:
        return NOWHERE
    if isinstance(row, Anchor):
        return row
    kind = type(row).__anchor__
    if kind is None:
        return NOWHERE
    number: int = getattr(row, f"{kind}_id", None) or row.id  # type: ignore[attr-defined]
    return anchor_at(kind, number)


def anchor_at(kind: str, number: int) -> Anchor:
    """Where the anchor of kind `kind` with that row number hangs now; once a transaction."""
    known = _known()
    if (kind, number) not in known:
        known[kind, number] = _places[kind](number)
    return known[kind, number]


def forget_anchors() -> None:
    """Call after a command that moved something: a placement, a spell, a team, a leave, a plan."""
    forget()


def _known() -> dict[tuple[str, int], Anchor]:
    return found("anchors")
