"""One form for every kind of part, made from what the curriculum file says that a part holds.

So whatever the file can say, the editor can: a new key of a spec is a new field here.
"""

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from werkzeug.datastructures import MultiDict

from lms.hub.catalog.editing import FIXED, SPECS
from lms.hub.catalog.kinds import (
    COMPLETION_NAMES,
    COURSE_NAMES,
    ITEM_NAMES,
    KIND_NAMES,
    QUESTION_NAMES,
    REQUIREMENT_NAMES,
    TAUGHT,
)
from lms.hub.catalog.questions import QUESTION_KEYS
from lms.hub.catalog.spec import NEED_KEYS, Curriculum
from lms.hub.coursework.filetypes import DEFAULT_KINDS
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.web.admin.curriculum.labels import HINTS, LABELS
from lms.web.admin.curriculum.lines import WRITTEN, Options

CHILDREN = frozenset({"unit", "outcome", "activity", "item", "criterion", "needs", "pool", "question"})
LONG = frozenset({"text", "brief", "summary", "note", "description"})
HIDDEN = {"course": {"slug", "sample"}, "program": FIXED, "item": {"file", "file_name"}}
HIDDEN |= {"need": {"kind"}, "question": {"kind", "right"}}  # chosen before; written as a star before an option
NEEDED = {("question", "options"), ("question", "value")}  # by the kinds of questions that have them
KEYS: Mapping[str, Mapping[Any, set[str]]] = {"need": NEED_KEYS, "question": QUESTION_KEYS}
NAMES: Mapping[Any, str] = {
    "warn": N_("can be chosen; the pages say what is missing"),
    "block": N_("cannot be chosen until they are met or waived"),
    **KIND_NAMES, **ITEM_NAMES, **COMPLETION_NAMES, **REQUIREMENT_NAMES, **COURSE_NAMES, **QUESTION_NAMES,
}  # fmt: skip


@dataclass(slots=True)
class PartField:
    """One input. kind: text, area, number, select, checks, check. choices: value and label."""

    name: str
    label: str
    kind: str
    value: Any = ""
    choices: Sequence[tuple[str, str]] = ()
    hint: str = ""
    is_optional: bool = False
    may_be_none: bool = False
    errors: list[str] = field(default_factory=list)


def part_fields(
    kind: str, curriculum: Curriculum, shown: Mapping[str, Any], variant: str | None = None
) -> list[PartField]:
    """The inputs of a part of this kind with what they show first. variant: the kind of a requirement or question."""
    found: list[PartField] = []
    for name, info in SPECS[kind].model_fields.items():
        is_child = name in CHILDREN and kind != "question"  # whose unit is one of length
        if is_child or name in HIDDEN.get(kind, ()):
            continue
        if variant is not None and name not in KEYS[kind][variant] | {"title", "code", "text"}:
            continue
        if kind == "need" and name == "code" and name not in KEYS[kind][variant or ""]:
            continue
        if kind == "activity" and shown and shown.get("kind") != "quiz" and name in ("minutes", "shuffle"):
            continue
        if name == "weeks" and kind == "unit":
            found += _weeks(shown)
            continue
        made = _input(kind, name, info, curriculum, shown)
        made.is_optional = made.is_optional and (kind, name) not in NEEDED
        found.append(made)
    return found


def _weeks(shown: Mapping[str, Any]) -> list[PartField]:
    first, last = shown.get("weeks") or ("", "")
    return [
        PartField("first_week", N_("First cohort week"), "number", first),
        PartField("last_week", N_("Last cohort week, included"), "number", last),
    ]


def _input(kind: str, name: str, info: FieldInfo, curriculum: Curriculum, shown: Mapping[str, Any]) -> PartField:
    value = shown.get(name, "" if info.is_required() else info.get_default(call_default_factory=True))
    made = PartField(
        name,
        LABELS.get((kind, name)) or LABELS.get(name) or name.replace("_", " ").capitalize(),
        _kind_of(name, info.annotation),
        "" if value is None else value,
        hint=HINTS.get((kind, name)) or HINTS.get(name) or "",
        is_optional=not info.is_required() and name != "title",
        may_be_none=not info.is_required() and info.default is None,
    )
    if name in WRITTEN:
        made.kind, made.value = "area", WRITTEN[name].text(shown)
    elif made.kind == "checks":
        made.choices = _ticked(name, curriculum, shown)
    elif name == "course":
        made.kind, made.choices = "select", [(one.code, f"{one.code} {one.name}") for one in curriculum.courses]
    elif made.kind == "select":
        made.choices = _choices(info.annotation, only=TAUGHT if name == "modality" else None)
    if made.kind == "select" and made.is_optional and name == "hours_kind":
        made.choices = [("", N_("Any kind")), *made.choices]
    return made


def _ticked(name: str, curriculum: Curriculum, shown: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What can be ticked: the shared rubrics, the kinds of files, or the other courses of the version."""
    if name == "prerequisites":
        courses = (one for one in curriculum.courses if one.code != shown.get("code"))
        return [(one.code, f"{one.code} {one.name}") for one in courses]
    return [(one, one) for one in (curriculum.rubrics if name == "rubrics" else DEFAULT_KINDS)]


def _plain(annotation: Any) -> Any:
    """The type without Optional and Annotated."""
    while get_origin(annotation) in (Union, types.UnionType):
        annotation = next(one for one in get_args(annotation) if one is not type(None))
    return annotation


def _kind_of(name: str, annotation: Any) -> str:
    plain = _plain(annotation)
    if get_origin(plain) is Literal or (isinstance(plain, type) and issubclass(plain, Enum)):
        return "select"
    if get_origin(plain) is tuple:
        return "checks"
    if plain is bool:
        return "check"
    if plain is int:
        return "number"
    return "area" if name in LONG else "text"


def _choices(annotation: Any, only: frozenset[Any] | None = None) -> list[tuple[str, str]]:
    plain = _plain(annotation)
    values = get_args(plain) if get_origin(plain) is Literal else list(plain)
    return [(str(one), NAMES.get(one, str(one).capitalize())) for one in values if only is None or one in only]


def read_fields(fields: Sequence[PartField], sent: MultiDict[str, str]) -> dict[str, Any]:
    """What was posted, as values of the document. Raises RuleBroken for an empty field that is needed."""
    values: dict[str, Any] = {}
    missing = []
    for one in fields:
        if one.is_optional and not one.kind.startswith("check") and one.name not in sent:
            continue  # a form from before the field was there: what is usual, or what stood there
        values[one.name] = _read(one, sent)
        if values[one.name] in (None, "", []) and not one.is_optional and one.kind != "checks":
            missing.append(RuleBroken(N_("Fill this in."), field=one.name))
    if missing:
        raise RuleBroken(missing[0].sentence.message, field=missing[0].field, also=tuple(missing[1:]))
    if isinstance(values.get("options"), Options):
        values["options"], values["right"] = values["options"].texts, values["options"].right
    if "first_week" in values:
        values["weeks"] = [values.pop("first_week"), values.pop("last_week")]
    return values


def _read(one: PartField, sent: MultiDict[str, str]) -> Any:
    if one.kind == "checks":
        return sent.getlist(one.name)
    if one.kind == "check":
        return one.name in sent
    text = sent.get(one.name, "").strip().replace("\r\n", "\n")
    if one.name in WRITTEN:
        return WRITTEN[one.name].read(text)
    if one.kind == "number":
        return int(text) if text.removeprefix("-").isdigit() and text.isascii() else text or None
    return text or (None if one.may_be_none or (one.is_optional and one.kind == "select") else text)
