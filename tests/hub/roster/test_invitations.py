"""Who came by a roster is invited: the link, its letter, and what became of both."""

from datetime import timedelta

import pytest
import time_machine

from lms.config import Settings
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.roster.queries.invitations import list_invited
from lms.hub.roster.rules.invitations import LinkFacts, LinkState, link_state
from lms.hub.roster.services.invitations import invite_again, invite_cohort, revoke_invitation
from lms.jobs.mail import send_due
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, NotFound, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.people.accounts.models import Invitation, Person
from lms.people.accounts.services import find_link, note_bounce, set_password
from tests.hub.roster.made import ADA, NOA, ZOE, apply
from tests.support.mail import Mailbox
from tests.support.statements import count_statements
from tests.support.web import NOW, World


def joined(world: World, *rows: dict[str, str]) -> None:
    apply(world, ADA, ZOE, *(rows or (NOA,)))


def invite(world: World, by: str = "Cleo") -> list[str]:
    with transaction():
        return [one.person.name for one in invite_cohort(world.actor(by), world.one(Cohort))]


def noa(world: World) -> Enrollment:
    return world.one(Enrollment, person_id=world.one(Person, email="noa@example.org").id)


def state(world: World, name: str = "Noa Lind") -> LinkState:
    session.expire_all()
    with transaction(write=False):
        found = {one.person.name: one for one in list_invited(world.actor("Cleo"), world.one(Cohort))}
        return found[name].delivery.state


def secrets(world: World) -> list[str]:
    letters = world.all(OutboxMessage, template="account-invite")
    return [letter.said()["path"].rsplit("/", 1)[1] for letter in letters]


def send(world: World, mailbox: Mailbox) -> None:
    base: Settings = world.app.config["LMS"]
    send_due(base.model_copy(update={"smtp_url": mailbox.url, "mail_from": "office@example.org"}))


def test_who_cannot_sign_in_yet_is_invited_and_the_others_are_left_alone(world: World, mailbox: Mailbox) -> None:
    joined(world)
    assert state(world) is LinkState.NOT_SENT
    assert state(world, "Ada") is LinkState.ACCEPTED
    assert invite(world) == ["Noa Lind"]
    assert state(world) is LinkState.ON_ITS_WAY
    (secret,) = secrets(world)
    assert invite(world) == []
    send(world, mailbox)
    assert state(world) is LinkState.SENT
    assert f"/links/{secret}" in mailbox.messages[0].get_content()
    client = world.visitor()
    assert client.get(f"/links/{secret}").status_code == 200
    assert state(world) is LinkState.OPENED
    with transaction():
        set_password(*find_link(secret), "lathe mill drill press")
    assert state(world) is LinkState.ACCEPTED
    assert world.all(AuditEntry, action="person:invite")[0].subject_id == world.one(Cohort).public_id


def test_a_refusal_of_the_mail_server_is_shown_with_what_it_said(world: World, mailbox: Mailbox) -> None:
    joined(world)
    invite(world)
    mailbox.answer = "550 no such mailbox"
    send(world, mailbox)
    assert state(world) is LinkState.BOUNCED
    with transaction(write=False):
        found = [one for one in list_invited(world.actor("Cleo"), world.one(Cohort)) if one.person.name == "Noa Lind"]
    assert "no such mailbox" in found[0].delivery.note


def test_a_bounce_that_comes_later_is_noted_by_address_and_a_new_address_starts_over(
    world: World, mailbox: Mailbox
) -> None:
    joined(world)
    invite(world)
    send(world, mailbox)
    session.rollback()
    result = world.app.test_cli_runner().invoke(args=["mail", "bounced", "Noa@example.org"])
    assert result.exit_code == 0, result.output
    assert state(world) is LinkState.BOUNCED
    apply(world, ADA, ZOE, {**NOA, "email": "noa.lind@example.org"})
    assert state(world) is LinkState.REVOKED
    assert invite(world) == ["Noa Lind"]
    with transaction():
        assert not note_bounce("nobody@example.org")


def test_a_second_link_kills_the_first(world: World) -> None:
    joined(world)
    invite(world)
    (first,) = secrets(world)
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        with transaction():
            invite_again(world.actor("Cleo"), noa(world))
        with transaction(write=False):
            with pytest.raises(NotFound):
                find_link(first)
            assert find_link(secrets(world)[1])[1].name == "Noa Lind"


def test_a_second_tap_writes_no_second_letter(world: World) -> None:
    joined(world)
    invite(world)
    with pytest.raises(RuleBroken, match="less than a minute"), transaction():
        invite_again(world.actor("Cleo"), noa(world))


def test_who_signs_in_is_not_invited_again(world: World) -> None:
    with pytest.raises(RuleBroken, match="signs in already"), transaction():
        invite_again(world.actor("Cleo"), world.enrollment("Ada"))


def test_a_link_is_taken_back(world: World) -> None:
    joined(world)
    invite(world)
    with transaction():
        revoke_invitation(world.actor("Cleo"), noa(world))
    assert state(world) is LinkState.REVOKED
    with pytest.raises(NotFound), transaction(write=False):
        find_link(secrets(world)[0])


def test_a_link_runs_out(world: World) -> None:
    joined(world)
    invite(world)
    with time_machine.travel(NOW + timedelta(days=14, seconds=1), tick=False):
        assert state(world) is LinkState.EXPIRED
        assert invite(world) == ["Noa Lind"]


@pytest.mark.parametrize("name", ["Ada", "Ben", "Dee"])
def test_only_the_office_invites(world: World, name: str) -> None:
    joined(world)
    with pytest.raises(NotAllowed):
        invite(world, name)
    with pytest.raises(NotAllowed), transaction():
        revoke_invitation(world.actor(name), noa(world))


def test_another_sites_coordinator_reaches_none_of_these_people(world: World) -> None:
    joined(world)
    assert invite(world, "Ivo") == []
    with pytest.raises(NotAllowed), transaction():
        invite_again(world.actor("Ivo"), noa(world))


def test_many_are_invited_with_as_many_statements_as_few(world: World) -> None:
    rows = [{**NOA, "external_id": f"N{n}", "name": f"N {n}", "email": f"n{n}@example.org"} for n in range(63)]
    counts = []
    for part in (rows[:3], rows[3:]):
        apply(world, *part)
        with count_statements() as sent:
            invite(world)
        counts.append(sent.count)
    assert counts[0] == counts[1]
    assert len(world.all(Invitation)) == 63


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, LinkState.SENT),
        ({"mail": "queued"}, LinkState.ON_ITS_WAY),
        ({"mail": "failed"}, LinkState.BOUNCED),
        ({"bounced_at": NOW}, LinkState.BOUNCED),
        ({"bounced_at": NOW - timedelta(hours=2)}, LinkState.SENT),
        ({"opened_at": NOW}, LinkState.OPENED),
        ({"opened_at": NOW, "expires_at": NOW}, LinkState.EXPIRED),
        ({"revoked_at": NOW, "mail": "failed"}, LinkState.REVOKED),
        ({"used_at": NOW, "revoked_at": NOW}, LinkState.ACCEPTED),
    ],
)
def test_the_latest_word_on_a_link_is_the_one_shown(changed: dict[str, object], expected: LinkState) -> None:
    values = {"created_at": NOW - timedelta(hours=1), "expires_at": NOW + timedelta(days=14), "mail": "sent", **changed}
    assert link_state(LinkFacts(**values), NOW) is expected  # type: ignore[arg-type]
