"""schemathesis as a process of its own: what it keeps of what it made ends with it.

Reads `{"url": address of the document, "settings": a configuration}` and writes `{"found": [...], "answered": {...}}`.
"""

import json
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

import requests
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.generation.jsonschema import strategy
from schemathesis.specs.openapi import converter

TOGETHER = 16  # operations; for each it looks through the settings of all that it was given, again and again
FOLDED = 200  # characters
_fold = converter.update_quantifier


def _fold_short(pattern: str, least: int | None, most: int | None) -> str:
    """Only a short limit becomes part of a pattern: "20,000 times anything but NUL" is 50 MB and half a second."""
    return str(_fold(pattern, least, most if most is None or most <= FOLDED else None))


converter.update_quantifier = strategy.update_quantifier = _fold_short
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


def judge(url: str, settings: dict[str, Any]) -> tuple[list[str], dict[str, Counter[int]]]:
    """What schemathesis found wrong, and how often each operation answered each status."""
    document = requests.get(url, timeout=60).json()
    found: list[str] = []
    answered: dict[str, Counter[int]] = {}
    asked = [one for one in settings["operations"] if one["enabled"]]
    for some in (asked[at : at + TOGETHER] for at in range(0, len(asked), TOGETHER)):
        config = SchemathesisConfig.from_dict({**settings, "base-url": url.rpartition("/")[0], "operations": some})
        names = {one["include-name"] for one in some}
        for event in _events({**document, "paths": _paths(document, names)}, config):
            if isinstance(event, events.ScenarioFinished):
                _note(event.recorder, found, answered.setdefault(event.recorder.label, Counter()))
            elif isinstance(event, events.NonFatalError | events.FatalError):
                found.append(str(event))
        assert names <= set(answered), f"not judged: {names - set(answered)}"
    return found, answered


def _paths(document: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """The paths of a document with the operations of these names ("GET /hours") alone."""
    return {
        path: {method: one for method, one in item.items() if f"{method.upper()} {path}" in names}
        for path, item in document["paths"].items()
    }


def _events(document: dict[str, Any], config: SchemathesisConfig) -> Iterator[Any]:
    yield from from_schema(schemathesis.openapi.from_dict(document, config=config)).execute()


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
    found, answered = judge(asked["url"], asked["settings"])
    json.dump({"found": found, "answered": answered}, sys.stdout)
