"""Consent: without it a firm sees nothing; with it every reading is logged; taken back, it ends at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lms.kernel import chain, clock
from lms.kernel.audit import AuditEntry
from lms.kernel.clock import now
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, NotFound, NotFresh, RuleBroken
from lms.people.access import Action
from lms.people.consent.models import Consent, Disclosure, Purpose, RecordType
from lms.people.consent.queries import find_consent, holding, list_disclosures, list_requests
from lms.people.consent.services import (
    NoConsent,
    ask_consent,
    disclose,
    disclose_many,
    revoke_consent,
    sign_consent,
)
from lms.people.orgs.models import Firm
from tests.support.web import World


def _sign(world: World, *types: RecordType, firm: str = "Acme", expires_in: int | None = None) -> list[Consent]:
    last = now().date() + timedelta(days=expires_in) if expires_in is not None else None
    return sign_consent(
        world.actor("Ada"), world.enrollment("Ada"), world.one(Firm, name=firm), list(types), Purpose.SPONSORSHIP, last
    )


def test_without_consent_nothing_is_shown_and_the_attempt_is_kept(world: World) -> None:
    actor, enrollment = world.actor("Dee"), world.enrollment("Ada")
    with pytest.raises(NoConsent) as refused, transaction():
        disclose(actor, enrollment, RecordType.PROGRESS, "employee")
    assert world.all(Disclosure) == []
    with transaction():
        refused.value.afterwards()
    (row,) = world.all(Disclosure)
    assert row.is_refused
    assert row.recorded_by_id == actor.person_id


def test_with_consent_the_reading_is_logged_and_the_student_can_see_it(world: World) -> None:
    with transaction():
        _sign(world, RecordType.PROGRESS)
        disclose(world.actor("Dee"), world.enrollment("Ada"), RecordType.PROGRESS, "employee")
    with transaction(write=False):
        ((row, firm, name),) = list_disclosures(world.actor("Ada"), world.enrollment("Ada"))
    assert (row.page, firm.name, name, row.is_refused) == ("employee", "Acme", "Dee", False)


@pytest.mark.parametrize("other", [RecordType.GRADES, RecordType.HOURS])
def test_consent_for_one_kind_of_record_shows_no_other(world: World, other: RecordType) -> None:
    with transaction():
        _sign(world, RecordType.PROGRESS)
    with pytest.raises(NoConsent), transaction():
        disclose(world.actor("Dee"), world.enrollment("Ada"), other, "employee")


def test_consent_for_one_firm_shows_nothing_to_another(world: World) -> None:
    with transaction():
        _sign(world, RecordType.PROGRESS, firm="Bolt")
    with pytest.raises(NoConsent), transaction():
        disclose(world.actor("Dee"), world.enrollment("Ada"), RecordType.PROGRESS, "employee")


def test_a_sponsor_of_another_firm_does_not_even_get_to_the_consent(world: World) -> None:
    with transaction():
        _sign(world, RecordType.PROGRESS)
    with pytest.raises(NotAllowed), transaction():
        disclose(world.actor("Fay"), world.enrollment("Ada"), RecordType.PROGRESS, "employee")


def test_a_revoked_consent_shows_nothing_from_then_on(world: World) -> None:
    with transaction():
        (consent,) = _sign(world, RecordType.PROGRESS)
    with transaction():
        revoke_consent(world.actor("Ada"), consent)
    with pytest.raises(NoConsent), transaction():
        disclose(world.actor("Dee"), world.enrollment("Ada"), RecordType.PROGRESS, "employee")


def test_an_expired_consent_shows_nothing(world: World) -> None:
    with transaction():
        (consent,) = _sign(world, RecordType.PROGRESS, expires_in=3)
    day = now().date()
    ids, firm_id = [consent.enrollment_id], consent.firm_id
    with transaction(write=False):
        assert holding(ids, firm_id, RecordType.PROGRESS, day + timedelta(days=3))
        assert not holding(ids, firm_id, RecordType.PROGRESS, day + timedelta(days=4))


def test_what_held_as_of_a_moment_still_held_then(world: World) -> None:
    with transaction():
        (consent,) = _sign(world, RecordType.PAID_HOURS)
    signed_at = consent.recorded_at
    with clock.at(signed_at + timedelta(hours=1)), transaction():
        revoke_consent(world.actor("Ada"), consent)
    with transaction(write=False):
        asked = ([consent.enrollment_id], consent.firm_id, RecordType.PAID_HOURS, now().date())
        assert list(holding(*asked, as_of=signed_at)) == [consent.enrollment_id]
        assert holding(*asked) == {}


def test_signing_needs_a_fresh_sign_in(world: World) -> None:
    stale = replace(world.actor("Ada"), fresh_until=now() - timedelta(seconds=1))
    with pytest.raises(NotFresh), transaction():
        sign_consent(
            stale, world.enrollment("Ada"), world.one(Firm, name="Acme"), [RecordType.HOURS], Purpose.SPONSORSHIP
        )


@pytest.mark.parametrize("name", ["Ben", "Cleo", "Dee", "Eli", "Gus"])
def test_nobody_signs_for_a_student(world: World, name: str) -> None:
    with pytest.raises(NotAllowed), transaction():
        sign_consent(
            world.actor(name),
            world.enrollment("Ada"),
            world.one(Firm, name="Acme"),
            [RecordType.HOURS],
            Purpose.SPONSORSHIP,
        )


def test_signing_nothing_names_the_field(world: World) -> None:
    with pytest.raises(RuleBroken) as broken, transaction():
        _sign(world)
    assert broken.value.field == "record_types"


def test_every_step_leaves_an_audit_entry_and_holds_the_chain(world: World) -> None:
    with transaction():
        (consent,) = _sign(world, RecordType.HOURS)
    with transaction():
        revoke_consent(world.actor("Ada"), consent)
    actions = [entry.action for entry in world.all(AuditEntry)]
    assert actions == [Action.CONSENT_SIGN, Action.CONSENT_REVOKE]
    with transaction(write=False):
        assert list(chain.breaks()) == []


def test_a_firm_asks_once_and_the_student_sees_it_until_signing(world: World) -> None:
    firm = world.one(Firm, name="Acme")
    with transaction():
        first = ask_consent(world.actor("Dee"), world.enrollment("Ada"), firm, RecordType.HOURS, Purpose.SPONSORSHIP)
    with transaction():
        again = ask_consent(world.actor("Dee"), world.enrollment("Ada"), firm, RecordType.HOURS, Purpose.SPONSORSHIP)
    assert again.id == first.id
    with transaction(write=False):
        assert [request.id for request, _ in list_requests(world.actor("Ada"), world.enrollment("Ada"))] == [first.id]
    with transaction():
        _sign(world, RecordType.HOURS)
    with transaction(write=False):
        assert list_requests(world.actor("Ada"), world.enrollment("Ada")) == []


def test_a_list_shows_and_logs_only_those_who_agreed(world: World) -> None:
    with transaction():
        _sign(world, RecordType.PROGRESS)
        rows = [world.enrollment("Ada"), world.enrollment("Zoe")]
        shown = disclose_many(world.actor("Dee"), world.one(Firm, name="Acme"), rows, RecordType.PROGRESS, "employees")
    assert list(shown) == [rows[0].id]
    assert [row.enrollment_id for row in world.all(Disclosure)] == [rows[0].id]


def test_another_students_consent_is_not_found(world: World) -> None:
    with transaction():
        (consent,) = _sign(world, RecordType.HOURS)
    with transaction(write=False), pytest.raises(NotFound):
        find_consent(world.actor("Eli"), consent.public_id)
