"""The one spelling of plain values as JSON, so that equal values have equal bytes and hashes. Pure."""

import json
from typing import Any


def canonical(value: Any) -> str:
    """JSON with sorted keys and no blanks; raises TypeError on a float, which has no one spelling."""
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("No floats in stored JSON.")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            _refuse_floats(part)
