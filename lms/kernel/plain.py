"""The values of sentences as plain JSON and back, for rows that keep a sentence to be said later. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.kernel.money import Money
from lms.kernel.text import Sentence
from lms.kernel.units import Points, Share, Span

KIND = "$"
UNITS: Mapping[str, type] = {"money": Money, "points": Points, "share": Share, "span": Span}
NUMBERS: Mapping[type, str] = {Decimal: "decimal", Fraction: "fraction"}
NUMBER_TYPES: Mapping[str, type] = {name: number for number, name in NUMBERS.items()}
NAMES = {unit: name for name, unit in UNITS.items()}


def to_plain(value: Any) -> Any:
    """`value` as JSON. Raises TypeError for what a sentence cannot say."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return {KIND: "instant", "at": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {KIND: "day", "on": value.isoformat()}
    if isinstance(value, Sentence):
        return {KIND: "sentence", "message": value.message, "values": values_to_plain(value.values)}
    if type(value) in NUMBERS:
        return {KIND: NUMBERS[type(value)], "is": str(value)}
    if type(value) in NAMES:
        fields = {name: getattr(value, name) for name in type(value).__dataclass_fields__}
        return {KIND: NAMES[type(value)], **fields}
    raise TypeError(f"a sentence cannot say a {type(value).__name__}")


def from_plain(value: Any) -> Any:
    """What `to_plain` was given. Raises ValueError, TypeError or KeyError for what it never made."""
    if not isinstance(value, dict):
        return value
    fields = dict(value)
    kind = fields.pop(KIND)
    if kind == "instant":
        return datetime.fromisoformat(fields["at"]).astimezone(UTC)
    if kind == "day":
        return date.fromisoformat(fields["on"])
    if kind == "sentence":
        return Sentence(fields["message"], values_from_plain(fields["values"]))
    if kind in NUMBER_TYPES:
        return NUMBER_TYPES[kind](fields["is"])
    return UNITS[kind](**fields)


def values_to_plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The named values of a sentence as JSON."""
    return {name: to_plain(value) for name, value in values.items()}


def values_from_plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The named values that `values_to_plain` was given."""
    return {name: from_plain(value) for name, value in values.items()}


def sentence_from(value: Any) -> Sentence:
    """A stored sentence; what was stored as a bare text is one without values."""
    found = from_plain(value)
    return found if isinstance(found, Sentence) else Sentence(str(found))
