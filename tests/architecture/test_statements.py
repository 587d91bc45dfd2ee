"""No page and no operation of the API sends more statements for a large cohort than for a small one."""

import pytest
from flask import url_for
from flask.testing import FlaskClient

from tests.api.support import token_of
from tests.architecture.subjects import Subjects
from tests.support.crowd import crowd
from tests.support.statements import count_statements
from tests.support.web import World

FEW, MANY = 3, 60
# Who sees the most behind each door.
READERS = {
    "student": ["Ada"],
    "instructor": ["Ben"],
    "coordinator": ["Cleo"],
    "employer": ["Dee", "Finn"],
    "integrator": ["Wim"],
    "admin": ["Gus"],
    "api": ["Ben", "Dee", "Gus"],
}

pytestmark = [pytest.mark.one_engine, pytest.mark.timeout(300)]


def _addresses(world: World, door: str) -> dict[str, str]:
    """Every address that can be read behind one door, with Ada's, Acme's or Lowell's rows in it."""
    subjects, found = Subjects(world), {}
    subjects.make_all()
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] == door and "GET" in (rule.methods or ()):
            values = {name: subjects.value(rule.endpoint, name) for name in rule.arguments}
            with world.app.test_request_context():
                found[rule.rule] = url_for(rule.endpoint, **values)
    return found


def _counts(client: FlaskClient, addresses: dict[str, str], headers: dict[str, str]) -> dict[str, int]:
    counts = {}
    for rule, address in addresses.items():
        if client.get(address, headers=headers).status_code != 200:  # also warms what is kept between requests
            continue
        with count_statements() as sent:
            client.get(address, headers=headers)
        counts[rule] = sent.count
    return counts


@pytest.mark.parametrize("door", READERS)
def test_a_large_cohort_costs_no_more_statements_than_a_small_one(world: World, door: str) -> None:
    addresses = _addresses(world, door)
    askers = [
        (name, world.browser_of(name), {"Authorization": f"Bearer {token_of(world, name)[1]}"} if door == "api" else {})
        for name in READERS[door]
    ]
    crowd(world, FEW - 1)
    few = {name: _counts(client, addresses, headers) for name, client, headers in askers}
    crowd(world, MANY - FEW, start=FEW)
    many = {name: _counts(client, addresses, headers) for name, client, headers in askers}
    more = [
        f"{rule} by {name}: {few[name][rule]} for {FEW}, {count} for {MANY}"
        for name in few
        for rule, count in many[name].items()
        if rule in few[name] and count > few[name][rule]
    ]
    assert all(few.values())
    assert not more, "\n".join(more)


def test_the_counter_notices_a_query_in_a_loop(world: World) -> None:
    with count_statements() as few:
        world.all(type(world.person("Ada")))
    with count_statements() as many:
        for _ in range(5):
            world.person("Ada")
    assert many.count > few.count
    with pytest.raises(AssertionError, match="budget 2"):
        many.at_most(2)
