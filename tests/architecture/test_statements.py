"""No page and no operation of the API sends more statements for a large cohort than for a small one."""

import pytest
from flask import url_for

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

pytestmark = [pytest.mark.one_engine, pytest.mark.timeout(600)]


def _addresses(world: World) -> dict[str, dict[str, str]]:
    """Every address that can be read, by door and rule, with Ada's, Acme's or Lowell's rows in it."""
    subjects = Subjects(world)
    subjects.make_all()
    found: dict[str, dict[str, str]] = {door: {} for door in READERS}
    for rule in world.app.url_map.iter_rules():
        door = rule.endpoint.partition(".")[0]
        if door in found and "GET" in (rule.methods or ()):
            values = {name: subjects.value(rule.endpoint, name) for name in rule.arguments}
            with world.app.test_request_context():
                found[door][rule.rule] = url_for(rule.endpoint, **values)
    return found


class Reader:
    """One person behind one door, and how many statements each of their pages needs."""

    def __init__(self, world: World, door: str, name: str, addresses: dict[str, str]) -> None:
        self.name, self.addresses, self.client = f"{name} ({door})", addresses, world.browser_of(name)
        self.headers = {"Authorization": f"Bearer {token_of(world, name)[1]}"} if door == "api" else {}

    def counts(self) -> dict[str, int]:
        """How many statements each page sends that is shown to them, once what is kept between requests is warm."""
        return {
            rule: self._count(address)
            for rule, address in self.addresses.items()
            if self.client.get(address, headers=self.headers).status_code == 200
        }

    def more_than(self, few: dict[str, int]) -> list[str]:
        """Where it takes more than these. Only a page that does is asked again, warm."""
        more = {rule: few[rule] for rule in few if self._count(self.addresses[rule]) > few[rule]}
        counts = {rule: self._count(self.addresses[rule]) for rule in more}
        return [
            f"{rule} by {self.name}: {few[rule]} for {FEW}, {count} for {MANY}"
            for rule, count in counts.items()
            if count > few[rule]
        ]

    def _count(self, address: str) -> int:
        with count_statements() as sent:
            answer = self.client.get(address, headers=self.headers)
        return sent.count if answer.status_code == 200 else 0


def test_a_large_cohort_costs_no_more_statements_than_a_small_one(world: World) -> None:
    addresses = _addresses(world)
    readers = [Reader(world, door, name, addresses[door]) for door, names in READERS.items() for name in names]
    crowd(world, FEW - 1)
    few = {reader: reader.counts() for reader in readers}
    crowd(world, MANY - FEW, start=FEW)
    more = [line for reader in readers for line in reader.more_than(few[reader])]
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
