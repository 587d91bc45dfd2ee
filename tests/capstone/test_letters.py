"""Who is written to about a saving: asked to confirm, asked to verify, told that it changed; once for each event."""

from datetime import timedelta

import pytest

from lms.capstone.savings.services.amending import amend
from lms.capstone.savings.services.claims import report, submit_claim
from lms.capstone.savings.services.verifying import verify
from lms.kernel import clock
from lms.kernel.db import transaction
from lms.kernel.errors import RuleBroken
from lms.kernel.money import Money
from lms.kernel.outbox import OutboxMessage
from lms.messages.services import reason_to_skip
from lms.people.access import Relation
from lms.people.grants.models import GrantRow
from tests.capstone.stage import LIVE_ON, claim, draft, lines, live, reported, verified


def letters(world, template):
    return world.all(OutboxMessage, template=template)


def readers(world, template):
    return sorted(message.person_id for message in letters(world, template))


def ids(world, *names):
    return sorted(world.person(name).id for name in names)


def test_a_claim_asks_the_sponsors_of_the_firm_once_however_often_it_is_sent(world):
    (line,) = lines(world, live(world))
    posting = claim(world, line, request_key="one-and-the-same")
    with transaction():
        submit_claim(world.actor("Ada"), line, "one-and-the-same")
    (letter,) = letters(world, "saving-to-report")
    assert letter.person_id == world.person("Dee").id
    assert letter.said()["amount"] == Money(1_200_000, "USD")
    assert letter.said()["path"] == f"/employer/claims/{posting.public_id}"


def test_a_report_asks_finance_and_a_second_one_that_is_refused_asks_nobody(world):
    (line,) = lines(world, live(world))
    posting = reported(world, line)
    with pytest.raises(RuleBroken), transaction():
        report(world.actor("Dee"), posting)
    (letter,) = letters(world, "saving-to-verify")
    assert letter.person_id == world.person("Finn").id
    assert letter.said()["path"] == f"/employer/claims/{posting.public_id}/verification"


def test_team_and_sponsor_hear_what_finance_verified(world):
    project = live(world)
    verified(world, project, lines(world, project)[0], amount=1_000_000)
    assert readers(world, "saving-changed") == ids(world, "Ada", "Dee")
    assert {letter.said()["amount"] for letter in letters(world, "saving-changed")} == {Money(1_000_000, "USD")}


def test_who_amends_gets_no_letter_the_team_does_and_finance_is_asked_about_more(world):
    project = live(world)
    (line,) = lines(world, project)
    reported(world, line)
    with transaction():
        amend(world.actor("Dee"), line, draft(2_400_000, go_live=LIVE_ON), "Counted twice the shifts")
    assert readers(world, "saving-changed") == ids(world, "Ada")
    assert [letter.said()["amount"] for letter in letters(world, "saving-to-verify")] == [
        Money(1_200_000, "USD"),
        Money(2_400_000, "USD"),
    ]


def test_an_amendment_downward_asks_finance_for_nothing(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    with transaction():
        amend(world.actor("Dee"), line, draft(600_000, go_live=LIVE_ON), "One shift only")
    assert len(letters(world, "saving-to-verify")) == 1
    assert readers(world, "saving-changed") == ids(world, "Ada", "Ada", "Dee")


def test_a_verification_that_is_refused_tells_nobody(world):
    (line,) = lines(world, live(world))
    posting = claim(world, line)
    with pytest.raises(RuleBroken), transaction():
        verify(world.actor("Finn"), posting, 1_200_000, "5100-22")
    assert not letters(world, "saving-changed")


@pytest.mark.parametrize(
    ("template", "name", "relation"),
    [
        ("saving-to-report", "Dee", Relation.SPONSOR),
        ("saving-to-verify", "Finn", Relation.FINANCE),
        ("saving-changed", "Dee", Relation.SPONSOR),
    ],
)
def test_who_no_longer_acts_for_the_firm_gets_no_letter_that_still_waits(world, template, name, relation):
    project = live(world)
    verified(world, project, lines(world, project)[0])
    person = world.person(name)
    (letter,) = [one for one in letters(world, template) if one.person_id == person.id]
    with transaction():
        assert reason_to_skip(letter, person) == ""
        for grant in world.all(GrantRow, person_id=person.id, relation=relation):
            grant.to_day = clock.now().date() - timedelta(days=2)
    with transaction():
        assert reason_to_skip(letter, person)


def test_the_team_still_gets_its_letter_when_the_sponsor_has_left(world):
    project = live(world)
    verified(world, project, lines(world, project)[0])
    ada = world.person("Ada")
    (letter,) = [one for one in letters(world, "saving-changed") if one.person_id == ada.id]
    with transaction():
        assert reason_to_skip(letter, ada) == ""
    assert letter.said()["path"] == "/student/capstone"
