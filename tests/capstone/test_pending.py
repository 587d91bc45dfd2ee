"""E33: what the firm has agreed to and not carried out is looked at once a year, and ends by itself."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from lms.capstone.lines.rules.kinds import CostKind, Payer
from lms.capstone.pending import pending_now, settle_pending
from lms.capstone.projects.models import ProjectStep
from lms.capstone.projects.rules import ImplementationStatus, Outcome, ProjectState, is_pending, pending_months
from lms.capstone.savings.models import Posting
from lms.capstone.savings.services.costs import post_cost, post_tuition
from lms.jobs.savings import look_at_pending
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed
from lms.kernel.outbox import OutboxMessage
from tests.capstone.stage import live, started

N, P = ImplementationStatus.NOT_IMPLEMENTED, ImplementationStatus.PENDING


def look(world, year, month=11):
    with time_machine.travel(datetime(year, month, 1, 15, tzinfo=UTC), tick=False):
        return look_at_pending(world.app.config["LMS"]), look_at_pending(world.app.config["LMS"])


def last_step(world, project):
    return world.all(ProjectStep, project_id=project.id)[-1]


def test_e33_a_large_pending_project_is_looked_at_once_a_year_and_ends_after_three(world):
    large, small, done = started(world), started(world), live(world)
    with transaction():
        post_cost(world.actor("Finn"), large, CostKind.CAPEX, Payer.FIRM, 1_000_000, date(2026, 10, 1))
        post_cost(world.actor("Finn"), small, CostKind.MATERIALS, Payer.FIRM, 999_999, date(2026, 10, 1))
        post_tuition(world.actor("Gus"), small)  # what learning costs is not the change's cost
    postings = len(world.all(Posting))
    assert look(world, 2027, 10) == (0, 0)  # not a year yet
    assert look(world, 2027) == (2, 0)
    assert (last_step(world, large).status, last_step(world, large).state) == (P, ProjectState.IN_PROGRESS)
    ended = last_step(world, small)
    assert (ended.status, ended.state, ended.outcome) == (N, ProjectState.CLOSED, Outcome.NOT_IMPLEMENTED)
    assert look(world, 2028) == (1, 0)
    assert last_step(world, large).status is P
    assert look(world, 2029) == (1, 0)
    assert (last_step(world, large).status, last_step(world, large).outcome) == (N, Outcome.NOT_IMPLEMENTED)
    assert look(world, 2030) == (0, 0)
    assert last_step(world, done).status is ImplementationStatus.IMPLEMENTED
    letters = [message.template for message in world.all(OutboxMessage)]
    assert (letters.count("project-pending"), letters.count("project-not-implemented")) == (2, 2)
    assert len(world.all(Posting)) == postings  # no job posts money


@pytest.mark.one_engine
def test_only_the_sweep_settles_a_pending_project(world):
    project = started(world)
    with time_machine.travel(datetime(2028, 11, 1, 15, tzinfo=UTC), tick=False):
        with transaction(write=False):
            (due,) = pending_now()
        assert (due.months, due.year) == (24, 2)
        for name in ("Dee", "Finn", "Gus", "Cleo", "Ada"):
            with pytest.raises(NotAllowed), transaction():
                settle_pending(world.actor(name), project, due)


def test_months_are_whole_and_what_is_live_or_over_is_not_pending():
    assert pending_months(date(2026, 1, 31), date(2026, 2, 28)) == 1
    assert pending_months(date(2026, 1, 15), date(2027, 1, 14)) == 11
    assert [state for state in ProjectState if is_pending(state)] == [
        ProjectState.CHARTERED,
        ProjectState.BASELINED,
        ProjectState.IN_PROGRESS,
    ]
