"""The whole document, judged by schemathesis: every operation keeps what it declares, on good input and on bad."""

import json
import subprocess
import sys
from typing import Any

import pytest

from lms.api.kit import OPERATIONS, Operation
from lms.api.spec import PLACE
from lms.people.access import may_at_all
from tests.api.support import BASE, token_of
from tests.architecture.subjects import Subjects
from tests.support.databases import ENOUGH
from tests.support.web import World

CALLERS = ("Ada", "Ben", "Dee", "Finn", "Cleo", "Gus")  # an operation is called by the first who may do it at all


def _settings(world: World, *, safe: bool, examples: int, long: bool) -> dict[str, Any]:
    """Every check of schemathesis, but for what only rules can know. long: also every boundary of every field.

    positive_data_acceptance: what a rule refuses (a day in the future) fits the schema all the same, so 422 is fine.
    """
    subjects = Subjects(world)
    actors = {name: world.actor(name) for name in CALLERS}
    headers = {name: {"Authorization": f"Bearer {token_of(world, name)[1]}"} for name in CALLERS}

    def operation(declared: Operation) -> dict[str, Any]:
        allowed = [name for name in CALLERS if may_at_all(actors[name], declared.action)]
        name = allowed[0] if allowed else CALLERS[0]  # what nobody of the cast may do is refused by its contract too
        path = PLACE.sub(r"{\2}", declared.rule)
        endpoint, names = f"api.{declared.name}", [place for _, place in PLACE.findall(declared.rule)]
        values: dict[str, Any] = {f"path.{place}": subjects.value(endpoint, place) for place in names}
        for name_of_number in {"week", "page"} & set(names):
            values[f"path.{name_of_number}"] = int(values[f"path.{name_of_number}"])
        first = {"If-Match": '"0.0"', "Upload-Offset": "0", "X-Experience-API-Version": "1.0.3"}  # the first writer's
        values |= {f"header.{header}": first[header] for header in declared.headers}
        asked = {"include-name": f"{declared.method} {path}", "enabled": declared.is_safe is safe}
        return {**asked, "headers": headers[name], "parameters": values}

    return {
        "generation": {
            "max-examples": examples,
            "deterministic": True,
            "with-security-parameters": False,
        },
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 422]},
            # The library's own, and 413: a text above its limit may make the whole request too large.
            "negative_data_rejection": {
                "expected-statuses": [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, "5xx"]
            },
            "missing_required_header": {"expected-statuses": [401, 403, 404, 422, 428]},
        },
        "phases": {"stateful": {"enabled": False}, "coverage": {"enabled": long}},
        "warnings": False,
        "operations": [operation(declared) for declared in OPERATIONS.values()],
    }


def _judge(url: str, settings: dict[str, Any]) -> tuple[list[str], dict[str, dict[int, int]]]:
    """What schemathesis found wrong, and how often each operation answered each status."""
    asked = json.dumps({"url": f"{url}{BASE}/openapi.json", "settings": settings})
    done = subprocess.run([sys.executable, "-m", "tests.api.judge"], input=asked, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    answered = {name: {int(status): times for status, times in each.items()} for name, each in said["answered"].items()}
    return said["found"], answered


@pytest.mark.one_engine
@pytest.mark.timeout(600)
@pytest.mark.parametrize("safe", [True, False], ids=["reading", "writing"])
def test_every_operation_keeps_its_contract(
    world: World, live_url: str, request: pytest.FixtureRequest, *, safe: bool
) -> None:
    long, is_plain = request.config.getoption("--long"), request.config.getoption("--engine") == ENOUGH
    examples = 200 if long else 2 if is_plain else 4
    found, answered = _judge(live_url, _settings(world, safe=safe, examples=examples, long=long))
    assert not found, f"{len(found)} findings\n\n" + "\n\n".join(found[:10])
    silent = [name for name, statuses in answered.items() if safe and not any(status < 300 for status in statuses)]
    without_subject = {  # no score yet, work of one, no second version, nobody of a region; tests of their own answer
        "GET /submissions/{submission}/contribution",
        "GET /submissions/{submission}/score/explain",
        "GET /program-versions/{version}/comparison",
        "GET /program-versions/{version}/moves",
        "GET /regions/{region}",
    }
    assert set(silent) <= without_subject, "these never got to answer"
    for name, statuses in sorted(answered.items()):
        print(f"{sum(statuses.values()):5} {name} {dict(sorted(statuses.items()))}")
