"""Two people at one ledger at the same moment: one after the other, and what no longer fits is refused."""

import threading
from collections.abc import Callable
from contextvars import Context

from sqlalchemy import select

from lms.capstone.lines.models import BenefitLine
from lms.capstone.projects.models import Project
from lms.capstone.savings.models import Posting
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import EntryKind, Level, Reason
from lms.capstone.savings.services.amending import amend, reverse
from lms.capstone.savings.services.claims import submit_claim
from lms.capstone.savings.services.verifying import verify
from lms.capstone.savings.verify import differences
from lms.kernel import chain
from lms.kernel.db import session, transaction
from lms.kernel.errors import RuleBroken
from lms.people.scope import unscoped
from tests.capstone.stage import LIVE_ON, draft, lines, live, reported, verified


def at_once(world, *deeds: Callable[[], object]) -> list[object]:
    """Run each deed in a thread and a transaction of its own, at the same moment; what each gave or raised."""
    gate, found = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        with world.app.app_context():
            gate.wait()
            try:
                with transaction():
                    found[place] = deed()
            except Exception as error:
                found[place] = error
            finally:
                session.remove()

    threads = [threading.Thread(target=Context().run, args=(run, n, deed)) for n, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def again(model, row):
    """The same row in the thread's own session."""
    return session.scalars(unscoped(select(model).where(model.id == row.id), "test")).one()


def test_verifying_while_the_sponsor_amends_attests_what_stands(world):
    project = live(world)
    (line,) = lines(world, project)
    posting, dee, finn = reported(world, line), world.actor("Dee"), world.actor("Finn")
    less = draft(900_000, go_live=LIVE_ON)
    verifying, amending = at_once(
        world,
        lambda: verify(finn, again(Posting, posting), 1_200_000, "5100"),
        lambda: amend(dee, again(BenefitLine, line), less, "Volume fell"),
    )
    assert isinstance(amending, Posting)
    assert isinstance(verifying, Posting | RuleBroken)
    with transaction(write=False):
        headline = ledger_of(again(Project, project)).headline(Level.VERIFIED)
        assert headline == (900_000 if isinstance(verifying, Posting) else 0)
        assert list(differences()) == list(chain.breaks()) == []


def test_a_claim_sent_twice_at_once_is_one(world):
    project = live(world)
    (line,) = lines(world, project)
    ada = world.actor("Ada")
    found = at_once(world, *[lambda: submit_claim(ada, again(BenefitLine, line), "one")] * 4)
    assert len({posting.id for posting in found}) == 1
    assert len(world.all(Posting, kind=EntryKind.CLAIM)) == 1


def test_of_two_reversals_at_once_one_is_refused(world):
    project = live(world)
    (line,) = lines(world, project)
    posting, finn = verified(world, project, line), world.actor("Finn")
    deed = lambda: reverse(finn, again(Posting, posting), Reason.ENTERED_IN_ERROR, "Twice")  # noqa: E731
    found = at_once(world, deed, deed)
    assert sorted(type(one).__name__ for one in found) == ["Posting", "RuleBroken"]
    with transaction(write=False):
        assert ledger_of(again(Project, project)).headline(Level.VERIFIED) == 0
        assert list(differences()) == list(chain.breaks()) == []
