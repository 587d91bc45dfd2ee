"""A program version names everything that is wrong with it, and the week band of every possible spoke."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import CourseKind, Kind, RequirementKind
from lms.hub.catalog.rules import Need, Severity, VersionPlan, check_publishable, findings, paths, planned_minutes
from lms.kernel.errors import RuleBroken


@dataclass(frozen=True)
class Unit:
    code: str
    minutes_a_week: int = 700
    first_week: int = 1
    last_week: int = 4
    kind: Kind = Kind.SELF_STUDY


@dataclass(frozen=True)
class Course:
    code: str
    kind: CourseKind = CourseKind.HUB
    pass_bp: int = 7_000
    units: tuple[Unit, ...] = field(default=())


def course(code: str, kind: CourseKind = CourseKind.HUB, minutes: int = 700) -> Course:
    return Course(code, kind, units=(Unit(f"{code}1", minutes),))


def need(code: str, kind: RequirementKind = RequirementKind.COURSE) -> Need:
    return Need(kind, code, course=code)


def all_of(*needs: Need) -> Need:
    return Need(RequirementKind.ALL_OF, "everything", needs=needs)


def plan(*courses: Course, needs: Need | None = None) -> VersionPlan:
    return VersionPlan(4, 600, 840, courses, needs or all_of(*(need(c.code) for c in courses)))


def messages(broken_plan: VersionPlan) -> list[str]:
    return [str(found.sentence) for found in findings(broken_plan)]


def test_a_sound_version_has_no_findings() -> None:
    assert findings(plan(course("PC"))) == []


def test_every_error_is_named_at_once() -> None:
    broken = plan(
        Course("PC", pass_bp=0, units=(Unit("PC1", 0), Unit("PC1", last_week=9))),
        needs=all_of(need("XX"), Need(RequirementKind.MIN_N_OF, "spokes", n=2, needs=(need("PC"),))),
    )
    with pytest.raises(RuleBroken) as caught:
        check_publishable(broken)
    assert len(caught.value.also) == 5
    assert {e.field for e in (caught.value, *caught.value.also)} == {
        "PC",
        "PC1",
        "PC.PC1",
        "requirement.0",
        "requirement.1",
    }


def test_a_version_without_hub_or_requirements_cannot_be_published() -> None:
    assert "no hub course" in messages(plan(course("ROB", CourseKind.SPOKE)))[0]
    assert "no requirements" in messages(VersionPlan(4, 600, 840, (course("PC"),), None))[0]


def test_two_capstones_and_a_code_used_twice_are_errors() -> None:
    found = messages(
        plan(course("PC"), course("PC"), course("A", CourseKind.CAPSTONE), course("B", CourseKind.CAPSTONE))
    )
    assert any("2 capstones" in text for text in found)
    assert any("PC stands 2 times" in text for text in found)


def test_a_capstone_node_names_the_capstone_and_only_it() -> None:
    found = findings(plan(course("PC"), needs=all_of(need("PC", RequirementKind.CAPSTONE))))
    assert [f.where for f in found] == [("requirement", "0")]


def test_a_leaf_with_children_and_an_empty_group_are_errors() -> None:
    leaf = replace(need("PC"), needs=(need("PC"),))
    assert (
        len([f for f in findings(plan(course("PC"), needs=all_of(leaf, all_of()))) if f.severity is Severity.ERROR])
        == 2
    )


def test_a_tree_nested_too_deep_is_refused_not_followed() -> None:
    tree = need("PC")
    for _ in range(2_0):
        tree = all_of(tree)
    assert any("nested deeper" in text for text in messages(plan(course("PC"), needs=tree)))


def test_a_course_that_no_requirement_names_is_a_warning() -> None:
    found = findings(plan(course("PC"), course("MS", minutes=100), needs=all_of(need("PC"))))
    assert [(f.severity, f.where) for f in found] == [(Severity.WARNING, ("MS",))]


@pytest.mark.parametrize(("minutes", "warned"), [(599, True), (600, False), (840, False), (841, True)])
def test_the_week_band_is_closed_at_both_ends(minutes: int, warned: bool) -> None:
    assert bool(findings(plan(course("PC", minutes=minutes)))) is warned


def test_the_band_is_judged_for_each_spoke_alone() -> None:
    found = findings(
        plan(course("PC", minutes=400), course("ROB", CourseKind.SPOKE, 300), course("MAC", CourseKind.SPOKE, 100))
    )
    assert {f.sentence.values["spoke"] for f in found} == {"MAC"}
    assert len(found) == 4


def test_minutes_that_no_path_plans_are_a_warning() -> None:
    wanted = Need(RequirementKind.MIN_MINUTES, "lab hours", minutes=60, hours_kind=Kind.LAB_IN_PERSON)
    (found,) = findings(plan(course("PC"), needs=all_of(need("PC"), wanted)))
    assert found.severity is Severity.WARNING
    assert found.sentence.values["planned"] == 0


@given(st.lists(st.integers(1, 500), min_size=1, max_size=5), st.lists(st.integers(1, 500), max_size=4))
def test_each_path_plans_the_shared_minutes_and_its_own(shared: list[int], spokes: list[int]) -> None:
    hub = [course(f"H{n}", minutes=m) for n, m in enumerate(shared)]
    own = {f"S{n}": m for n, m in enumerate(spokes)}
    courses = [*hub, *(course(code, CourseKind.SPOKE, m) for code, m in own.items())]
    found = {spoke: planned_minutes(listed, 2) for spoke, listed in paths(courses)}
    assert found == {code: sum(shared) + m for code, m in own.items()} or found == {None: sum(shared)}
