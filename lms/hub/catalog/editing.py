"""Changes of a draft: one part of the document replaced, added, moved or removed, the rest left as it is.

A part is named by words from the outside in: `course/PC`, `course/PC/unit/PC1`, `course/PC/unit/PC1/item/0`,
`course/PC/activity/PC-A1/criterion/1`, `course/PC/activity/PC-Q1/pool/CAP/question/CAP1`, `rubric/report/0`,
`need/0/2` (a node of the requirement tree; `need` is the whole of it), `policy`, `program`. What results is checked
for shape; whether it makes sense is for `judging`.
"""

import copy
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from lms.hub.catalog.kinds import GROUPS, RequirementKind
from lms.hub.catalog.policy import Policy
from lms.hub.catalog.questions import PoolSpec, QuestionSpec
from lms.hub.catalog.spec import (
    ActivitySpec,
    CourseSpec,
    CriterionSpec,
    Curriculum,
    ItemSpec,
    NeedSpec,
    OutcomeSpec,
    ProgramSpec,
    UnitSpec,
)
from lms.hub.catalog.wording import in_words
from lms.kernel.columns import canonical
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_

Document = dict[str, Any]
SPECS: Mapping[str, type[BaseModel]] = {
    "program": ProgramSpec,
    "policy": Policy,
    "course": CourseSpec,
    "unit": UnitSpec,
    "item": ItemSpec,
    "outcome": OutcomeSpec,
    "activity": ActivitySpec,
    "criterion": CriterionSpec,
    "pool": PoolSpec,
    "question": QuestionSpec,
    "rubric": CriterionSpec,
    "need": NeedSpec,
}
ROOTS = {"course": "courses", "rubric": "rubrics", "need": "requirement"}
FIXED = frozenset({"slug", "name", "sample"})  # of the program, which all its versions share


def kind_of(where: Sequence[str]) -> str:
    """Which of `SPECS` a part is, or the parts of a list are."""
    words = [word for word in where if word in SPECS]
    if not words or where[0] not in SPECS:
        raise NotFound()
    return where[0] if where[0] in ("need", "rubric") else words[-1]


def part_at(document: Document, where: Sequence[str]) -> Any:
    """The part, or the list of parts. Raises NotFound."""
    holder, key = _locate(document, where)
    return holder[key]


def token_of(part: Any) -> str:
    """What a form carries along, so that a part that somebody else changed meanwhile is noticed."""
    return hashlib.sha256(canonical(part).encode()).hexdigest()[:16]


def _locate(document: Document, where: Sequence[str]) -> tuple[Any, Any]:
    """What holds the part, and its key there."""
    if not where or where[0] not in SPECS:
        raise NotFound()
    holder: Any = document
    key: Any = ROOTS.get(where[0], where[0])
    for word in where[1:]:
        if not isinstance(holder, dict | list) or (isinstance(holder, dict) and key not in holder):
            raise NotFound()
        holder = holder[key]
        key = _key_in(holder, word, in_tree=where[0] == "need")
        if where[0] == "need":
            holder = holder["needs"]
    if isinstance(holder, dict) and key not in holder:
        raise NotFound()
    return holder, key


def _key_in(holder: Any, word: str, *, in_tree: bool) -> Any:
    listed = holder["needs"] if in_tree else holder
    if isinstance(listed, dict):
        return word
    codes = [part.get("code") for part in listed]
    if word in codes:
        return codes.index(word)
    if word.isascii() and word.isdigit() and int(word) < len(listed):
        return int(word)
    raise NotFound()


def replaced(document: Document, where: Sequence[str], values: Mapping[str, Any]) -> Document:
    """`document` with these values in the part; the lists in it stay. A course's new code goes where it is named."""
    made = copy.deepcopy(document)
    holder, key = _locate(made, where)
    before = holder[key]
    if list(where) == ["program"]:
        values = {name: value for name, value in values.items() if name not in FIXED}
    if kind_of(where) == "need":
        kept = (
            {"needs": before.get("needs", [])} if RequirementKind(values.get("kind", before["kind"])) in GROUPS else {}
        )
        holder[key] = {**kept, **values}
    else:
        holder[key] = {**before, **values}
    if isinstance(holder, list):
        _check_code(holder, key)
    if kind_of(where) == "course" and values.get("code", before["code"]) != before["code"]:
        _rename(made["requirement"], before["code"], values["code"])
        _replace_prerequisite(made, before["code"], values["code"])
    return _checked(made)


def added(document: Document, where: Sequence[str], values: Mapping[str, Any]) -> Document:
    """`document` with a new part at the end of the list `where`; below a group, in the requirement tree."""
    made = copy.deepcopy(document)
    if where[0] == "need":
        listed = part_at(made, where).setdefault("needs", [])
    elif where[0] == "rubric":
        listed = made["rubrics"].setdefault(where[1], []) if len(where) > 1 else None
    else:
        holder, key = _locate_list(made, where)
        listed = holder.setdefault(key, [])
    if listed is None:
        raise NotFound()
    listed.append(dict(values))
    _check_code(listed, len(listed) - 1)
    return _checked(made)


