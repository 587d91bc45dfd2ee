"""Whoever only assesses lands on the competencies."""

from datetime import date

import pytest

from lms.hub.cohorts.models import Section
from lms.kernel.db import transaction
from lms.people.access import Relation
from lms.people.grants.services import hold
from tests.support.web import World

pytestmark = pytest.mark.one_engine


def test_an_assessor_who_teaches_nothing_lands_on_the_competencies(world: World) -> None:
    section = world.one(Section, name="Lowell")
    with transaction():
        hold(world.person("Sam").id, Relation.ASSESSOR, section.id, date(2026, 8, 1), None)
    browser = world.browser_of("Sam")
    answer = browser.get("/instructor/")
    assert (answer.status_code, answer.location) == (303, "/instructor/competencies")
    assert browser.get(answer.location).status_code == 200
    assert world.browser_of("Ben").get("/instructor/").status_code == 200
    assert world.browser_of("Cleo").get("/instructor/").status_code == 403
