"""Seats and a firm's people through their pages: the office opens, the sponsor gives, the program confirms."""

import re

import pytest

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.roster.kinds import Skill
from lms.hub.roster.models.applications import Endorsement
from lms.hub.roster.models.seats import Appointment, Seat, SeatContract
from lms.people.orgs.models import Firm, Site
from tests.hub.roster.made import give, open_acme
from tests.support.web import World, words

pytestmark = pytest.mark.one_engine
DAYS = {"from_day": "2026-10-01", "to_day": "2027-03-01"}
NOA = {"name": "Noa Lind", "email": "noa@example.org", "site": ""}
LEVELS = {f"skill_{skill.value}": "3" for skill in Skill}


def place(world: World) -> str:
    return f"{world.one(Cohort).public_id}.{world.one(Site, name='Lowell').public_id}"


def test_the_office_opens_seats_for_a_new_firm_and_names_its_sponsor(world: World) -> None:
    cleo = world.browser_of("Cleo")
    sent = {"new_firm": "Cog Works", "firm": "", "place": place(world), "seats": "3", **DAYS}
    shown = cleo.post("/coordinator/seats", data=sent, follow_redirects=True)
    assert "Seats of Cog Works" in shown.text
    contract = world.one(SeatContract).public_id
    assert "Cog Works" in cleo.get("/coordinator/seats").text
    asked = cleo.post(f"/coordinator/seats/{contract}/sponsor", data=NOA, follow_redirects=True)
    assert "waits for the program" in asked.text
    assert cleo.post(f"/coordinator/seats/{contract}/terms", data={"seats": "0", **DAYS}).status_code == 422
    assert (
        "Seats saved"
        in cleo.post(f"/coordinator/seats/{contract}/terms", data={"seats": "5", **DAYS}, follow_redirects=True).text
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"firm": ""}, "Choose a firm"),
        ({"firm": "", "new_firm": "acme"}, "There is a firm called"),
        ({"seats": "0"}, "from 1 to 999"),
        ({"to_day": "2026-09-01"}, "before the first"),
    ],
)
def test_what_is_wrong_with_new_seats_is_said_beside_the_field(
    world: World, changed: dict[str, str], told: str
) -> None:
    acme = world.one(Firm, name="Acme").public_id
    sent = {"firm": acme, "new_firm": "", "place": place(world), "seats": "3", **DAYS, **changed}
    answer = world.browser_of("Cleo").post("/coordinator/seats", data=sent)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_sponsor_gives_follows_endorses_and_takes_back_a_seat(world: World) -> None:
    contract = open_acme(world)
    dee, path = world.browser_of("Dee"), f"/employer/seats/{contract.public_id}"
    assert "2 of 2 free" in dee.get("/employer/seats").text
    shown = dee.post(f"{path}/seats", data=NOA, follow_redirects=True)
    assert "Noa Lind gets a letter" in shown.text
    assert re.search(r"Noa Lind.*on its way.*with the program", shown.text, re.DOTALL)
    seat = f"/employer/seats/given/{world.one(Seat).public_id}"
    sent = {"is_endorsed": "yes", "gives_time": "y", "words": "Reliable.", **LEVELS}
    assert "Saved" in dee.post(f"{seat}/endorsement", data=sent, follow_redirects=True).text
    assert world.one(Endorsement).gives_time is True
    assert "Reliable." in dee.get(seat).text
    refused = dee.post(f"{seat}/endorsement", data={"is_endorsed": "yes", **LEVELS, "skill_data": ""})
    assert refused.status_code == 422
    assert dee.post(f"{seat}/letters").status_code == 422
    other = dee.post(
        f"{seat}/reassignment", data={**NOA, "name": "Ole", "email": "ole@example.org"}, follow_redirects=True
    )
    assert "Ole" in words(other)
    last = world.all(Seat)[-1].public_id
    assert "Taken back" in dee.post(f"/employer/seats/given/{last}/revocation", follow_redirects=True).text
    assert dee.post(f"/employer/seats/given/{last}/revocation").status_code == 422


def test_a_second_seat_for_the_same_person_is_refused_beside_the_address(world: World) -> None:
    contract = open_acme(world)
    give(world, contract)
    answer = world.browser_of("Dee").post(f"/employer/seats/{contract.public_id}/seats", data=NOA)
    assert answer.status_code == 422
    assert "has one of your seats already" in answer.text


def test_the_office_settles_a_seat_of_somebody_who_is_here(world: World) -> None:
    give(world, open_acme(world), "Zoe", "zoe@example.org")
    cleo, path = world.browser_of("Cleo"), f"/coordinator/seats/given/{world.one(Seat).public_id}/settlement"
    assert "Given to people who are in the cohort already" in cleo.get("/coordinator/seats").text
    assert cleo.post(path, data={"takes": "no"}).status_code == 422
    assert "Settled" in cleo.post(path, data={"takes": "yes"}, follow_redirects=True).text
    assert world.one(Seat).enrollment_id == world.enrollment("Zoe").id


def test_another_firm_and_another_site_find_nothing(world: World) -> None:
    contract = open_acme(world)
    seat = give(world, contract)
    fay, ivo = world.browser_of("Fay"), world.browser_of("Ivo")
    for path in (f"/employer/seats/{contract.public_id}", f"/employer/seats/given/{seat.public_id}"):
        assert fay.get(path).status_code == 404
    assert "no seats yet" in fay.get("/employer/seats").text
    assert ivo.get(f"/coordinator/seats/{contract.public_id}").status_code == 404
    assert "Acme</a>" not in ivo.get("/coordinator/seats").text


def test_a_sponsor_names_a_finance_person_and_the_program_confirms(world: World) -> None:
    dee, gus = world.browser_of("Dee"), world.browser_of("Gus")
    sent = {"name": "Max", "email": "max@example.org", "relation": "finance", "employee": ""}
    assert "The program confirms it" in dee.post("/employer/people", data=sent, follow_redirects=True).text
    row = world.one(Appointment).public_id
    assert "Max" in words(gus.get("/admin/appointments"))
    done = gus.post(f"/admin/appointments/{row}/decisions", data={"agrees": "yes"}, follow_redirects=True)
    assert "Confirmed" in done.text
    assert gus.post(f"/admin/appointments/{row}/decisions", data={"agrees": "no"}).status_code == 422
    assert "Ended" in dee.post(f"/employer/people/{row}/end", follow_redirects=True).text
    assert dee.post(f"/employer/people/{row}/end").status_code == 422
    again = dee.post("/employer/people", data={**sent, "relation": "supervisor"})
    assert again.status_code == 422
    assert "Choose the employee" in again.text


def test_nobody_joins_by_a_seat_without_the_office(world: World) -> None:
    seat = give(world, open_acme(world))
    assert world.one(Enrollment, id=seat.enrollment_id)
    assert world.browser_of("Dee").get("/employer/employees").text.count("Noa Lind") == 0
