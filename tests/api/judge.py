"""schemathesis as a process of its own: it keeps gigabytes of what it made, which end with it.

Reads `{"url": address of the document, "settings": a configuration}` and writes `{"found": [...], "answered": {...}}`.
"""

import json
import sys
import warnings
from collections import Counter
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


def judge(url: str, settings: SchemathesisConfig) -> tuple[list[str], dict[str, Counter[int]]]:
    """What schemathesis found wrong, and how often each operation answered each status."""
    schema = schemathesis.openapi.from_url(url, config=settings)
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


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="Generating overly large repr")
    asked = json.load(sys.stdin)
    found, answered = judge(asked["url"], SchemathesisConfig.from_dict(asked["settings"]))
    json.dump({"found": found, "answered": answered}, sys.stdout)