def _locate_list(document: Document, where: Sequence[str]) -> tuple[Any, str]:
    if len(where) == 1:
        return document, ROOTS.get(where[0], where[0])
    return part_at(document, where[:-1]), where[-1]


def removed(document: Document, where: Sequence[str]) -> Document:
    """`document` without the part; what the requirement tree asked of a course that is gone goes with it."""
    made = copy.deepcopy(document)
    holder, key = _locate(made, where)
    if not isinstance(holder, list):
        raise RuleBroken(N_("This part of a version stays; change what it says."))
    gone = holder.pop(key)
    if list(where[:1]) == ["course"] and len(where) == 2:
        _forget(made["requirement"], gone["code"])
        _replace_prerequisite(made, gone["code"], None)
    if where[0] == "rubric" and not holder:
        del made["rubrics"][where[1]]
    return _checked(made)


def moved(document: Document, where: Sequence[str], by: int) -> Document:
    """`document` with the part one place up (-1) or down (1) in its list; at the end of the list nothing changes."""
    made = copy.deepcopy(document)
    holder, key = _locate(made, where)
    if not isinstance(holder, list):
        raise NotFound()
    to = min(max(key + by, 0), len(holder) - 1)
    holder.insert(to, holder.pop(key))
    return made


def put_under(document: Document, where: Sequence[str], group: Sequence[str]) -> Document:
    """`document` with the requirement moved to the end of another group. Raises RuleBroken."""
    if list(group[: len(where)]) == list(where):
        raise RuleBroken(N_("A requirement cannot stand inside itself. Choose another group."), field="group")
    made = copy.deepcopy(document)
    target = part_at(made, group)
    if RequirementKind(target["kind"]) not in GROUPS:
        raise RuleBroken(N_("Only all_of and min_n_of hold other requirements. Choose one of them."), field="group")
    holder, key = _locate(made, where)
    if not isinstance(holder, list):
        raise RuleBroken(N_("This part of a version stays; change what it says."))
    target.setdefault("needs", []).append(holder.pop(key))
    return _checked(made)


def _check_code(listed: Sequence[Mapping[str, Any]], at: int) -> None:
    code = listed[at].get("code")
    if code is not None and sum(part.get("code") == code for part in listed) > 1:
        raise RuleBroken(N_("The code %(code)s is used already. Choose another."), field="code", code=code)


def _rename(need: Document, old: str, new: str) -> None:
    if need.get("course") == old:
        need["course"] = new
    for child in need.get("needs", ()):
        _rename(child, old, new)


def _replace_prerequisite(document: Document, old: str, new: str | None) -> None:
    """What other courses ask for first follows a course's new code, and no longer asks for one that is gone."""
    for course in document["courses"]:
        listed = [new if code == old else code for code in course.get("prerequisites", ())]
        course["prerequisites"] = [code for code in listed if code is not None]


def _forget(need: Document, code: str) -> None:
    need["needs"] = [child for child in need.get("needs", ()) if child.get("course") != code]
    for child in need["needs"]:
        if RequirementKind(child["kind"]) in GROUPS:
            _forget(child, code)


def curriculum_in(document: Document) -> Curriculum:
    """The document as a curriculum. Raises RuleBroken with every fault of shape, each beside its field."""
    try:
        return Curriculum.model_validate(document)
    except ValidationError as error:
        broken = [
            RuleBroken(N_("%(what)s"), field=_field(detail["loc"]), what=in_words(detail))
            for detail in error.errors(include_url=False)
        ]
        first = broken[0]
        raise RuleBroken(
            first.sentence.message, field=first.field, also=tuple(broken[1:]), **first.sentence.values
        ) from error


def _field(loc: tuple[str | int, ...]) -> str | None:
    names = [part for part in loc if isinstance(part, str)]
    return names[-1] if names else None


def _checked(document: Document) -> Document:
    return document_of(curriculum_in(document))


def document_of(curriculum: Curriculum) -> Document:
    """The curriculum as it is stored."""
    found: Document = curriculum.model_dump(mode="json")
    # A requirement has only the keys of its kind, so the others do not even stand there as nothing.
    found["requirement"] = curriculum.requirement.model_dump(mode="json", exclude_defaults=True)
    return found


def empty(program: ProgramSpec) -> Curriculum:
    """A version with nothing in it yet."""
    root = NeedSpec(kind=RequirementKind.ALL_OF, title=program.name)
    return Curriculum(program=program, policy=Policy(), rubrics={}, requirement=root, courses=())
