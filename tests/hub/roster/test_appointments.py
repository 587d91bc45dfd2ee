"""A firm names its own people; the program confirms who handles money; nobody appoints themselves."""

import pytest

from lms.hub.enrollment.models import EmploymentSpell
from lms.hub.enrollment.queries import standing
from lms.hub.roster.kinds import AppointmentState
from lms.hub.roster.models.seats import Appointment
from lms.hub.roster.queries.appointments import appointments_waiting, employments_of, find_appointment, people_of
from lms.hub.roster.services.appointments import ask_appointment, decide_appointment, end_appointment, name_sponsor
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, NotFound, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.people.access import Action, Relation
from lms.people.accounts.models import Person
from lms.people.grants.queries import grants_of
from lms.people.orgs.models import Firm
from tests.hub.roster.made import open_acme
from tests.support.web import NOW, World

DAY = NOW.date()


def acme(world: World) -> Firm:
    return world.one(Firm, name="Acme")


def ask(world: World, relation: Relation, email: str = "max@example.org", by: str = "Dee", **more) -> Appointment:  # type: ignore[no-untyped-def]
    with transaction():
        return ask_appointment(world.actor(by), more.pop("place", acme(world)), relation, "Max", email, **more)


def holds(world: World, relation: Relation, email: str = "max@example.org") -> bool:
    person = world.one(Person, email=email)
    with transaction(write=False):
        return any(grant.relation is relation for grant in grants_of(person.id, DAY))


def test_a_viewer_acts_at_once_and_is_invited(world: World) -> None:
    row = ask(world, Relation.FIRM_VIEWER)
    assert row.state is AppointmentState.CONFIRMED
    assert holds(world, Relation.FIRM_VIEWER)
    assert world.one(OutboxMessage, template="account-invite").person_id == row.person_id
    assert world.one(AuditEntry, action="firm:people").result_id == row.public_id


@pytest.mark.parametrize("relation", [Relation.FINANCE, Relation.SPONSOR])
def test_who_handles_money_acts_once_the_program_agreed(world: World, relation: Relation) -> None:
    row = ask(world, relation)
    assert not holds(world, relation)
    assert not world.all(OutboxMessage, template="account-invite")
    with transaction(write=False):
        assert [(w.person.name, w.firm.name, w.asked_by) for w in appointments_waiting(world.actor("Gus"))] == [
            ("Max", "Acme", "Dee")
        ]
    with pytest.raises(NotAllowed), transaction():
        decide_appointment(world.actor("Dee"), row, agrees=True)
    with transaction():
        decide_appointment(world.actor("Gus"), row, agrees=True)
    assert holds(world, relation)
    with pytest.raises(RuleBroken, match="decided already"), transaction():
        decide_appointment(world.actor("Gus"), row, agrees=False)


def test_the_program_may_say_no(world: World) -> None:
    row = ask(world, Relation.FINANCE)
    with transaction():
        decide_appointment(world.actor("Gus"), row, agrees=False)
    assert not holds(world, Relation.FINANCE)
    assert ask(world, Relation.FINANCE).state is AppointmentState.ASKED


def test_a_supervisor_signs_for_one_employee_and_where_nobody_did_gets_the_hours(world: World) -> None:
    bolt = world.one(Firm, name="Bolt")
    with transaction(write=False):
        spells = {name: spell for spell, name in employments_of(bolt)}
    row = ask(world, Relation.SUPERVISOR, by="Fay", place=bolt, spell=spells["Zoe"])
    with transaction(write=False):
        (spell,) = standing(EmploymentSpell, world.enrollment("Zoe"))
        assert (spell.id, spell.supervisor_id) == (row.spell_id, row.person_id)
        assert [(one.person.name, one.employee) for one in people_of(bolt)] == [("Fay", ""), ("Max", "Zoe")]


def test_a_second_supervisor_leaves_the_first_in_place(world: World) -> None:
    with transaction(write=False):
        ((spell, _),) = employments_of(acme(world))
    ask(world, Relation.SUPERVISOR, spell=spell)
    with transaction(write=False):
        (held,) = standing(EmploymentSpell, world.enrollment("Ada"))
    assert held.supervisor_id == world.person("Sam").id
    assert holds(world, Relation.SUPERVISOR)


@pytest.mark.parametrize(
    ("relation", "email", "message"),
    [
        (Relation.SUPERVISOR, "max@example.org", "Choose the employee"),
        (Relation.PROGRAM_ADMIN, "max@example.org", "Choose what"),
        (Relation.FINANCE, "dee@example.org", "Nobody appoints themselves"),
        (Relation.FINANCE, "finn@example.org", "does that for the firm already"),
        (Relation.FINANCE, "max", "e-mail address"),
    ],
)
def test_what_cannot_be_asked_says_why(world: World, relation: Relation, email: str, message: str) -> None:
    with pytest.raises(RuleBroken, match=message):
        ask(world, relation, email)


def test_a_firm_ends_what_it_asked_for(world: World) -> None:
    row = ask(world, Relation.FIRM_VIEWER)
    with transaction():
        end_appointment(world.actor("Dee"), row)
    assert not holds(world, Relation.FIRM_VIEWER)
    with pytest.raises(RuleBroken, match="ended already"), transaction():
        end_appointment(world.actor("Dee"), row)


def test_the_office_names_the_first_sponsor_of_a_firm_with_seats(world: World) -> None:
    contract = open_acme(world)
    with transaction():
        row = name_sponsor(world.actor("Cleo"), contract, "Max", "max@example.org")
    assert (row.relation, row.state) == (Relation.SPONSOR, AppointmentState.ASKED)
    for name in ("Ivo", "Dee", "Ada"):
        with pytest.raises(NotAllowed), transaction():
            name_sponsor(world.actor(name), contract, "Eve", "eve@example.org")


def test_another_firm_neither_finds_nor_ends_nor_asks(world: World) -> None:
    row = ask(world, Relation.FIRM_VIEWER)
    with transaction(write=False), pytest.raises(NotFound):
        find_appointment(world.actor("Fay"), row.public_id, Action.FIRM_PEOPLE)
    with pytest.raises(NotAllowed), transaction():
        end_appointment(world.actor("Fay"), row)
    with pytest.raises(NotAllowed):
        ask(world, Relation.FIRM_VIEWER, "eve@example.org", by="Fay")


@pytest.mark.parametrize("name", ["Finn", "Sam", "Ada", "Cleo"])
def test_only_the_sponsor_names_the_firms_people(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        ask(world, Relation.FIRM_VIEWER, by=name)
