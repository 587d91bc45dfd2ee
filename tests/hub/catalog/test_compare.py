"""Two versions side by side: added, removed, changed field by field."""

import copy
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog import editing
from lms.hub.catalog.compare import ORDER, Change, Section, What, compare
from lms.interop.curriculum import read_curriculum

SAMPLE = editing.document_of(read_curriculum(Path(__file__).parents[3] / "lms" / "sample" / "curriculum.toml").sound())


def other(**changed: Any) -> dict[str, Any]:
    return {**copy.deepcopy(SAMPLE), **changed}


def test_equal_versions_have_no_difference() -> None:
    assert compare(SAMPLE, other()) == []


def test_a_changed_field_is_named_with_both_values() -> None:
    new = other()
    new["policy"]["grace_minutes"] = 30
    new["courses"][0]["unit"][0]["minutes_a_week"] += 10
    unit = SAMPLE["courses"][0]["unit"][0]
    assert compare(SAMPLE, new) == [
        Change(What.CHANGED, Section.POLICY, (), "grace_minutes", "15", "30"),
        Change(
            What.CHANGED,
            Section.UNITS,
            (SAMPLE["courses"][0]["code"], unit["code"]),
            "minutes_a_week",
            str(unit["minutes_a_week"]),
            str(unit["minutes_a_week"] + 10),
        ),
    ]


def test_a_retired_spoke_takes_its_parts_and_its_requirement_along() -> None:
    new = editing.removed(SAMPLE, ["course", "ROB"])
    found = compare(SAMPLE, new)
    assert {change.what for change in found} == {What.REMOVED}
    assert Change(What.REMOVED, Section.COURSES, ("ROB",)) in found
    assert any(change.section is Section.REQUIREMENTS and change.where[-1] == "Robotics" for change in found)
    assert any(change.section is Section.CRITERIA for change in found)


def test_a_shared_rubric_is_compared_in_every_activity_that_uses_it() -> None:
    new = other()
    name = next(iter(new["rubrics"]))
    users = sum(name in a["rubrics"] for c in new["courses"] for a in c["activity"])
    new["rubrics"][name][0]["levels"][0]["text"] = "Better than anybody hoped"
    found = compare(SAMPLE, new)
    assert {change.section for change in found} == {Section.CRITERIA}
    assert len(found) == users


@given(st.data())
def test_what_one_way_adds_the_other_way_removes(data: st.DataObject) -> None:
    course = data.draw(st.sampled_from([c["code"] for c in SAMPLE["courses"]]))
    new = editing.removed(SAMPLE, ["course", course])
    swap = {What.ADDED: What.REMOVED, What.REMOVED: What.ADDED, What.CHANGED: What.CHANGED}
    there = {(change.what, change.section, change.where) for change in compare(SAMPLE, new)}
    back = {(swap[change.what], change.section, change.where) for change in compare(new, SAMPLE)}
    assert there == back


def test_parts_that_only_changed_places_are_one_change_of_their_order() -> None:
    new = other()
    for parts in (new["courses"], new["courses"][2]["unit"], new["requirement"]["needs"]):
        parts[0], parts[1] = parts[1], parts[0]
    found = compare(SAMPLE, new)
    assert {(one.what, one.field) for one in found} == {(What.CHANGED, ORDER)}
    assert [one.section for one in found] == [Section.COURSES, Section.UNITS, Section.REQUIREMENTS]
    codes = [course["code"] for course in SAMPLE["courses"]]
    assert (found[0].before, found[0].after) == (", ".join(codes), ", ".join([codes[1], codes[0], *codes[2:]]))


@given(st.permutations(range(4)))
def test_an_order_is_named_exactly_if_it_differs(places: list[int]) -> None:
    old, new = other(), other()
    items = [{"title": f"Item {n}", "kind": "video", "minutes": 5, "completion": "none"} for n in range(4)]
    old["courses"][0]["unit"][0]["item"] = items
    new["courses"][0]["unit"][0]["item"] = [items[place] for place in places]
    assert [one.field for one in compare(old, new)] == ([] if places == sorted(places) else [ORDER])
