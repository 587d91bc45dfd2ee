"""An application from the letter to the place: sent, endorsed, decided, accepted; skills seen from two sides."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.kinds import Shift, Status
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, PlanUnit, StatusChange
from lms.hub.enrollment.queries import standing, status_of
from lms.hub.roster.kinds import Decision, DeclineReason, Occasion, Rater, SeatStep, Skill, SkillLevel
from lms.hub.roster.models.applications import Application, SkillRating
from lms.hub.roster.models.seats import Seat, SeatContract
from lms.hub.roster.queries.applications import by_link, find_applicant, list_applicants, skills_of
from lms.hub.roster.queries.seats import contract_row, list_seats
from lms.hub.roster.rules.applications import FLOOR_MONTHS, explain_eligible, radar, waitlist
from lms.hub.roster.services.applications import accept_offer, decide, endorse, rate_skills, send_application
from lms.hub.roster.services.seats import invite_applicant
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, NotFound, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.people.access import Actor, Grant, Relation
from lms.people.accounts.models import Invitation
from lms.people.accounts.services import find_link
from tests.hub.roster.made import form, give, open_acme
from tests.support.statements import count_statements
from tests.support.web import NOW, World

DAY = NOW.date()


def applicant(enrollment: Enrollment) -> Actor:
    """Whoever holds the link of an application."""
    return Actor(enrollment.person_id, frozenset({Grant(Relation.STUDENT, enrollment.id)}))


@pytest.fixture
def seat(world: World) -> Seat:
    return give(world, open_acme(world))


@pytest.fixture
def enrollment(world: World, seat: Seat) -> Enrollment:
    return world.one(Enrollment, id=seat.enrollment_id)


def send(enrollment: Enrollment, **changed: object) -> Application:
    with transaction():
        return send_application(applicant(enrollment), enrollment, form(**changed))


def say(world: World, seat: Seat, *, is_endorsed: bool = True, by: str = "Dee") -> None:
    with transaction():
        skills = dict.fromkeys(Skill, SkillLevel.ALONE)
        endorse(world.actor(by), seat, is_endorsed=is_endorsed, gives_time=True, words="Reliable.", skills=skills)


def status(enrollment: Enrollment) -> Status | None:
    with transaction(write=False):
        return status_of(enrollment, DAY)


def last_secret(world: World, template: str) -> str:
    return world.all(OutboxMessage, template=template)[-1].said()["path"].rsplit("/", 1)[1]


def test_an_application_goes_from_the_letter_to_the_place(world: World, seat: Seat, enrollment: Enrollment) -> None:
    with transaction(write=False):
        _link, person, opened = by_link(last_secret(world, "application-invite"))
        assert (person.name, opened.id) == ("Noa Lind", enrollment.id)
    send(enrollment)
    say(world, seat)
    with transaction(write=False):
        (found,) = list_applicants(world.actor("Cleo"), world.one(Cohort))
        assert found.eligible.value is True
        assert found.texts == {"job": "Sets up lathes", "motivation": form().motivation, "words": "Reliable."}
        assert found.firm
        assert found.firm.name == "Acme"
    with transaction():
        decide(world.actor("Cleo"), enrollment, Decision.OFFERED, shift=Shift.NIGHT)
    assert status(enrollment) is Status.OFFERED
    spell = world.one(EmploymentSpell, enrollment_id=enrollment.id)
    assert (spell.shift, spell.pays_release_time, spell.from_day) == (Shift.NIGHT, True, DAY)
    with transaction(write=False):
        assert list_seats_of(seat) == [SeatStep.CONFIRMED]
    with transaction():
        accept_offer(applicant(enrollment), enrollment)
    assert status(enrollment) is Status.ENROLLED
    assert len(world.all(PlanUnit, enrollment_id=enrollment.id)) == 3
    with transaction(write=False):
        assert find_link(last_secret(world, "account-invite"))[1].name == "Noa Lind"
    for action in ("application:write", "application:endorse", "application:decide"):
        assert world.all(AuditEntry, action=action)


def list_seats_of(seat: Seat) -> list[SeatStep | None]:
    return [line.step for line in list_seats(contract_row(seat))]


def test_an_application_can_be_sent_anew_until_it_is_decided(world: World, enrollment: Enrollment) -> None:
    send(enrollment)
    send(enrollment, floor_months=60, skills={**form().skills, Skill.SAFETY: SkillLevel.TEACHES})
    with transaction(write=False):
        assert [row.floor_months for row in standing(Application, enrollment)] == [60]
        rows = standing(SkillRating, enrollment)
    assert len(rows) == len(Skill)
    assert len(world.all(SkillRating)) == len(Skill) + 1
    with transaction():
        decide(world.actor("Cleo"), enrollment, Decision.OFFERED)
    with pytest.raises(RuleBroken, match="decided already"):
        send(enrollment)


def test_every_fault_of_a_form_is_named_at_once(enrollment: Enrollment) -> None:
    with pytest.raises(RuleBroken) as broken:
        send(enrollment, floor_months=-1, job=" ", motivation="why not", skills={})
    assert set(broken.value.by_field()) == {"floor_years", "job", "motivation", *(f"skill_{s.value}" for s in Skill)}


def test_a_waitlist_keeps_the_order_and_its_places_move_up(world: World, seat: Seat, enrollment: Enrollment) -> None:
    second = give(world, world_contract(world), "Ole", "ole@example.org")
    ole = world.one(Enrollment, id=second.enrollment_id)
    with transaction():
        decide(world.actor("Cleo"), enrollment, Decision.WAITLISTED)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        with transaction():
            decide(world.actor("Cleo"), ole, Decision.WAITLISTED)
        assert places(world) == {"Noa Lind": 1, "Ole": 2}
        with transaction():
            decide(world.actor("Cleo"), enrollment, Decision.OFFERED)
        assert places(world) == {"Noa Lind": None, "Ole": 1}
    assert status(ole) is Status.APPLIED


def world_contract(world: World) -> SeatContract:
    return world.one(SeatContract)


def places(world: World) -> dict[str, int | None]:
    with transaction(write=False):
        return {one.person.name: one.place for one in list_applicants(world.actor("Cleo"), world.one(Cohort))}


def test_who_is_declined_is_told_why_and_the_seat_is_free_again(
    world: World, seat: Seat, enrollment: Enrollment
) -> None:
    cleo = world.actor("Cleo")
    with pytest.raises(RuleBroken, match="Choose the reason"), transaction():
        decide(cleo, enrollment, Decision.DECLINED)
    with pytest.raises(RuleBroken, match="few words"), transaction():
        decide(cleo, enrollment, Decision.DECLINED, DeclineReason.OTHER)
    with transaction():
        decide(cleo, enrollment, Decision.DECLINED, DeclineReason.EXPERIENCE, "Come back in a year.")
    assert status(enrollment) is Status.WITHDRAWN
    with transaction(write=False):
        assert list_seats_of(seat) == [SeatStep.DECLINED]
        found = find_applicant(cleo, enrollment.public_id)
        assert found.decision
        assert found.decision.reason is DeclineReason.EXPERIENCE
        assert found.texts["note"] == "Come back in a year."
    assert world.all(OutboxMessage, template="application-decided")
    with pytest.raises(RuleBroken, match="decided already"), transaction():
        decide(cleo, enrollment, Decision.OFFERED)


def test_an_offer_can_be_taken_back_before_it_is_accepted(world: World, enrollment: Enrollment) -> None:
    with transaction():
        decide(world.actor("Cleo"), enrollment, Decision.OFFERED)
    with transaction():
        decide(world.actor("Cleo"), enrollment, Decision.DECLINED, DeclineReason.NO_SEAT)
    assert status(enrollment) is Status.WITHDRAWN
    with pytest.raises(RuleBroken, match="No place is offered"), transaction():
        accept_offer(applicant(enrollment), enrollment)


def test_the_office_asks_somebody_without_a_firm_to_apply(world: World) -> None:
    with transaction():
        made = invite_applicant(world.actor("Cleo"), world.one(Section, name="Lowell"), "Pia", "pia@example.org")
    assert status(made) is Status.APPLIED
    assert world.one(OutboxMessage, template="application-invite").said()["who"] == "Lowell"
    with pytest.raises(RuleBroken, match="in this cohort already"), transaction():
        invite_applicant(world.actor("Cleo"), world.one(Section, name="Lowell"), "Pia", "pia@example.org")
    with pytest.raises(NotAllowed), transaction():
        invite_applicant(world.actor("Ivo"), world.one(Section, name="Lowell"), "Ole", "ole@example.org")


def test_a_link_to_an_application_sets_no_password_and_one_for_a_password_opens_none(
    world: World, enrollment: Enrollment
) -> None:
    secret = last_secret(world, "application-invite")
    with transaction(write=False), pytest.raises(NotFound):
        find_link(secret)
    assert world.visitor().get(f"/links/{secret}").status_code == 404
    with transaction():
        decide(world.actor("Cleo"), enrollment, Decision.OFFERED)
        accept_offer(applicant(enrollment), enrollment)
    with transaction(write=False), pytest.raises(NotFound):
        by_link(last_secret(world, "account-invite"))
    assert len(world.all(Invitation, purpose="apply")) == 2


@pytest.mark.parametrize("name", ["Fay", "Finn", "Cleo", "Ada"])
def test_only_the_firms_sponsor_endorses(world: World, seat: Seat, name: str) -> None:
    with pytest.raises(NotAllowed):
        say(world, seat, by=name)


@pytest.mark.parametrize("name", ["Dee", "Ivo", "Ben", "Ada"])
def test_only_the_office_of_the_site_decides_and_reads(world: World, enrollment: Enrollment, name: str) -> None:
    with pytest.raises(NotAllowed), transaction():
        decide(world.actor(name), enrollment, Decision.OFFERED)
    with transaction(write=False), pytest.raises(NotFound):
        find_applicant(world.actor(name), enrollment.public_id)


def test_another_student_writes_nothing_into_an_application(world: World, enrollment: Enrollment) -> None:
    with pytest.raises(NotAllowed), transaction():
        send_application(world.actor("Ada"), enrollment, form())


def test_an_endorsement_needs_an_open_seat(world: World, seat: Seat, enrollment: Enrollment) -> None:
    with transaction():
        decide(world.actor("Cleo"), enrollment, Decision.OFFERED)
    with pytest.raises(RuleBroken, match="nothing to endorse"):
        say(world, seat)


def test_skills_stand_side_by_side_and_reviews_begin_anew(world: World, seat: Seat, enrollment: Enrollment) -> None:
    send(enrollment)
    say(world, seat)
    with transaction():
        rate_skills(enrollment, Rater.STUDENT, Occasion.REVIEW, {Skill.DATA: SkillLevel.TEACHES})
    with transaction(write=False):
        entry, review = skills_of(enrollment), skills_of(enrollment, Occasion.REVIEW)
    assert {spoke.gap for spoke in entry} == {-1}
    assert [spoke.student for spoke in review if spoke.student is not None] == [SkillLevel.TEACHES]


def test_a_long_list_costs_what_a_short_one_does(world: World) -> None:
    contract = open_acme(world, seats=50)
    counts = []
    for number in (3, 12):
        for n in range(number):
            seat = give(world, contract, f"N {n}", f"n{number}.{n}@example.org")
            send(world.one(Enrollment, id=seat.enrollment_id))
        with count_statements() as sent, transaction(write=False):
            list_applicants(world.actor("Cleo"), world.one(Cohort))
        counts.append(sent.count)
    assert counts[0] == counts[1]


@given(st.none() | st.integers(0, 720), st.sampled_from([None, True, False]))
def test_eligible_are_three_years_and_an_endorsement(months: int | None, is_endorsed: bool | None) -> None:
    found = explain_eligible(months, is_endorsed)
    assert found.value is (months is not None and months >= FLOOR_MONTHS and is_endorsed is True)


@given(st.dictionaries(st.integers(), st.datetimes(), max_size=9))
def test_a_waitlist_numbers_everybody_once_from_one(waiting: dict[int, object]) -> None:
    assert sorted(waitlist(waiting).values()) == list(range(1, len(waiting) + 1))  # type: ignore[arg-type]


def test_a_skill_that_nobody_rated_is_no_zero() -> None:
    assert all(spoke.student is None and spoke.gap is None for spoke in radar({}, {}))


def test_status_changes_of_an_application_are_facts(world: World, enrollment: Enrollment) -> None:
    assert [row.status for row in world.all(StatusChange, enrollment_id=enrollment.id)] == [Status.APPLIED]
