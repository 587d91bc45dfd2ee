"""What changed from one version of a program to another, field by field. Pure.

Versions come as their documents (`editing.Document`): plain dictionaries and lists. Parts are the same where their
codes are; requirements where they ask for the same course or bear the same title in the same group; items and criteria
where they have the same title. What both versions have in another order is one change of the field "order".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lms.kernel.text import N_

Part = Mapping[str, Any]
ORDER = "order"  # the field of a change that only moved parts


class Section(StrEnum):
    """In which part of a version something changed."""

    PROGRAM = "program"
    POLICY = "policy"
    COURSES = "courses"
    UNITS = "units"
    ITEMS = "items"
    OUTCOMES = "outcomes"
    ACTIVITIES = "activities"
    CRITERIA = "criteria"
    QUESTIONS = "questions"
    REQUIREMENTS = "requirements"


SECTION_NAMES = {
    Section.PROGRAM: N_("Program"),
    Section.POLICY: N_("Policy"),
    Section.COURSES: N_("Courses"),
    Section.UNITS: N_("Units"),
    Section.ITEMS: N_("Items"),
    Section.OUTCOMES: N_("Outcomes"),
    Section.ACTIVITIES: N_("Activities"),
    Section.CRITERIA: N_("Rubric criteria"),
    Section.QUESTIONS: N_("Questions"),
    Section.REQUIREMENTS: N_("Requirements"),
}


class What(StrEnum):
    """What became of it."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. where: names from the outside in. field: of a change; before, after: as an author reads them."""

    what: What
    section: Section
    where: tuple[str, ...]
    field: str = ""
    before: str = ""
    after: str = ""


def compare(old: Part, new: Part) -> list[Change]:
    """Every difference, in the order of the sections; an empty list for equal versions."""
    found = [
        *_fields(Section.PROGRAM, (), old["program"], new["program"], ()),
        *_fields(Section.POLICY, (), old["policy"], new["policy"], ()),
        *_courses(old, new),
        *_needs((), old["requirement"], new["requirement"]),
    ]
    order = list(Section)
    return sorted(found, key=lambda change: order.index(change.section))


def _order(
    section: Section, where: tuple[str, ...], old: Mapping[Any, Part], new: Mapping[Any, Part], name: str
) -> Iterator[Change]:
    """What both have stands in another order. name: the field by which an author knows a part."""
    before, after = [key for key in old if key in new], [key for key in new if key in old]
    if before != after:
        first, last = (", ".join(str(old[key][name]) for key in keys) for keys in (before, after))
        yield Change(What.CHANGED, section, where, ORDER, first, last)


def _courses(old: Part, new: Part) -> Iterator[Change]:
    yield from _order(Section.COURSES, (), _by_code(old["courses"]), _by_code(new["courses"]), "code")
    for before, after in _pairs(_by_code(old["courses"]), _by_code(new["courses"])):
        where = ((before or after or {})["code"],)
        yield from _one(Section.COURSES, where, before, after, ("unit", "outcome", "activity"))
        a, b = before or {}, after or {}
        yield from _listed(Section.OUTCOMES, where, a.get("outcome", ()), b.get("outcome", ()))
        units = _by_code(a.get("unit", ())), _by_code(b.get("unit", ()))
        yield from _order(Section.UNITS, where, *units, "code")
        for one, two in _pairs(*units):
            inner = (*where, (one or two or {})["code"])
            yield from _one(Section.UNITS, inner, one, two, ("item",))
            yield from _listed(
                Section.ITEMS, inner, (one or {}).get("item", ()), (two or {}).get("item", ()), by="title"
            )
        yield from _activities(where, old, new, a.get("activity", ()), b.get("activity", ()))


def _activities(
    where: tuple[str, ...], old: Part, new: Part, before: Sequence[Part], after: Sequence[Part]
) -> Iterator[Change]:
    yield from _order(Section.ACTIVITIES, where, _by_code(before), _by_code(after), "code")
    for one, two in _pairs(_by_code(before), _by_code(after)):
        inner = (*where, (one or two or {})["code"])
        yield from _one(Section.ACTIVITIES, inner, one, two, ("criterion", "rubrics", "pool"))
        yield from _listed(Section.CRITERIA, inner, _criteria(old, one), _criteria(new, two), by="title")
        yield from _pools(inner, (one or {}).get("pool", ()), (two or {}).get("pool", ()))


