"""Every route, asked by every member of the cast about Ada's rows, answers what the reviewed table says.

`access_matrix.csv` is written and reviewed by hand, not made from the policy: a line for each method and route, a
column for each person. The answers:

    ok       it was shown or done            sign-in   led to the sign-in page
    done     done, and led to a next page    password  asked for the password again
    404      hidden: no row of theirs        403       their role has no such page
    400, 422 let in, and the empty form was refused    401       the API knows nobody

A new route fails here until its line is in the table. The failure prints the line as the product answers today: read
every cell before you take it over.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lms.kernel.db import session
from lms.people.access import Action
from tests.api.support import token_of
from tests.architecture.subjects import Subjects
from tests.support.databases import SqliteDatabase, database_of
from tests.support.web import World, _let_go, with_form_token

TABLE = Path(__file__).with_name("access_matrix.csv")
NOBODY = "nobody"
PEOPLE = ("Ada", "Zoe", "Eli", "Ben", "Hana", "Cleo", "Ivo", "Gus", "Dee", "Finn", "Fay", "Sam")
DOORS = ("public", "student", "instructor", "coordinator", "employer", "integrator", "reviewer", "admin", "api")
COUNTING = ("/sign/", "/sign-review/")  # a wrong link is counted, and the sixth one answered 429
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
REFUSED = ("sign-in", "password", "401", "403", "404")  # by the guard or the scope, before anything is written

pytestmark = [pytest.mark.one_engine, pytest.mark.timeout(300)]


def _door(rule: Rule) -> str:
    return rule.endpoint.partition(".")[0]


def _asked(app: Flask, door: str) -> list[tuple[str, Rule]]:
    """Each method and rule of one blueprint, in the order of the table."""
    pairs = [
        (method, rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if _door(rule) == door and method not in ("HEAD", "OPTIONS")
    ]
    return sorted(pairs, key=lambda pair: (pair[1].rule, pair[0]))


def _expected() -> dict[tuple[str, str], dict[str, str]]:
    with TABLE.open(newline="") as file:
        return {(row.pop("method"), row.pop("route")): row for row in csv.DictReader(file)}


class Askers:
    """The cast's browsers and API tokens on one world, which is put back after every request that may have written."""

    def __init__(self, world: World, engine: str, people: Sequence[str] = PEOPLE) -> None:
        self.world = world
        self.browsers: dict[str, FlaskClient] = {NOBODY: with_form_token(world.visitor())}
        self.tokens: dict[str, str] = {}
        for name in people:
            self.browsers[name] = world.browser_of(name)
            self.tokens[name] = token_of(world, name, tuple(Action))[1]
        self.subjects = Subjects(world)
        database = database_of(engine)
        assert isinstance(database, SqliteDatabase)
        self.database = database
        self.kept = database.path.with_suffix(".kept")
        self.may_differ = False

    def keep(self) -> None:
        _let_go(self.world.app)
        copyfile(self.database.path, self.kept)

    def put_back(self) -> None:
        session.remove()
        self.database.go_back_to(self.kept)

    def path(self, rule: Rule) -> str:
        """The rule's address with Ada's, Acme's or Lowell's rows in it."""
        values = {name: self.subjects.value(rule.endpoint, name) for name in sorted(rule.arguments)}
        with self.world.app.test_request_context():
            return url_for(rule.endpoint, **values)

    def ask(self, name: str, method: str, path: str, body: dict[str, Any]) -> str:
        """What the product answers this person, as one word."""
        headers = {}
        if name != NOBODY:
            # A refusal as JSON, as our scripts ask for it: its page, ten thousand times, was a third of the time.
            bearer = {"Authorization": f"Bearer {self.tokens[name]}"}
            headers = bearer if path.startswith("/api/") else {"Accept": "application/json"}
        if self.may_differ:
            self.put_back()
        sent = {**body, "headers": {**headers, **body.get("headers", {})}}
        answer = _word(self.browsers[name].open(path, method=method, **sent))
        if answer == "401" and not path.startswith("/api/"):
            answer = "sign-in"  # where the page itself would have led to
        self.may_differ = path.startswith(COUNTING) or (method in UNSAFE and answer not in REFUSED)
        return answer


def _word(answer: TestResponse) -> str:
    if answer.status_code in (302, 303):
        where = (answer.location or "").partition("?")[0]
        return {"/sign-in": "sign-in", "/sign-in/again": "password"}.get(where, "done")
    return "ok" if answer.status_code < 300 else str(answer.status_code)


@pytest.mark.parametrize("door", DOORS)
def test_every_route_answers_everybody_as_the_table_says(world: World, engine: str, door: str) -> None:
    expected, wrong, missing = _expected(), [], []
    asked = _asked(world.app, door)
    askers = Askers(world, engine)
    paths = {rule.rule: askers.path(rule) for _, rule in asked}
    bodies = {rule.endpoint: askers.subjects.body(rule.endpoint) for method, rule in asked if method in UNSAFE}
    askers.keep()
    for method, rule in asked:
        row = expected.get((method, rule.rule))
        answers = {
            name: askers.ask(name, method, paths[rule.rule], bodies.get(rule.endpoint, {}))
            for name in (NOBODY, *PEOPLE)
        }
        if row is None:
            missing.append(",".join([method, rule.rule, *answers.values()]))
        else:
            wrong += [
                f"{method} {rule.rule} by {name}: {answer}, the table says {row[name]}"
                for name, answer in answers.items()
                if answer != row[name]
            ]
    assert not wrong, "\n".join(wrong)
    assert not missing, "not in the table; read each cell before you add the line:\n" + "\n".join(missing)


def test_every_line_of_the_table_is_a_route(world: World) -> None:
    routes = {(method, rule.rule) for door in DOORS for method, rule in _asked(world.app, door)}
    stale = [f"{method} {route}" for method, route in _expected() if (method, route) not in routes]
    assert not stale


def test_every_route_stands_behind_a_door_of_the_table(world: World) -> None:
    strange = {rule.endpoint for rule in world.app.url_map.iter_rules() if _door(rule) not in (*DOORS, "static")}
    assert not strange


def test_the_table_is_sorted_and_has_no_line_twice() -> None:
    with TABLE.open(newline="") as file:
        lines = [(row["route"], row["method"]) for row in csv.DictReader(file)]
    assert lines == sorted(set(lines))
