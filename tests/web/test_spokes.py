"""A student ranks spokes; the coordinator opens seats and decides."""

import pytest

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.models import Course
from lms.hub.enrollment.models import PlanUnit
from lms.people.orgs.models import Site
from lms.spokes.models import SpokeChoice, SpokeDecision
from tests.support.web import World


def _open_seats(world: World, seats: str = "2") -> int:
    site = world.one(Site, name="Lowell").public_id
    return (
        world.browser_of("Cleo")
        .post("/coordinator/spokes/seats", data={"spoke": "ROB", "site": site, "seats": seats})
        .status_code
    )


@pytest.mark.one_engine
def test_a_ranking_is_sent_and_given(world: World) -> None:
    assert _open_seats(world) == 303
    ada, cleo = world.browser_of("Ada"), world.browser_of("Cleo")
    assert "2 of 2 seats left" in ada.get("/student/spoke").text
    assert ada.post("/student/spoke", data={"first": "ROB"}).status_code == 303
    choice = world.one(SpokeChoice)
    address = f"/coordinator/spokes/decisions/{world.enrollment('Ada').public_id}"
    assert cleo.post(address, data={"choice": choice.public_id, "spoke": "ROB"}).status_code == 303
    robotics = world.one(Course, kind=CourseKind.SPOKE)
    assert world.one(PlanUnit, course_id=robotics.id).enrollment_id == world.enrollment("Ada").id
    assert "Your spoke is Robotics" in ada.get("/student/spoke").text


@pytest.mark.one_engine
def test_declining_without_a_reason_is_refused_and_kept_open(world: World) -> None:
    _open_seats(world)
    world.browser_of("Ada").post("/student/spoke", data={"first": "ROB"})
    address = f"/coordinator/spokes/decisions/{world.enrollment('Ada').public_id}"
    sent = {"choice": world.one(SpokeChoice).public_id, "spoke": "", "reason": ""}
    refused = world.browser_of("Cleo").post(address, data=sent)
    assert refused.status_code == 422
    assert "Please say why" in refused.text
    assert world.all(SpokeDecision) == []


def test_a_coordinator_of_another_site_finds_no_such_student(world: World) -> None:
    _open_seats(world)
    world.browser_of("Ada").post("/student/spoke", data={"first": "ROB"})
    address = f"/coordinator/spokes/decisions/{world.enrollment('Ada').public_id}"
    sent = {"choice": world.one(SpokeChoice).public_id, "spoke": "ROB"}
    assert world.browser_of("Ivo").post(address, data=sent).status_code == 404


@pytest.mark.one_engine
def test_seats_that_are_no_number_are_named(world: World) -> None:
    assert _open_seats(world, "two") == 422


@pytest.mark.one_engine
def test_a_site_of_somebody_else_takes_no_seats(world: World) -> None:
    site = world.one(Site, name="Lowell").public_id
    sent = {"spoke": "ROB", "site": site, "seats": "1"}
    assert world.browser_of("Ivo").post("/coordinator/spokes/seats", data=sent).status_code == 404
