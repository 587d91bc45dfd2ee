"""A firm gives its seats to employees: never more than it has, never one in use, and it learns nothing of strangers."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import status_of
from lms.hub.roster.anchors import roster_place
from lms.hub.roster.kinds import Decision, SeatStep
from lms.hub.roster.models.seats import Seat, SeatContract, SeatTerms
from lms.hub.roster.queries.seats import (
    contract_of,
    find_contract,
    find_seat,
    list_contracts,
    list_seats,
    seats_to_settle,
)
from lms.hub.roster.rules.invitations import LinkState
from lms.hub.roster.rules.seats import Terms, explain_free, taken
from lms.hub.roster.services.applications import accept_offer, decide
from lms.hub.roster.services.seats import (
    nominate,
    open_seats,
    reassign_seat,
    revoke_seat,
    send_seat_again,
    set_terms,
    settle_seat,
)
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, NotFound, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.people.access import Actor, Grant, Relation
from lms.people.accounts.models import Person
from lms.people.orgs.models import Firm, Site
from tests.hub.roster.made import give, open_acme
from tests.support.statements import count_statements
from tests.support.web import NOW, World

DAY = NOW.date()


def enrollment_of(world: World, seat: Seat) -> Enrollment:
    return world.one(Enrollment, id=seat.enrollment_id)


def status(world: World, seat: Seat) -> Status | None:
    with transaction(write=False):
        return status_of(enrollment_of(world, seat), DAY)


def free(world: World, contract: SeatContract) -> int:
    with transaction(write=False):
        return contract_of(contract).free.value


def test_a_sponsor_gives_a_seat_and_the_employee_is_asked_to_apply(world: World) -> None:
    contract = open_acme(world)
    seat = give(world, contract)
    assert status(world, seat) is Status.APPLIED
    assert world.one(Person, email="noa@example.org").password_hash is None
    letter = world.one(OutboxMessage, template="application-invite")
    assert letter.said()["who"] == "Acme"
    assert free(world, contract) == 1
    with transaction(write=False):
        (line,) = list_seats(contract)
        assert (line.step, line.delivery.state) == (SeatStep.NOMINATED, LinkState.ON_ITS_WAY)
    assert world.one(AuditEntry, action="seat:assign", result_id=seat.public_id)


def test_no_more_seats_are_given_than_there_are_and_each_person_has_one(world: World) -> None:
    contract = open_acme(world, seats=2)
    give(world, contract)
    with pytest.raises(RuleBroken, match="one of your seats already"):
        give(world, contract)
    give(world, contract, "Ole", "ole@example.org")
    with pytest.raises(RuleBroken, match="All 2 seats are given"):
        give(world, contract, "Pia", "pia@example.org")


@pytest.mark.parametrize(("first", "last"), [(1, 10), (-10, -1)])
def test_seats_are_given_on_the_days_agreed_only(world: World, first: int, last: int) -> None:
    contract = open_acme(world)
    with transaction():
        set_terms(world.actor("Cleo"), contract, Terms(2, DAY + timedelta(days=first), DAY + timedelta(days=last)))
    with pytest.raises(RuleBroken, match="Seats can be given from"):
        give(world, contract)


@pytest.mark.parametrize(("name", "email", "field"), [("", "noa@example.org", "name"), ("Noa", "noa", "email")])
def test_a_name_and_an_address_are_needed(world: World, name: str, email: str, field: str) -> None:
    contract = open_acme(world)
    with pytest.raises(RuleBroken) as broken:
        give(world, contract, name, email)
    assert list(broken.value.by_field()) == [field]


def test_a_seat_that_nobody_uses_is_taken_back_and_given_to_another(world: World) -> None:
    contract = open_acme(world, seats=1)
    seat = give(world, contract)
    with transaction():
        second = reassign_seat(world.actor("Dee"), seat, "Ole", "ole@example.org")
    assert status(world, seat) is Status.WITHDRAWN
    assert status(world, second) is Status.APPLIED
    with transaction():
        revoke_seat(world.actor("Dee"), second, "hired elsewhere")
    assert free(world, contract) == 1
    with transaction(write=False):
        assert [(line.step, line.reason) for line in list_seats(contract)] == [
            (SeatStep.REVOKED, "hired elsewhere"),
            (SeatStep.REVOKED, ""),
        ]
    with pytest.raises(RuleBroken, match="settled meanwhile"), transaction():
        revoke_seat(world.actor("Dee"), second)


def test_a_seat_in_use_is_not_taken_back(world: World) -> None:
    seat = give(world, open_acme(world))
    enrollment = enrollment_of(world, seat)
    with transaction():
        decide(world.actor("Cleo"), enrollment, Decision.OFFERED)
        accept_offer(applicant(enrollment), enrollment)
    with pytest.raises(RuleBroken, match="in use"), transaction():
        revoke_seat(world.actor("Dee"), seat)


def applicant(enrollment: Enrollment) -> Actor:
    return Actor(enrollment.person_id, frozenset({Grant(Relation.STUDENT, enrollment.id)}))


def test_a_firm_does_not_learn_that_somebody_is_known_here(world: World) -> None:
    contract = open_acme(world)
    known, new = give(world, contract, "Zoe", "zoe@example.org"), give(world, contract)
    with transaction(write=False):
        shown = {line.seat.name: (line.step, line.delivery.state) for line in list_seats(contract)}
    assert shown["Zoe"] == shown["Noa Lind"]
    assert known.enrollment_id is None
    assert new.enrollment_id
    assert len(world.all(Enrollment, person_id=world.person("Zoe").id)) == 1
    with transaction(write=False):
        assert [(seat.name, firm.name) for seat, firm in seats_to_settle(world.actor("Cleo"))] == [("Zoe", "Acme")]
        assert not seats_to_settle(world.actor("Ivo"))


@pytest.mark.parametrize("takes", [True, False])
def test_the_office_says_whether_somebody_in_the_cohort_takes_the_seat(world: World, takes: bool) -> None:
    contract = open_acme(world)
    seat = give(world, contract, "Zoe", "zoe@example.org")
    with pytest.raises(RuleBroken, match="Say why"), transaction():
        settle_seat(world.actor("Cleo"), seat, takes=False)
    with transaction():
        settle_seat(world.actor("Cleo"), seat, takes=takes, reason="pays for herself")
    assert (world.one(Seat).enrollment_id == world.enrollment("Zoe").id) is takes
    assert free(world, contract) == (1 if takes else 2)


def test_a_seat_of_an_applicant_is_settled_by_the_decision_and_not_around_it(world: World) -> None:
    seat = give(world, open_acme(world))
    with pytest.raises(RuleBroken, match="Decide on the application"), transaction():
        settle_seat(world.actor("Cleo"), seat, takes=True)


def test_the_number_of_seats_changes_but_never_below_those_given(world: World) -> None:
    contract = open_acme(world)
    give(world, contract)
    give(world, contract, "Ole", "ole@example.org")
    with pytest.raises(RuleBroken, match="Keep at least these"), transaction():
        set_terms(world.actor("Cleo"), contract, Terms(1, DAY, DAY))
    with transaction():
        set_terms(world.actor("Cleo"), contract, Terms(5, DAY, DAY))
    assert free(world, contract) == 3
    assert len(world.all(SeatTerms)) == 2


def test_a_firm_has_one_number_of_seats_a_cohort_and_site(world: World) -> None:
    open_acme(world)
    with pytest.raises(RuleBroken, match="has seats there already"):
        open_acme(world)


def test_bad_terms_are_named_all_at_once(world: World) -> None:
    contract = open_acme(world)
    with pytest.raises(RuleBroken) as broken, transaction():
        set_terms(world.actor("Cleo"), contract, Terms(0, DAY, DAY - timedelta(days=1)))
    assert set(broken.value.by_field()) == {"seats", "to_day"}


def test_a_letter_is_sent_again_but_not_at_a_second_tap(world: World) -> None:
    seat = give(world, open_acme(world))
    with pytest.raises(RuleBroken, match="less than a minute"), transaction():
        send_seat_again(world.actor("Dee"), seat)


def test_another_firms_sponsor_finds_nothing_and_may_do_nothing(world: World) -> None:
    contract = open_acme(world)
    seat = give(world, contract)
    fay = world.actor("Fay")
    with transaction(write=False):
        assert not list_contracts(fay)
        for find, row in ((find_contract, contract), (find_seat, seat)):
            with pytest.raises(NotFound):
                find(fay, row.public_id)
    for do in (lambda: nominate(fay, contract, "Pia", "pia@example.org"), lambda: revoke_seat(fay, seat)):
        with pytest.raises(NotAllowed), transaction():
            do()


@pytest.mark.parametrize("name", ["Dee", "Ben", "Ivo", "Ada"])
def test_only_the_office_of_the_site_opens_seats(world: World, name: str) -> None:
    cohort, lowell = world.one(Cohort), world.one(Site, name="Lowell")
    place = roster_place(cohort.id, cohort.program_id, lowell.id)
    with pytest.raises(NotAllowed), transaction():
        open_seats(world.actor(name), place, cohort, lowell, world.one(Firm, name="Acme"), Terms(1, DAY, DAY))


@pytest.mark.parametrize("name", ["Finn", "Sam", "Ada", "Ivo"])
def test_only_the_sponsor_and_the_office_give_seats(world: World, name: str) -> None:
    contract = open_acme(world)
    with pytest.raises(NotAllowed), transaction():
        nominate(world.actor(name), contract, "Pia", "pia@example.org")


def test_seats_at_whichever_site_need_one_to_be_chosen(world: World) -> None:
    cohort, acme = world.one(Cohort), world.one(Firm, name="Acme")
    with transaction():
        place = roster_place(cohort.id, cohort.program_id, None)
        contract = open_seats(world.actor("Gus"), place, cohort, None, acme, Terms(1, DAY, DAY))
    with pytest.raises(RuleBroken, match="Choose the site"):
        give(world, contract)
    with transaction():
        nominate(world.actor("Dee"), contract, "Noa", "noa@example.org", world.one(Site, name="Providence"))
    with transaction(write=False):
        assert list_contracts(world.actor("Ivo"))
        assert list_contracts(world.actor("Cleo"))


def test_many_seats_cost_what_few_do(world: World) -> None:
    contract = open_acme(world, seats=50)
    counts = []
    for number in (3, 12):
        for n in range(number):
            give(world, contract, f"N {n}", f"n{number}.{n}@example.org")
        with count_statements() as sent, transaction(write=False):
            list_seats(contract)
            list_contracts(world.actor("Dee"))
        counts.append(sent.count)
    assert counts[0] == counts[1]


STEPS = st.lists(st.sampled_from([None, *SeatStep]), max_size=20)


@given(st.integers(1, 99), STEPS)
def test_free_seats_are_those_agreed_less_those_taken_and_the_steps_say_so(seats: int, steps: list[SeatStep]) -> None:
    found = explain_free(Terms(seats, DAY, DAY), steps)
    agreed, waiting, confirmed, left = (step.value for step in found.steps)
    assert found.value == left == agreed - waiting - confirmed == seats - taken(steps)  # type: ignore[operator]
