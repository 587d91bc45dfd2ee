"""Moves to another firm and another cohort, the timeline, and months without learning."""

from datetime import date

import pytest
from sqlalchemy import select

from lms.hub.cohorts.models import Section
from lms.hub.enrollment.kinds import LeaveKind, Payer, Shift, Status, StatusReason
from lms.hub.enrollment.models import (
    EmploymentSpell,
    Enrollment,
    Sponsorship,
)
from lms.hub.enrollment.queries import cohort_of, find_enrollment, status_of
from lms.hub.enrollment.queries.accommodations import accommodations_of
from lms.hub.enrollment.queries.outcomes import list_left, outcomes_of
from lms.hub.enrollment.queries.timeline import timeline
from lms.hub.enrollment.services import change_status, employ, end_employment, end_sponsorship, grant_leave, withdraw
from lms.hub.enrollment.services.accommodations import Terms, give_accommodation
from lms.hub.enrollment.services.moves import transfer_cohort
from lms.hub.hours.models import SheetPart
from lms.hub.hours.queries.situation import situation_of
from lms.hub.hours.rules.sheet import Route
from lms.hub.hours.services.decisions import approve_part
from lms.hub.hours.services.plans import plan_return
from lms.hub.standing.life import carried_to, open_months
from lms.kernel.clock import now
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, NotFound, RuleBroken
from lms.people.access import Action, Relation
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from lms.people.scope import scoped
from tests.hub.enrollment.test_life_services import DAY, ONE, later, leave
from tests.hub.hours.weeks import hand_in, log_capstone, log_week, part_of
from tests.support.statements import count_statements
from tests.support.web import NOW, World
from tests.web.test_life_arrangements import later_cohort


def test_a_move_to_another_firm_takes_the_old_ones_access_that_day_and_hours_keep_their_spell(world: World) -> None:
    ada, cleo, bolt = world.enrollment("Ada"), world.actor("Cleo"), world.one(Firm, name="Bolt")
    log_capstone(world)
    hand_in(world)
    part = part_of(world, route=Route.WORKPLACE)
    with transaction():
        new = employ(cleo, ada, bolt, Shift.NIGHT, DAY + 3 * ONE, supervisor=world.person("Fay"), work_site="Plant 2")
    assert [row.number for row in world.all(EmploymentSpell, enrollment_id=ada.id)] == [
        part.spell_id,
        part.spell_id,
        new.id,
    ]
    for days, old_firm in ((2, True), (3, False)):
        with later(days), transaction(write=False):
            for name in ("Sam", "Dee"):
                found = scoped(
                    select(Enrollment).where(Enrollment.id == ada.id), world.actor(name), Action.EMPLOYEE_READ
                )
                assert (session.scalar(found) is not None) is old_firm, (name, days)
            parts = scoped(select(SheetPart), world.actor("Sam"), Action.HOURS_APPROVE)
            assert bool(session.scalars(parts).all()) is old_firm
            mine = scoped(select(Enrollment).where(Enrollment.id == ada.id), world.actor("Fay"), Action.EMPLOYEE_READ)
            assert (session.scalar(mine) is not None) is not old_firm
    with later(3):
        with pytest.raises(NotAllowed), transaction():
            approve_part(world.actor("Sam"), part)
        with transaction():
            approve_part(world.actor("Cleo"), part)
    grant = world.one(GrantRow, relation=Relation.SUPERVISOR, person_id=world.person("Sam").id)
    assert grant.to_day == DAY + 2 * ONE


def test_a_move_entered_late_takes_the_access_at_once(world: World) -> None:
    ada = world.enrollment("Ada")
    with transaction():
        employ(world.actor("Cleo"), ada, world.one(Firm, name="Bolt"), Shift.DAY, DAY - 10 * ONE)
    with transaction(write=False):
        for name in ("Sam", "Dee"):
            statement = scoped(select(Enrollment), world.actor(name), Action.EMPLOYEE_READ)
            assert ada.id not in {row.id for row in session.scalars(statement)}


def test_an_employment_ends_without_a_new_one(world: World) -> None:
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    with pytest.raises(RuleBroken, match="before the first"), transaction():
        end_employment(cleo, ada, date(2026, 9, 1))
    with transaction():
        end_employment(cleo, ada, DAY, "Laid off.")
    with pytest.raises(RuleBroken, match="No firm"), transaction():
        end_employment(cleo, ada, DAY)
    with later(1), transaction(write=False):
        assert situation_of(ada).spell_on(DAY + ONE) is None
        assert situation_of(ada).spell_on(DAY) is not None


def test_a_sponsorship_is_taken_off_by_a_new_row(world: World) -> None:
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    row = world.all(Sponsorship, enrollment_id=ada.id, payer=Payer.FIRM)[0]
    with pytest.raises(RuleBroken), transaction():
        end_sponsorship(cleo, ada, row, " ")
    with transaction():
        end_sponsorship(cleo, ada, row, "The firm withdrew.")
    assert [one.is_ended for one in world.all(Sponsorship, enrollment_id=ada.id)] == [False, False, True]


def moved(world: World, name: str = "Ada") -> tuple[Enrollment, Enrollment]:
    old = world.enrollment(name)
    with transaction():
        cohort = later_cohort(world)
        site = world.one(Section, name="Lowell").site_id
        section = Section(cohort_id=cohort.id, site_id=site, name="Spring")
        session.add(section)
        session.flush()
    with transaction():
        new = transfer_cohort(world.actor("Cleo"), old, world.person(name), section, DAY, "Needs more time.")
    return old, new


