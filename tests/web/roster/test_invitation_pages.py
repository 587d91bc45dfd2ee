"""The page of invitations: invite all, one again, take one back, see what became of each."""

from datetime import timedelta

import pytest
import time_machine

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.kernel.outbox import OutboxMessage
from lms.people.accounts.models import Person
from tests.hub.roster.made import ADA, NOA, ZOE, apply
from tests.support.web import NOW, World, words

pytestmark = pytest.mark.one_engine


def noa(world: World) -> Enrollment:
    return world.one(Enrollment, person_id=world.one(Person, email="noa@example.org").id)


def test_all_without_a_link_are_invited_with_one_button(world: World) -> None:
    apply(world, ADA, ZOE, NOA)
    cleo, cohort = world.browser_of("Cleo"), world.one(Cohort).public_id
    assert "1 person has no live link" in cleo.get("/coordinator/invitations").text
    done = cleo.post(f"/coordinator/cohorts/{cohort}/invitations", follow_redirects=True)
    assert "Letters on their way: 1" in done.text
    assert "on its way" in done.text
    assert "Invite them all" not in done.text
    assert world.one(OutboxMessage, template="account-invite")
    assert "Ada" not in cleo.get("/coordinator/invitations?state=on_its_way").text.split("<main")[1]


def test_one_is_invited_again_and_taken_back(world: World) -> None:
    apply(world, ADA, ZOE, NOA)
    cleo, path = world.browser_of("Cleo"), f"/coordinator/enrollments/{noa(world).public_id}/invitation"
    assert cleo.post(path).status_code == 303
    assert cleo.post(path).status_code == 422
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        assert "the old link is worth nothing" in cleo.post(path, follow_redirects=True).text
        assert "taken back" in cleo.post(f"{path}/revocation", follow_redirects=True).text


def test_another_sites_coordinator_does_not_find_them(world: World) -> None:
    apply(world, ADA, ZOE, NOA)
    path = f"/coordinator/enrollments/{noa(world).public_id}/invitation"
    assert world.browser_of("Ivo").post(path).status_code == 404
    assert world.browser_of("Dee").post(path).status_code == 403
    assert "Noa" not in words(world.browser_of("Ivo").get("/coordinator/invitations"))
