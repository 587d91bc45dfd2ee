"""A cohort opened from a preview, exactly as previewed; copied with its dates; taken back while nobody is in it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from lms.hub.calendar.kinds import PlanState, Push
from lms.hub.calendar.models import CohortPlan
from lms.hub.calendar.queries.opening import WantedCohort
from lms.hub.calendar.services.holidays import HolidayLine, set_holidays
from lms.hub.calendar.services.opening import draw_cohort, find_plan, open_drawn, take_back, wanted_of
from lms.hub.calendar.services.sessions import Wanted
from lms.hub.catalog.models import ProgramVersion
from lms.hub.cohorts.kinds import BreakKind
from lms.hub.cohorts.models import Break, Cohort, CohortWeek, Holiday, Section, Session
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.hub.cohorts.services import add_break
from lms.hub.cohorts.verify import differences
from lms.hub.coursework.models import Deadline
from lms.hub.coursework.setting import resolve_deadlines
from lms.hub.enrollment.services import apply
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import Conflict, NotAllowed, NotFound, NotFresh, RuleBroken
from lms.people.access import SYSTEM, Relation
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Site
from lms.people.orgs.services import SiteTerms, change_site
from tests.hub.calendar.made import lab, labs
from tests.hub.coursework.made import plan as activity
from tests.hub.coursework.made import set_work
from tests.support.web import World

STARTS = date(2027, 9, 9)  # a Thursday


def wanted(world: World, **changed: Any) -> WantedCohort:
    values: dict[str, Any] = {
        "name": "Fall 2027",
        "starts_on": STARTS,
        "zone": "America/New_York",
        "sections": ((world.one(Site, name="Lowell"), "Lowell 27"),),
        "source": world.one(Cohort, name="Fall 2026 (sample)"),
    }
    return WantedCohort(**{**values, **changed})


def draw(world: World, who: str = "Cleo", **changed: Any) -> CohortPlan:
    asked = wanted(world, **changed)
    with transaction():
        return draw_cohort(world.actor(who), world.one(ProgramVersion), asked)


def open_it(world: World, plan: CohortPlan, who: str = "Cleo") -> Cohort:
    with transaction():
        found = session.get_one(CohortPlan, plan.id)
        version, asked = wanted_of(found)
        return open_drawn(world.actor(who), version, found, asked)


def test_a_preview_opens_nothing(world: World) -> None:
    draw(world)
    assert len(world.all(Cohort)) == 1


@pytest.mark.parametrize("weekday", range(7))
def test_any_start_weekday_gives_52_monday_weeks_and_keeps_weekday_and_clock_of_every_lab(
    world: World, weekday: int
) -> None:
    labs(world)
    starts_on = date(2027, 9, 6) + timedelta(days=weekday)
    cohort = open_it(world, draw(world, starts_on=starts_on))
    assert (cohort.starts_on, cohort.week_one_monday) == (starts_on, date(2027, 9, 6))
    assert [week.number for week in world.all(CohortWeek, cohort_id=cohort.id)] == list(range(1, 53))
    made = world.all(Session, section_id=world.one(Section, name="Lowell 27").id)
    assert [one.starts_at for one in made[:3]] == [
        datetime(2027, 10, 28, 21, tzinfo=UTC),
        datetime(2027, 11, 4, 21, tzinfo=UTC),  # still summer time, a week later than in 2026
        datetime(2027, 11, 11, 22, tzinfo=UTC),
    ]
    assert {(one.room, one.stations, one.minutes) for one in made} == {("Bay 2", 8, 120)}


def test_the_cohort_that_is_opened_is_the_one_that_was_shown(world: World) -> None:
    labs(world)
    set_work(world, activity("PC-A1"), activity("PC-A2", week=12))
    plan = draw(world)
    stored = plan.plan
    cohort = open_it(world, plan)
    section = world.one(Section, name="Lowell 27")
    assert [one.starts_at.isoformat() for one in world.all(Session, section_id=section.id)] == [
        line[3] for line in stored["sessions"][0]
    ]
    assert [one.due_at.isoformat() for one in world.all(Deadline, cohort_id=cohort.id)] == [
        line[4] for line in stored["dues"]
    ]
    with transaction():
        assert resolve_deadlines(SYSTEM, cohort) == 0
        assert list(differences()) == []
    assert world.all(AuditEntry, action="cohort:create")


def test_breaks_shift_with_the_weeks_closures_and_holidays_do_not(world: World) -> None:
    cohort, gus = world.one(Cohort), world.actor("Gus")
    with transaction():
        add_break(gus, cohort, BreakKind.BREAK, date(2026, 12, 21), date(2027, 1, 3))
        add_break(gus, cohort, BreakKind.CLOSURE, date(2026, 11, 12), date(2026, 11, 12))
    made = open_it(world, draw(world))
    (row,) = world.all(Break, cohort_id=made.id)
    assert (row.kind, row.from_day, row.to_day) == (BreakKind.BREAK, date(2027, 12, 20), date(2028, 1, 2))


def thanksgiving(world: World, *days: date) -> None:
    with transaction():
        lines = [HolidayLine(day, "Thanksgiving Day") for day in days or (date(2027, 11, 25),)]
        set_holidays(world.actor("Cleo"), world.one(Site, name="Lowell"), lines)


def test_collisions_with_holidays_are_listed_and_what_collides_goes_on(world: World) -> None:
    labs(world, weeks=(12, 12))
    set_work(world, activity("PC-A1", week=12, weekday=3))
    thanksgiving(world)
    plan = draw(world)
    assert [one[0] for one in plan.plan["collisions"]] == ["2027-11-25", "2027-11-25"]
    open_it(world, plan)
    made = world.all(Session, section_id=world.one(Section, name="Lowell 27").id)
    assert [one.starts_at for one in made] == [datetime(2027, 11, 26, 22, tzinfo=UTC)]
    cohort = world.one(Cohort, name="Fall 2027")
    assert {row.section_id is None: row.due_at for row in world.all(Deadline, cohort_id=cohort.id)} == {
        True: datetime(2027, 11, 26, 4, 59, tzinfo=UTC),
        False: datetime(2027, 11, 27, 4, 59, tzinfo=UTC),  # of the section at the site with the holiday
    }


def test_collisions_are_listed_even_where_holidays_stay_teaching_days(world: World) -> None:
    labs(world, weeks=(12, 12))
    thanksgiving(world)
    plan = draw(world, holidays=False)
    assert len(plan.plan["collisions"]) == 1
    open_it(world, plan)
    assert world.all(Session)[-1].starts_at == datetime(2027, 11, 25, 22, tzinfo=UTC)


def test_sessions_can_go_to_the_same_weekday_or_be_left_out(world: World) -> None:
    labs(world, weeks=(12, 12))
    thanksgiving(world)
    same = draw(world, push=Push.SAME_WEEKDAY).plan["sessions"][0][0]
    assert same[3] == "2027-12-02T22:00:00+00:00"
    gone = draw(world, push=Push.CANCEL).plan["sessions"][0][0]
    assert (gone[3], gone[8]) == (None, "closed")


def test_staff_come_along_only_if_asked_and_only_after_the_password(world: World) -> None:
    labs(world)
    open_it(world, draw(world))
    section = world.one(Section, name="Lowell 27")
    assert world.all(GrantRow, relation=Relation.INSTRUCTOR, place_id=section.id) == []
    plan = draw(world, name="Spring 2028", staff=True)
    stale = replace(world.actor("Cleo"), fresh_until=None)
    version, asked = wanted_of_plan(world, plan)
    with pytest.raises(NotFresh), transaction():
        open_drawn(stale, version, session.get_one(CohortPlan, plan.id), asked)
    open_it(world, plan)
    later = world.all(Section, name="Lowell 27")[-1]
    (grant,) = world.all(GrantRow, relation=Relation.INSTRUCTOR, place_id=later.id)
    assert grant.person_id == world.person("Ben").id


def wanted_of_plan(world: World, plan: CohortPlan) -> tuple[ProgramVersion, WantedCohort]:
    with transaction(write=False):
        return wanted_of(session.get_one(CohortPlan, plan.id))


def test_a_preview_that_rests_on_something_else_by_now_is_not_opened(world: World) -> None:
    labs(world)
    plan = draw(world)
    lab(world, Wanted(date(2027, 2, 1), time(8), time(9)))
    with pytest.raises(Conflict, match="has changed"):
        open_it(world, plan)
    assert len(world.all(Cohort)) == 1


def test_a_plan_is_opened_once(world: World) -> None:
    plan = draw(world)
    open_it(world, plan)
    with pytest.raises(Conflict, match="already"):
        open_it(world, plan)


def test_only_a_coordinator_of_the_site_or_the_admin_opens_and_from_a_published_version(world: World) -> None:
    for name in ("Ada", "Ben", "Dee", "Ivo"):
        with pytest.raises(NotAllowed):
            draw(world, name)
    draw(world, "Gus")
    with transaction():
        version = session.get_one(ProgramVersion, world.one(ProgramVersion).id)
        version.published_at = None
    with pytest.raises(RuleBroken, match="Publish version 1 first"):
        draw(world)


def test_a_plan_is_seen_only_by_who_drew_it(world: World) -> None:
    plan = draw(world)
    with transaction(write=False):
        assert find_plan(world.actor("Cleo"), plan.public_id).id == plan.id
        for name in ("Ivo", "Gus", "Ada"):
            with pytest.raises(NotFound):
                find_plan(world.actor(name), plan.public_id)


def test_a_site_is_not_used_outside_its_authorization(world: World) -> None:
    lowell = world.one(Site, name="Lowell")
    with transaction():
        terms = SiteTerms(authorized_to=date(2028, 1, 1))
        change_site(world.actor("Gus"), lowell, "Lowell", lowell.kind, "Lowell", "MA", terms)
    with pytest.raises(RuleBroken, match="authorized until") as caught:
        draw(world)
    assert caught.value.field == "sections"


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"sections": ()}, "at least one section"),
        ({"name": " "}, "a name"),
        ({"name": "Fall 2026 (sample)"}, "already"),
    ],
)
def test_what_cannot_be_opened_is_said(world: World, changed: dict[str, Any], match: str) -> None:
    with pytest.raises(RuleBroken, match=match):
        draw(world, **changed)


def take_it_back(world: World, cohort: Cohort, plan: CohortPlan, who: str = "Cleo") -> None:
    with transaction():
        take_back(world.actor(who), session.get_one(Cohort, cohort.id), session.get_one(CohortPlan, plan.id))


def test_an_opening_is_undone_once_and_its_name_is_free_again(world: World) -> None:
    labs(world)
    plan = draw(world, staff=True)
    cohort = open_it(world, plan)
    take_it_back(world, cohort, plan)
    section = world.one(Section, name="Lowell 27")
    assert all(one.is_cancelled for one in world.all(Session, section_id=section.id))
    (grant,) = world.all(GrantRow, relation=Relation.INSTRUCTOR, place_id=section.id)
    assert grant.to_day is not None
    with transaction(write=False):
        assert [one.name for one in list_cohorts(world.actor("Cleo"))] == ["Fall 2026 (sample)"]
        with pytest.raises(NotFound):
            find_cohort(world.actor("Cleo"), cohort.public_id)
    with pytest.raises(Conflict):
        take_it_back(world, cohort, plan)
    assert world.one(CohortPlan).state is PlanState.UNDONE
    open_it(world, draw(world))


def test_an_opening_stays_once_somebody_is_in_the_cohort(world: World) -> None:
    plan = draw(world)
    cohort = open_it(world, plan)
    with transaction():
        apply(world.actor("Cleo"), world.one(Section, name="Lowell 27"), world.person("Eli"), date(2027, 8, 1))
    with pytest.raises(RuleBroken, match="enrolled"):
        take_it_back(world, cohort, plan)
    assert world.all(Holiday) == []
