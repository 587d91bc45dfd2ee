"""The whole document, judged by schemathesis: every operation keeps what it declares, on good input and on bad."""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from lms.api.kit import OPERATIONS, Operation
from lms.api.spec import PLACE
from lms.people.access import may_at_all
from tests.api.support import BASE, token_of
from tests.architecture.subjects import Subjects
from tests.support.web import World

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
CALLERS = ("Ada", "Ben", "Dee", "Finn", "Cleo", "Gus")  # an operation is called by the first who may do it at all


def _settings(world: World, *, safe: bool, long: bool) -> SchemathesisConfig:
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
        first = {"If-Match": '"0.0"', "Upload-Offset": "0"}  # the first writer's
        values |= {f"header.{header}": first[header] for header in declared.headers}
        asked = {"include-name": f"{declared.method} {path}", "enabled": declared.is_safe is safe}
        return {**asked, "headers": headers[name], "parameters": values}

    return SchemathesisConfig.from_dict(
        {
            "generation": {
                "max-examples": 200 if long else 4,
                "deterministic": True,
                "with-security-parameters": False,
            },
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 422]},
                "missing_required_header": {"expected-statuses": [401, 403, 404, 422, 428]},
            },
            "phases": {"stateful": {"enabled": False}, "coverage": {"enabled": long}},
            "warnings": False,
            "operations": [operation(declared) for declared in OPERATIONS.values()],
        }
    )


def _judge(url: str, settings: SchemathesisConfig) -> tuple[list[str], dict[str, Counter[int]]]:
    """What schemathesis found wrong, and how often each operation answered each status."""
    schema = schemathesis.openapi.from_url(f"{url}{BASE}/openapi.json", config=settings)
    found: list[str] = []
    answered: dict[str, Counter[int]] = {}
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(event.recorder, found, answered.setdefault(event.recorder.label, Counter()))
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.append(str(event))
    return found, answered


def _note(recorder: Any, found: list[str], answered: Counter[int]) -> None:
    for interaction in recorder.interactions.values():
        if interaction.response is not None and recorder.label.startswith(f"{interaction.request.method} "):
            answered[interaction.response.status_code] += 1
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                case, failure = recorder.cases[case_id].value, check.failure_info.failure
                said = f"{recorder.label} [{check.name}] {failure.title}: {failure.message}"
                found.append(f"{said}\n{case.as_curl_command()}")


@pytest.mark.one_engine
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("safe", [True, False], ids=["reading", "writing"])
def test_every_operation_keeps_its_contract(
    world: World, live_url: str, request: pytest.FixtureRequest, *, safe: bool
) -> None:
    found, answered = _judge(live_url, _settings(world, safe=safe, long=request.config.getoption("--long")))
    assert not found, f"{len(found)} findings\n\n" + "\n\n".join(found[:10])
    silent = [name for name, statuses in answered.items() if safe and not any(status < 300 for status in statuses)]
    without_subject = {  # no score yet, no second version, nobody who has a region; tests of their own answer
        "GET /submissions/{submission}/score/explain",
        "GET /program-versions/{version}/comparison",
        "GET /program-versions/{version}/moves",
        "GET /regions/{region}",
    }
    assert set(silent) <= without_subject, "these never got to answer"
    for name, statuses in sorted(answered.items()):
        print(f"{statuses.total():5} {name} {dict(sorted(statuses.items()))}")
