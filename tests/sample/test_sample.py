"""The sample is played through the commands: its numbers follow from its facts, and a changed row shows."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from lms.capstone.projects.models import ProjectStep
from lms.capstone.projects.rules import Outcome, ProjectState
from lms.capstone.savings.models import SavingsEntry, Verification
from lms.hub.cohorts.queries import list_cohorts
from lms.hub.coursework.models import Activity
from lms.hub.enrollment.models import Enrollment
from lms.hub.roster.kinds import Decision
from lms.hub.roster.models.applications import ApplicationDecision
from lms.kernel.db import Base, db, session, transaction
from lms.people.access import SYSTEM
from lms.people.accounts.models import Person
from lms.people.accounts.passwords import is_right
from lms.people.scope import unscoped
from lms.sample.capstones import CapstonesPart
from lms.sample.names import CAST, DOMAIN
from lms.sample.opening import COHORT as TAUGHT
from lms.sample.pilot import COHORT as PILOT
from lms.sample.player import PASSWORD, Part, play
from lms.sample.progress import ProgressPart
from lms.sample.seats import COHORT as NEXT
from lms.sample.seats import SeatsPart
from lms.sample.stage import Stage
from lms.sample.topics import TopicsPart
from lms.topics.models import RegionVoice, TopicDecided, TopicDecision
from tests.support.web import World

NOW = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)


def few(stage: Stage, _capstones: CapstonesPart, _mentor: Person) -> list[Part]:
    """Only what costs little; everybody is there, and the pilot was lived."""
    return [SeatsPart(stage), ProgressPart(stage), TopicsPart(stage)]


@pytest.fixture
def played(app: Flask) -> Flask:
    """The sample's people, its pilot and its next cohort."""
    with app.app_context(), time_machine.travel(NOW, tick=False):
        with transaction():
            play(NOW, parts=few)
        yield app
        session.rollback()


class Undone(Exception):
    """Takes back what was played."""


def _rows(model: type[Base]) -> list[tuple[object, ...]]:
    told = [column for column in model.__table__.columns if column.name not in ("id", "password_hash")]
    found = select(*told).order_by(model.__table__.c.id)
    return [tuple(row) for row in session.execute(unscoped(found, "test"))]


def verify(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["verify"])
    return result.exit_code, result.output


def change_one_amount() -> None:
    """As somebody with the database's password would."""
    table = SavingsEntry.__tablename__
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            connection.exec_driver_sql(f"DROP TRIGGER {table}_keep_update")
        first = select(SavingsEntry.id).order_by(SavingsEntry.id).limit(1)
        number = connection.execute(first).scalar_one()
        connection.exec_driver_sql(f"UPDATE {table} SET amount_minor = amount_minor + 1 WHERE id = {number}")


def test_the_sample_has_what_takes_a_year_and_is_verified_until_one_amount_is_changed(played: Flask) -> None:
    world = World(played)
    closed = world.all(ProjectStep, state=ProjectState.CLOSED)
    assert {step.outcome for step in closed} == {Outcome.SUSTAINED, Outcome.LAPSED}
    assert {made.level for made in world.all(Verification)} == {1, 2, 3, 4}
    assert {made.decision for made in world.all(ApplicationDecision)} == set(Decision)
    for name, _ in CAST:
        assert is_right(PASSWORD, world.one(Person, email=f"{name}@{DOMAIN}").password_hash)
    assert [row.is_proposal for row in world.all(RegionVoice)] == [True, False, True]
    assert {row.decided for row in world.all(TopicDecision)} == set(TopicDecided)
    home = world.browser_of("Wim").get("/integrator/").text
    assert "Southern New England (sample)" in home
    assert "Berkshire Innovation Center" in home
    # The cohort that is taught stands before the one to come: pages open with it.
    assert [cohort.name for cohort in list_cohorts(SYSTEM)] == [TAUGHT, PILOT, NEXT]
    session.remove()
    code, said = verify(played)
    assert code == 0, said
    change_one_amount()
    code, said = verify(played)
    assert code == 1
    assert "savings_entry" in said


@pytest.mark.one_engine
def test_the_sample_is_the_same_twice_but_for_its_secrets(app: Flask) -> None:
    """Its quizzes are drawn by public ids, so these are drawn from its seed too."""
    seen = []
    with app.app_context(), time_machine.travel(NOW, tick=False):
        for _ in range(2):
            with suppress(Undone), transaction():
                play(NOW, parts=few)
                session.flush()
                seen.append({model: _rows(model) for model in (Person, Enrollment, Activity, SavingsEntry)})
                raise Undone
    assert seen[0] == seen[1]
    assert all(seen[0].values())