def _pools(where: tuple[str, ...], old: Sequence[Part], new: Sequence[Part]) -> Iterator[Change]:
    """The pools of a quiz, and the questions of each."""
    before, after = _by_code(old), _by_code(new)
    yield from _order(Section.QUESTIONS, where, before, after, "code")
    for one, two in _pairs(before, after):
        inner = (*where, (one or two or {})["code"])
        yield from _one(Section.QUESTIONS, inner, one, two, ("question",))
        yield from _listed(Section.QUESTIONS, inner, (one or {}).get("question", ()), (two or {}).get("question", ()))


def _criteria(document: Part, activity: Part | None) -> list[Part]:
    """The criteria of an activity, those of the rubrics that it shares too."""
    if activity is None:
        return []
    shared = [one for name in activity.get("rubrics", ()) for one in document["rubrics"].get(name, ())]
    return [*activity.get("criterion", ()), *shared]


def _listed(
    section: Section, where: tuple[str, ...], old: Sequence[Part], new: Sequence[Part], by: str = "code"
) -> Iterator[Change]:
    parts = {p[by]: p for p in old}, {p[by]: p for p in new}
    yield from _order(section, where, *parts, by)
    for one, two in _pairs(*parts):
        yield from _one(section, (*where, (one or two or {})[by]), one, two, ())


def _needs(where: tuple[str, ...], old: Part, new: Part) -> Iterator[Change]:
    """Below one node that both versions have."""
    yield from _fields(Section.REQUIREMENTS, (*where, old["title"]), old, new, ("needs",))
    inner = (*where, old["title"])
    before, after = ({_key(child): child for child in need.get("needs", ())} for need in (old, new))
    yield from _order(Section.REQUIREMENTS, inner, before, after, "title")
    for one, two in _pairs(before, after):
        if one is not None and two is not None:
            yield from _needs(inner, one, two)
            continue
        gone = one or two or {}
        what = What.ADDED if one is None else What.REMOVED
        for path, leaf in _walk(inner, gone):
            yield Change(what, Section.REQUIREMENTS, (*path, leaf["title"]))


def _key(need: Part) -> tuple[str, str]:
    """What makes two requirements the same one."""
    return (need["kind"], need.get("course") or need["title"])


def _walk(where: tuple[str, ...], need: Part) -> Iterator[tuple[tuple[str, ...], Part]]:
    yield where, need
    for child in need.get("needs", ()):
        yield from _walk((*where, need["title"]), child)


def _by_code(parts: Sequence[Part]) -> dict[str, Part]:
    return {part["code"]: part for part in parts}


def _pairs(old: Mapping[Any, Part], new: Mapping[Any, Part]) -> Iterator[tuple[Part | None, Part | None]]:
    """What both have, what only the old one has, what only the new one has; in their order."""
    for key in dict.fromkeys([*old, *new]):
        yield old.get(key), new.get(key)


def _one(
    section: Section, where: tuple[str, ...], old: Part | None, new: Part | None, parts: Sequence[str]
) -> Iterator[Change]:
    if old is None or new is None:
        yield Change(What.ADDED if old is None else What.REMOVED, section, where)
    else:
        yield from _fields(section, where, old, new, parts)


def _fields(section: Section, where: tuple[str, ...], old: Part, new: Part, parts: Sequence[str]) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        before, after = as_text(old.get(name)), as_text(new.get(name))
        if name not in parts and before != after:
            yield Change(What.CHANGED, section, where, name, before, after)


def as_text(value: Any) -> str:
    """A value of a document as an author reads it; "" for none."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {as_text(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], Mapping):
            return "; ".join(", ".join(as_text(one) for one in part.values()) for part in value)
        return ", ".join(as_text(one) for one in value)
    return str(value)
