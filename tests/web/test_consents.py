"""The page on which a student lets a firm see something, and takes it back."""

from datetime import timedelta

import pytest

from lms.kernel.clock import now
from lms.kernel.db import session, transaction
from lms.people.accounts.models import SignIn
from lms.people.consent.models import Consent, RecordType
from lms.people.orgs.models import Firm
from tests.support import cast
from tests.support.web import World


def _filled(world: World, **changed: object) -> dict[str, object]:
    firm = world.one(Firm, name="Acme").public_id
    return {"firm": firm, "record_types": ["progress", "hours"], "purpose": "sponsorship", **changed}


@pytest.mark.one_engine
def test_a_student_signs_and_takes_back(world: World) -> None:
    ada = world.browser_of("Ada")
    assert "No firm sees your record" in ada.get("/student/consents").text
    assert ada.post("/student/consents", data=_filled(world)).status_code == 303
    signed = world.all(Consent)
    assert {consent.record_type for consent in signed} == {RecordType.PROGRESS, RecordType.HOURS}
    assert ada.post(f"/student/consents/{signed[0].public_id}/revocation").status_code == 303
    assert "taken back" in ada.get("/student/consents").text


@pytest.mark.one_engine
def test_nothing_chosen_is_named_and_the_rest_is_kept(world: World) -> None:
    answer = world.browser_of("Ada").post(
        "/student/consents", data=_filled(world, record_types=[], expires_on="2027-01-31")
    )
    assert answer.status_code == 422
    assert "Choose at least one kind of record." in answer.text
    assert 'value="2027-01-31"' in answer.text


@pytest.mark.one_engine
def test_an_old_sign_in_asks_for_the_password_and_what_was_typed_arrives(world: World) -> None:
    ada = world.browser_of("Ada")
    with transaction():
        for signed_in in world.all(SignIn):
            signed_in.fresh_until = now() - timedelta(minutes=1)
            session.add(signed_in)
    asked = ada.post("/student/consents", data=_filled(world))
    assert asked.status_code == 401
    assert world.all(Consent) == []
    sent = {**_filled(world), "again_next": "/student/consents", "again_resend": "yes"}
    assert ada.post("/sign-in/again", data={**sent, "again_password": "not it at all"}).status_code == 200
    right = ada.post("/sign-in/again", data={**sent, "again_password": cast.PASSWORD})
    assert (right.status_code, right.location) == (307, "/student/consents")
    assert ada.post(right.location, data=sent).status_code == 303
    assert len(world.all(Consent)) == 2


def test_another_students_consent_cannot_be_taken_back(world: World) -> None:
    world.browser_of("Ada").post("/student/consents", data=_filled(world))
    consent = world.all(Consent)[0]
    assert world.browser_of("Eli").post(f"/student/consents/{consent.public_id}/revocation").status_code == 404
