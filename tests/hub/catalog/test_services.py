"""Drafting and publishing a version, and opening a cohort from it."""

from datetime import date
from pathlib import Path

import pytest

from lms.hub.catalog.models import Course, Program, ProgramVersion
from lms.hub.catalog.queries import catalog_of, find_program, latest_published, plan_of
from lms.hub.catalog.rules import findings
from lms.hub.catalog.services import draft_version, open_program, publish_version
from lms.hub.catalog.spec import Curriculum
from lms.hub.cohorts.models import BreakKind, Cohort, CohortWeek, Section
from lms.hub.cohorts.queries import calendar_of
from lms.hub.cohorts.services import add_break, open_cohort, open_section
from lms.interop.curriculum import read_curriculum
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, NotFound, RuleBroken
from lms.people.access import NOWHERE, SYSTEM
from lms.people.orgs.models import Site
from tests.support.statements import count_statements
from tests.support.web import World

SAMPLE = Path(__file__).parents[3] / "lms" / "sample" / "curriculum.toml"


@pytest.fixture(scope="module")
def curriculum() -> Curriculum:
    return read_curriculum(SAMPLE).sound()


def drafted(curriculum: Curriculum) -> ProgramVersion:
    program = open_program(SYSTEM, NOWHERE, "another", "Another program (sample)", is_sample=True)
    return draft_version(SYSTEM, program, curriculum, "a" * 64)


def test_a_stored_version_is_judged_like_the_file_it_came_from(world: World, curriculum: Curriculum) -> None:
    with transaction():
        version = publish_version(SYSTEM, drafted(curriculum))
        catalog = catalog_of(version)
        assert findings(plan_of(catalog, version.weeks)) == findings(curriculum.plan()) == []
        assert catalog.policy == curriculum.policy
        assert [tree.code for tree in catalog.courses] == [spec.code for spec in curriculum.courses]


def test_the_whole_catalog_takes_four_statements(world: World, curriculum: Curriculum) -> None:
    with transaction():
        version = publish_version(SYSTEM, drafted(curriculum))
    with transaction(write=False), count_statements() as statements:
        catalog_of(version)
    assert statements.count == 4


def test_the_same_source_is_drafted_once(world: World, curriculum: Curriculum) -> None:
    with transaction():
        version = drafted(curriculum)
        again = draft_version(SYSTEM, find_program("another"), curriculum, "a" * 64)
        other = draft_version(SYSTEM, find_program("another"), curriculum, "b" * 64)
    assert again.id == version.id
    assert other.number == 2


def test_a_draft_is_published_once_and_only_then_gives_cohorts(world: World, curriculum: Curriculum) -> None:
    with transaction():
        version = drafted(curriculum)
    with pytest.raises(NotFound), transaction(write=False):
        latest_published(find_program("another"))
    with pytest.raises(RuleBroken, match="Publish version 1 first"), transaction():
        open_cohort(SYSTEM, version, "C", date(2027, 1, 4), "America/New_York")
    with transaction():
        publish_version(SYSTEM, version)
    with pytest.raises(RuleBroken, match="published already"), transaction():
        publish_version(SYSTEM, version)
    with transaction(write=False):
        assert latest_published(find_program("another")).id == version.id


def test_only_the_programs_own_people_draft_and_publish(world: World, curriculum: Curriculum) -> None:
    program, version = world.one(Program), world.one(ProgramVersion)
    with transaction():
        draft_version(world.actor("Cleo"), program, curriculum, "c" * 64)
    for name in ("Ada", "Ben", "Dee"):
        with pytest.raises(NotAllowed), transaction():
            draft_version(world.actor(name), program, curriculum, "d" * 64)
    with pytest.raises(NotAllowed), transaction():
        publish_version(world.actor("Cleo"), version)
    with pytest.raises(NotAllowed), transaction():
        draft_version(world.actor("Gus"), _another(), curriculum, "e" * 64)


def _another() -> Program:
    return open_program(SYSTEM, NOWHERE, "third", "Third")


def test_a_slug_is_used_once(world: World) -> None:
    with pytest.raises(RuleBroken, match="already"), transaction():
        open_program(SYSTEM, NOWHERE, world.one(Program).slug, "X")


@pytest.mark.parametrize("weekday", range(7))
def test_a_cohort_has_52_monday_weeks_whatever_day_it_starts(world: World, weekday: int) -> None:
    starts_on = date(2026, 12, 28 + weekday) if weekday < 4 else date(2027, 1, weekday - 3)
    with transaction():
        cohort = open_cohort(world.actor("Gus"), world.one(ProgramVersion), "Another", starts_on, "America/New_York")
    weeks = world.all(CohortWeek, cohort_id=cohort.id)
    assert [week.number for week in weeks] == list(range(1, 53))
    assert weeks[0].monday == date(2026, 12, 28) == cohort.week_one_monday
    assert (cohort.ends_on - weeks[-1].monday).days == 6


def test_breaks_of_a_site_hold_there_alone(world: World) -> None:
    cohort, lowell = world.one(Cohort), world.one(Site, name="Lowell")
    gus = world.actor("Gus")
    with transaction():
        add_break(gus, cohort, BreakKind.HOLIDAY, date(2026, 11, 26), date(2026, 11, 27))
        add_break(gus, cohort, BreakKind.CLOSURE, date(2026, 12, 1), date(2026, 12, 1), lowell)
    with transaction(write=False):
        assert len(calendar_of(cohort, lowell.id).breaks) == 2
        assert len(calendar_of(cohort).breaks) == 1
        assert calendar_of(cohort).week_on(date(2026, 9, 13)).number == 1  # type: ignore[union-attr]
        assert calendar_of(cohort).week_on(date(2026, 9, 6)) is None
    for first, last in ((date(2026, 11, 2), date(2026, 11, 1)), (date(2025, 1, 1), date(2025, 1, 2))):
        with pytest.raises(RuleBroken), transaction():
            add_break(gus, cohort, BreakKind.BREAK, first, last)


def test_a_section_is_opened_by_the_office_under_a_name_of_its_own(world: World) -> None:
    cohort, lowell = world.one(Cohort), world.one(Site, name="Lowell")
    with transaction():
        open_section(world.actor("Gus"), cohort, lowell, "Lowell nights")
    with pytest.raises(RuleBroken, match="called Lowell"), transaction():
        open_section(world.actor("Gus"), cohort, lowell, "Lowell")
    with pytest.raises(NotAllowed), transaction():
        open_section(world.actor("Ben"), cohort, lowell, "Mine")
    assert len(world.all(Section)) == 3
    assert len(world.all(Course)) == 4
