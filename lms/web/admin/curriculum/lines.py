"""Lists as their author writes them in one box, a line for each: levels, options, units, accepted texts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.hub.catalog.questions import NUMBER_TEXT
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

STAR = "*"


@dataclass(frozen=True, slots=True)
class Written:
    """text: the box for what a part holds. read: the value for what was written; raises RuleBroken."""

    text: Callable[[Mapping[str, Any]], str]
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a question, and the places of the right ones from 1."""

    texts: list[str]
    right: list[int]


def levels_text(levels: Sequence[Mapping[str, Any]]) -> str:
    """The levels of a criterion: points and words, one level a line."""
    return "\n".join(f"{level['points']}: {level['text']}" for level in levels)


def read_levels(text: str) -> list[dict[str, Any]]:
    """The levels in the lines of a text. Raises RuleBroken for a line without points."""
    levels = []
    for line in _lines(text):
        points, colon, words = line.partition(":")
        if not (colon and points.strip().isdigit() and words.strip()):
            message = N_("Write each level in a line of its own, points first: “20: Exact and documented”.")
            raise RuleBroken(message, field="levels")
        levels.append({"points": int(points), "text": words.strip()})
    return levels


def options_text(part: Mapping[str, Any]) -> str:
    """One option a line, a star before each right one."""
    right = set(part.get("right", ()))
    texts = part.get("options", ())
    return "\n".join(f"{STAR} {text}" if place in right else text for place, text in enumerate(texts, 1))


def read_options(text: str) -> Options:
    """The options in the lines of a text."""
    lines = _lines(text)
    right = [place for place, line in enumerate(lines, 1) if line.startswith(STAR)]
    return Options([line.removeprefix(STAR).strip() for line in lines], right)


def units_text(part: Mapping[str, Any]) -> str:
    """One further unit a line, with how many of the value's own unit one of it is."""
    return "\n".join(f"{name} = {factor}" for name, factor in part.get("units", {}).items())


def read_units(text: str) -> dict[str, str]:
    """The units in the lines of a text. Raises RuleBroken for a line without a number."""
    units = {}
    for line in _lines(text):
        name, _, factor = (one.strip() for one in line.partition("="))
        factor = factor.replace(",", ".")
        if not (name and NUMBER_TEXT.fullmatch(factor)):
            message = N_("Write each further unit in a line of its own, with its factor: “in = 25.4”.")
            raise RuleBroken(message, field="units")
        units[name] = factor
    return units


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


WRITTEN: Mapping[str, Written] = {
    "levels": Written(lambda part: levels_text(part.get("levels", ())), read_levels),
    "options": Written(options_text, read_options),
    "units": Written(units_text, read_units),
    "accepted": Written(lambda part: "\n".join(part.get("accepted", ())), _lines),
}
