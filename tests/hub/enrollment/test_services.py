"""The life of an enrollment through its commands, on both engines."""

from datetime import date, timedelta

import pytest

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.kinds import LeaveKind, Payer, Shift, Status, StatusReason
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Leave, Placement, PlanUnit, StatusChange
from lms.hub.enrollment.queries import find_enrollment, leaves_of, own_enrollment, planned_courses, roster, status_of
from lms.hub.enrollment.services import (
    apply,
    change_status,
    employ,
    end_leave,
    grant_leave,
    place,
    sponsor,
    withdraw,
)
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, NotFound, RuleBroken
from lms.kernel.facts import Fact
from lms.people.access import Relation
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from tests.support.statements import count_statements
from tests.support.web import NOW, World

DAY = NOW.date()
ONE = timedelta(days=1)


def north(world: World) -> Section:
    return world.one(Section, name="Lowell")


def last(rows: list[Fact]) -> Fact:
    return rows[-1]


def test_an_application_becomes_an_active_enrollment_with_the_shared_courses_planned(world: World) -> None:
    cleo = world.actor("Cleo")
    with transaction():
        enrollment = apply(cleo, north(world), world.person("Sam"), DAY)
        for status in (Status.OFFERED, Status.ENROLLED, Status.ACTIVE):
            change_status(cleo, enrollment, status, DAY, StatusReason.START)
    with transaction(write=False):
        assert status_of(enrollment, DAY) is Status.ACTIVE
        planned = planned_courses(enrollment)[enrollment.id]
        assert [course.code for course in planned] == ["PC", "MS", "CAP"]
        assert own_enrollment(world.actor("Sam")).id == enrollment.id
    assert world.one(GrantRow, relation=Relation.STUDENT, place_id=enrollment.id).from_day == DAY
    assert world.one(AuditEntry, action="enrollment:apply", result_id=enrollment.public_id)


def test_nobody_is_twice_in_a_cohort(world: World) -> None:
    with pytest.raises(RuleBroken, match="in this cohort already"), transaction():
        apply(world.actor("Cleo"), north(world), world.person("Ada"), DAY)


def test_another_sites_coordinator_and_the_student_may_not_change_an_enrollment(world: World) -> None:
    for name in ("Ivo", "Ada", "Ben", "Dee"):
        with pytest.raises(NotAllowed), transaction():
            withdraw(world.actor(name), world.enrollment("Ada"), DAY, StatusReason.WORK)


def test_a_move_keeps_where_the_student_was(world: World) -> None:
    ada, south = world.enrollment("Ada"), world.one(Section, name="Providence")
    with transaction():
        place(world.actor("Gus"), ada, south, DAY)
    rows = world.all(Placement, enrollment_id=ada.id)
    assert [(row.section_id, row.to_day) for row in rows] == [
        (north(world).id, None),
        (north(world).id, DAY - ONE),
        (south.id, None),
    ]
    assert rows[1].supersedes_id == rows[0].id
    with transaction(write=False):
        assert find_enrollment(world.actor("Ivo"), ada.public_id).id == ada.id
        with pytest.raises(NotFound):
            find_enrollment(world.actor("Cleo"), ada.public_id)


def test_a_move_before_the_placement_began_is_refused(world: World) -> None:
    with pytest.raises(RuleBroken, match="overlaps"), transaction():
        place(world.actor("Gus"), world.enrollment("Ada"), world.one(Section, name="Providence"), date(2026, 9, 1))


def test_a_new_firm_ends_the_old_spell_and_its_supervisor_signs(world: World) -> None:
    ada, bolt = world.enrollment("Ada"), world.one(Firm, name="Bolt")
    with transaction():
        spell = employ(world.actor("Cleo"), ada, bolt, Shift.NIGHT, DAY, supervisor=world.person("Fay"))
    assert world.one(GrantRow, relation=Relation.SUPERVISOR, place_id=spell.id).person_id == world.person("Fay").id
    assert [row.to_day for row in world.all(EmploymentSpell, enrollment_id=ada.id)] == [None, DAY - ONE, None]


def test_a_firm_is_named_exactly_where_a_firm_pays(world: World) -> None:
    cleo, ada, acme = world.actor("Cleo"), world.enrollment("Ada"), world.one(Firm, name="Acme")
    with transaction():
        sponsor(cleo, ada, Payer.FIRM, 500_000, "USD", acme)
    for payer, firm in ((Payer.GRANT, acme), (Payer.FIRM, None)):
        with pytest.raises(RuleBroken), transaction():
            sponsor(cleo, ada, payer, 500_000, "USD", firm)
    with pytest.raises(RuleBroken, match="above zero"), transaction():
        sponsor(cleo, ada, Payer.GRANT, 0, "USD")


def test_leave_pauses_and_an_early_return_shortens_it(world: World) -> None:
    cleo, ada = world.actor("Cleo"), world.enrollment("Ada")
    with transaction():
        grant_leave(cleo, ada, LeaveKind.FAMILY, DAY, DAY + 20 * ONE, "Newborn.")
    with transaction(write=False):
        assert status_of(ada, DAY) is Status.ON_LEAVE
    with transaction():
        end_leave(cleo, ada, DAY + 7 * ONE)
    with transaction(write=False):
        assert status_of(ada, DAY + 7 * ONE) is Status.ACTIVE
        assert [(leave.from_day, leave.to_day) for leave in leaves_of(ada)] == [(DAY, DAY + 6 * ONE)]
    assert len(world.all(Leave)) == 2


def test_leave_is_granted_by_the_coordinator_alone(world: World) -> None:
    for name in ("Ada", "Ben", "Ivo", "Dee"):
        with pytest.raises(NotAllowed), transaction():
            grant_leave(world.actor(name), world.enrollment("Ada"), LeaveKind.WORK, DAY, DAY + ONE)


def test_a_withdrawal_ends_it_the_day_after_and_nothing_follows(world: World) -> None:
    cleo, ada = world.actor("Cleo"), world.enrollment("Ada")
    with transaction():
        withdraw(cleo, ada, DAY, StatusReason.LEFT_FIRM)
    with transaction(write=False):
        assert status_of(ada, DAY) is Status.ACTIVE
        assert status_of(ada, DAY + ONE) is Status.WITHDRAWN
    with pytest.raises(RuleBroken), transaction():
        change_status(cleo, ada, Status.ACTIVE, DAY + 2 * ONE, StatusReason.RETURNED)
    assert len(world.all(StatusChange, enrollment_id=ada.id)) == 2


def test_a_roster_shows_only_whom_one_may_see_in_a_fixed_number_of_statements(world: World) -> None:
    cohort = world.one(Cohort)
    with transaction(write=False):
        assert [m.person.name for m in roster(world.actor("Ben"), cohort, DAY)] == ["Ada", "Zoe"]
        assert [m.person.name for m in roster(world.actor("Fay"), cohort, DAY)] == []
        gus, hana = world.actor("Gus"), world.actor("Hana")
        with count_statements() as many:
            found = roster(gus, cohort, DAY)
        with count_statements() as few:
            roster(hana, cohort, DAY)
    assert [m.person.name for m in found] == ["Ada", "Eli", "Zoe"]
    assert [m.firm.name if m.firm else None for m in found] == ["Acme", "Bolt", "Bolt"]
    assert many.count == few.count <= 7


def test_enrolling_twice_plans_nothing_twice(world: World) -> None:
    assert len(world.all(PlanUnit, enrollment_id=world.enrollment("Ada").id)) == 3
    assert len(world.all(Course)) == 4
    assert len(world.all(Enrollment)) == 3
