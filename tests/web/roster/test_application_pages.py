"""An application through its pages: by a link without a password, signed in, and at the office."""

import re

import pytest
from flask.testing import FlaskClient

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import status_of
from lms.hub.roster.kinds import Skill
from lms.hub.roster.models.applications import Application
from lms.kernel.db import transaction
from lms.kernel.outbox import OutboxMessage
from lms.people.accounts.models import Invitation, Person
from tests.hub.roster.made import give, open_acme
from tests.support.web import NOW, World, with_form_token, words

pytestmark = pytest.mark.one_engine
SENT = {
    "floor_years": "4",
    "job": "Sets up lathes",
    "motivation": "I want to run the cell on my own.",
    **{f"skill_{skill.value}": "2" for skill in Skill},
}


@pytest.fixture
def enrollment(world: World) -> Enrollment:
    return world.one(Enrollment, id=give(world, open_acme(world)).enrollment_id)


def link(world: World, template: str = "application-invite") -> str:
    return str(world.all(OutboxMessage, template=template)[-1].said()["path"])


def visitor(world: World) -> FlaskClient:
    return with_form_token(world.visitor())


def test_somebody_applies_by_the_link_takes_the_place_and_chooses_a_password(
    world: World, enrollment: Enrollment
) -> None:
    noa, cleo = visitor(world), world.browser_of("Cleo")
    assert "Your application" in noa.get(link(world)).text
    assert world.one(Invitation, purpose="apply").opened_at == NOW
    shown = noa.post(link(world), data=SENT, follow_redirects=True)
    assert "with the program" in shown.text
    assert "Sets up lathes" in shown.text
    page = f"/coordinator/applications/{enrollment.public_id}"
    assert "Sets up lathes" in cleo.get(page).text
    decided = cleo.post(
        f"{page}/decisions", data={"decision": "offered", "shift": "night", "reason": "", "note": "Welcome!"}
    )
    assert decided.status_code == 303
    offered = noa.get(link(world, "application-decided"))
    assert "Welcome!" in offered.text
    taken = noa.post(f"{link(world, 'application-decided')}/acceptance", follow_redirects=True)
    assert "The place is yours" in taken.text
    assert noa.post(f"{link(world, 'application-decided')}/acceptance").status_code == 422
    assert noa.get(link(world, "account-invite")).status_code == 200
    with transaction(write=False):
        assert status_of(enrollment, NOW.date()) is Status.ENROLLED


def test_what_is_missing_in_an_application_is_named_and_the_rest_is_kept(world: World, enrollment: Enrollment) -> None:
    answer = visitor(world).post(link(world), data={**SENT, "motivation": "why not", "skill_data": ""})
    assert answer.status_code == 422
    assert "Say why you want to take part" in answer.text
    assert "Rate this skill" in answer.text
    assert "Sets up lathes" in answer.text
    assert not world.all(Application)


def test_the_old_link_of_a_decided_application_is_worth_nothing(world: World, enrollment: Enrollment) -> None:
    old = link(world)
    sent = {"decision": "declined", "shift": "day", "reason": "experience", "note": "Come back in a year."}
    world.browser_of("Cleo").post(f"/coordinator/applications/{enrollment.public_id}/decisions", data=sent)
    assert visitor(world).get(old).status_code == 404
    told = visitor(world).get(link(world, "application-decided")).text
    assert "too little time on the shop floor" in told
    assert "Come back in a year." in told


def test_a_decision_without_its_reason_is_refused_beside_the_field(world: World, enrollment: Enrollment) -> None:
    page = f"/coordinator/applications/{enrollment.public_id}/decisions"
    answer = world.browser_of("Cleo").post(page, data={"decision": "declined", "shift": "day", "reason": ""})
    assert answer.status_code == 422
    assert "Choose the reason" in answer.text


def test_the_waitlist_shows_its_place_to_the_office_and_the_applicant(world: World, enrollment: Enrollment) -> None:
    cleo = world.browser_of("Cleo")
    sent = {"decision": "waitlisted", "shift": "day", "reason": "", "note": ""}
    cleo.post(f"/coordinator/applications/{enrollment.public_id}/decisions", data=sent)
    assert "waitlist, place 1" in cleo.get("/coordinator/applications").text
    assert "at place 1" in visitor(world).get(link(world, "application-decided")).text


def test_the_office_asks_somebody_to_apply(world: World) -> None:
    cleo, cohort = world.browser_of("Cleo"), world.one(Cohort).public_id
    path = f"/coordinator/cohorts/{cohort}/applicants"
    sent = {"name": "Pia", "email": "pia@example.org", "section": world.one(Section, name="Lowell").public_id}
    assert "Pia gets a letter" in cleo.post(path, data=sent, follow_redirects=True).text
    assert cleo.post(path, data=sent).status_code == 422
    assert cleo.post(path, data={**sent, "section": world.one(Section, name="Providence").public_id}).status_code == 422


def test_who_signs_in_sees_the_own_application(world: World) -> None:
    ada = world.browser_of("Ada")
    assert "You are in the program" in ada.get("/student/application").text
    assert ada.post("/student/application", data=SENT).status_code == 422
    assert ada.post("/student/application/acceptance").status_code == 422


def test_another_site_does_not_find_an_application(world: World, enrollment: Enrollment) -> None:
    ivo = world.browser_of("Ivo")
    assert ivo.get(f"/coordinator/applications/{enrollment.public_id}").status_code == 404
    assert "Noa" not in words(ivo.get("/coordinator/applications"))
    assert world.browser_of("Dee").get(f"/coordinator/applications/{enrollment.public_id}").status_code == 403


def test_the_radar_shows_both_views_and_a_table(world: World, enrollment: Enrollment) -> None:
    visitor(world).post(link(world), data=SENT)
    text = world.browser_of("Cleo").get(f"/coordinator/applications/{enrollment.public_id}").text
    assert re.search(r"<svg.*Skills at entry", text, re.DOTALL)
    assert "2: with help" in text
    assert "not rated" in text
    assert world.one(Person, email="noa@example.org").password_hash is None
