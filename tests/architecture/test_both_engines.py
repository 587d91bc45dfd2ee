"""Every page and every operation that reads answers on PostgreSQL as the reviewed access table says.

The table itself is asked on SQLite. With this, each query of a page runs on both engines, so that a test of what a page
says may be content with one; commands are tested on both where they are written.
"""

import pytest
from flask import url_for

from tests.api.support import token_of
from tests.architecture.subjects import Subjects
from tests.architecture.test_access_matrix import DOORS, NOBODY, PEOPLE, _asked, _expected
from tests.support.web import World

pytestmark = pytest.mark.timeout(300)


def test_what_the_table_shows_is_shown_on_postgresql_too(world: World, engine: str) -> None:
    if engine == "sqlite":
        return  # the table is asked there
    subjects, expected, wrong, asked = Subjects(world), _expected(), [], 0
    subjects.make_all()
    browsers = {name: world.browser_of(name) for name in PEOPLE} | {NOBODY: world.visitor()}
    tokens = {name: token_of(world, name)[1] for name in PEOPLE}
    for method, rule in [pair for door in DOORS for pair in _asked(world.app, door) if pair[0] == "GET"]:
        values = {name: subjects.value(rule.endpoint, name) for name in sorted(rule.arguments)}
        with world.app.test_request_context():
            path = url_for(rule.endpoint, **values)
        row = expected[method, rule.rule]
        for name in [name for name in (*PEOPLE, NOBODY) if row[name] == "ok"][:1]:
            is_api = path.startswith("/api/") and name != NOBODY
            answer = browsers[name].get(path, headers={"Authorization": f"Bearer {tokens[name]}"} if is_api else {})
            asked += 1
            if answer.status_code >= 300:
                wrong.append(f"{rule.rule} by {name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert asked > len(expected) / 3