def test_another_cohort_is_a_new_enrollment_that_points_back_and_takes_along(world: World) -> None:
    log_week(world)
    with transaction():
        give_accommodation(world.actor("Cleo"), world.enrollment("Ada"), Terms(DAY, extra_days=2), "Letter.")
    old, new = moved(world)
    assert new.transferred_from_id == old.id
    with transaction(write=False):
        assert status_of(old, DAY) is Status.TRANSFERRED
        assert status_of(new, DAY) is Status.ACTIVE
        assert [row.extra_days for row in accommodations_of(new)] == [2]
        assert len(world.all(Sponsorship, enrollment_id=new.id)) == 2
        spell = world.one(EmploymentSpell, enrollment_id=new.id)
        assert (spell.firm_id, spell.from_day) == (world.one(Firm, name="Acme").id, DAY)
        assert find_enrollment(world.actor("Sam"), new.public_id, Action.EMPLOYEE_READ).id == new.id
        with pytest.raises(NotFound):
            find_enrollment(world.actor("Sam"), old.public_id, Action.EMPLOYEE_READ)
        carried = carried_to(old, cohort_of(new)).value
        assert carried.missing == ("PC", "MS", "ROB", "CAP")
        assert find_enrollment(world.actor("Ada"), old.public_id).id == old.id


def test_a_transfer_needs_a_right_in_both_cohorts_and_another_cohort(world: World) -> None:
    ada = world.enrollment("Ada")
    here = world.one(Section, name="Lowell")
    with pytest.raises(RuleBroken, match="same cohort"), transaction():
        transfer_cohort(world.actor("Cleo"), ada, world.person("Ada"), here, DAY, "Why not.")
    with pytest.raises(NotAllowed), transaction():
        transfer_cohort(
            world.actor("Cleo"), ada, world.person("Ada"), world.one(Section, name="Providence"), DAY, "No."
        )
    with pytest.raises(NotAllowed), transaction():
        transfer_cohort(world.actor("Ivo"), ada, world.person("Ada"), world.one(Section, name="Providence"), DAY, "No.")


def test_who_went_to_another_cohort_is_followed_there_for_the_rates(world: World) -> None:
    old, new = moved(world)
    cleo, gus = world.actor("Cleo"), world.actor("Gus")
    with transaction():
        withdraw(cleo, world.enrollment("Zoe"), date(2026, 9, 30), StatusReason.WORK)
        change_status(cleo, new, Status.COMPLETED, DAY + ONE, StatusReason.FINISHED)
    with transaction(write=False):
        cohort = cohort_of(old)
        found = {(one.ended, one.left_in_probation) for one in outcomes_of(gus, cohort)}
        assert found == {(Status.COMPLETED, False), (Status.WITHDRAWN, True), (None, False)}
        assert outcomes_of(gus, cohort_of(new)) == []
        assert {one.ended for one in outcomes_of(gus, cohort, as_of=NOW - ONE)} == {None}
        assert [one.member.person.name for one in list_left(gus, cohort, DAY)] == ["Ada", "Zoe"]
        assert list_left(gus, cohort, DAY, as_of=NOW - ONE) == []
        assert [one.member.person.name for one in list_left(world.actor("Ivo"), cohort, DAY)] == []


def test_the_timeline_as_of_a_moment_is_what_it_was_then(world: World) -> None:
    ada = world.enrollment("Ada")

    def told(as_of: object = None) -> list[tuple[str, str, bool]]:
        with transaction(write=False):
            events = timeline(ada, lambda at: at.date(), as_of, with_private=True)  # type: ignore[arg-type]
            return [(event.kind, str(event.title), event.stands) for event in events]

    shown = []
    for step in range(5):
        with later(step):
            with transaction():
                _live(world, step)
            shown.append((now(), told()))
    with later(30):
        for moment, then in shown:
            assert told(moment) == then
        with transaction(write=False), count_statements() as sent:
            timeline(ada, lambda at: at.date(), with_private=True)
        sent.at_most(19)
    assert len({len(then) for _, then in shown}) == 5


def _live(world: World, step: int) -> None:
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    if step == 0:
        grant_leave(cleo, ada, LeaveKind.MEDICAL, DAY, DAY + 9 * ONE)
    elif step == 1:
        plan_return(cleo, ada, DAY + 2 * ONE, 700)
    elif step == 2:
        employ(cleo, ada, world.one(Firm, name="Bolt"), Shift.NIGHT, DAY + 2 * ONE)
    elif step == 3:
        give_accommodation(cleo, ada, Terms(DAY, extra_days=1), "Letter.")
    else:
        withdraw(cleo, ada, DAY + 4 * ONE, StatusReason.WORK)


def test_a_month_without_learning_and_without_leave_is_pointed_out(world: World) -> None:
    ada = world.enrollment("Ada")
    with later(40), transaction(write=False):
        assert open_months(ada, DAY + 40 * ONE) == (date(2026, 10, 1), date(2026, 11, 1))
    leave(world, -20, 60)
    with later(40), transaction(write=False):
        assert open_months(ada, DAY + 40 * ONE) == ()
