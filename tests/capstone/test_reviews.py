"""V3: a reviewer of the program finds a verified saving in order; two of them for a large one."""

from datetime import date

import pytest

from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.rules.review import Check
from lms.capstone.savings.services.reviewing import review
from lms.capstone.savings.services.verifying import dispute
from lms.hub.catalog.models import Program
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.people.access import Relation
from lms.people.grants.models import GrantRow
from tests.capstone.stage import draft, lines, live, reported, verified


@pytest.fixture
def reviewers(world):
    """Gus and Hana review for the program."""
    with transaction():
        for name in ("Gus", "Hana", "Ben"):
            session.add(
                GrantRow(
                    person_id=world.person(name).id,
                    relation=Relation.REVIEWER,
                    place_id=world.one(Program).id,
                    from_day=date(2026, 8, 1),
                )
            )


def headline(project, level=Level.REVIEWED):
    with transaction(write=False):
        return ledger_of(project).headline(level)


def test_one_reviewer_lifts_a_small_saving(world, reviewers):
    project = live(world)
    posting = verified(world, project, lines(world, project)[0])
    with transaction():
        review(world.actor("Gus"), posting, list(Check), "Looked at the meter")
    assert headline(project) == headline(project, Level.VERIFIED) == 1_200_000
    with pytest.raises(RuleBroken), transaction():
        review(world.actor("Hana"), posting, list(Check))


def test_a_large_saving_needs_two_persons(world, reviewers):
    project = live(world, {"Scrap": draft(12_000_000)})
    posting = verified(world, project, lines(world, project)[0])
    with transaction():
        review(world.actor("Gus"), posting, list(Check))
    assert headline(project) == 0
    with pytest.raises(RuleBroken, match="second person"), transaction():
        review(world.actor("Gus"), posting, list(Check))
    with transaction():
        review(world.actor("Hana"), posting, list(Check))
    assert headline(project) == 12_000_000


def test_a_dispute_asks_for_everything_anew(world, reviewers):
    project = live(world)
    posting = verified(world, project, lines(world, project)[0])
    with transaction():
        review(world.actor("Gus"), posting, list(Check))
    with transaction():
        dispute(world.actor("Finn"), posting, "The account went up")
    assert headline(project) == headline(project, Level.VERIFIED) == 0


def test_the_coach_does_not_review_nor_anybody_without_the_role(world, reviewers):
    project = live(world)
    posting = verified(world, project, lines(world, project)[0])
    with pytest.raises(RuleBroken, match="part of this project"), transaction():
        review(world.actor("Ben"), posting, list(Check))
    with pytest.raises(NotAllowed), transaction():
        review(world.actor("Finn"), posting, list(Check))


def test_every_question_has_to_be_answered_and_the_level_before_reached(world, reviewers):
    project = live(world)
    posting = reported(world, lines(world, project)[0])
    with pytest.raises(RuleBroken) as broken, transaction():
        review(world.actor("Gus"), posting, [Check.PLAUSIBLE])
    assert broken.value.field == "checklist"
    with pytest.raises(RuleBroken), transaction():
        review(world.actor("Gus"), posting, list(Check))
