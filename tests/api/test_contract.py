"""The whole document, judged by schemathesis: every operation keeps what it declares, on good input and on bad."""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.api.support import BASE, token_of
from tests.support.web import World


def _settings(secret: str, places: dict[str, str], examples: int) -> SchemathesisConfig:
    """Every check of schemathesis, but for those that would ask what only rules can know.

    positive_data_acceptance: what a rule refuses (a day in the future) fits the schema all the same, so 422 is fine.
    """
    return SchemathesisConfig.from_dict(
        {
            "headers": {"Authorization": f"Bearer {secret}"},
            "parameters": {f"path.{name}": value for name, value in places.items()},
            "generation": {"max-examples": examples, "deterministic": True, "with-security-parameters": False},
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 422]}},
            "phases": {"stateful": {"enabled": False}},
            "warnings": False,
        }
    )


def _judge(world: World, url: str, name: str, places: dict[str, str], examples: int) -> tuple[list[str], Counter[int]]:
    """What schemathesis found wrong as a member of the cast, and how often each status was answered."""
    settings = _settings(token_of(world, name)[1], places, examples)
    schema = schemathesis.openapi.from_url(f"{url}{BASE}/openapi.json", config=settings)
    found: list[str] = []
    answered: Counter[int] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(event.recorder, found, answered)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.append(str(event))
    return found, answered


def _note(recorder: Any, found: list[str], answered: Counter[int]) -> None:
    for interaction in recorder.interactions.values():
        if interaction.response is not None:
            answered[interaction.response.status_code] += 1
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                case = recorder.cases[case_id].value
                failure = check.failure_info.failure
                found.append(
                    f"{recorder.label} [{check.name}] {failure.title}: {failure.message}\n{case.as_curl_command()}"
                )


@pytest.mark.one_engine
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_every_operation_keeps_its_contract(world: World, live_url: str) -> None:
    found, answered = _judge(world, live_url, "Ada", {"enrollment": world.enrollment("Ada").public_id}, examples=20)
    assert not found, "\n\n".join(found[:10])
    assert answered[200] > 0
    print(dict(answered))
