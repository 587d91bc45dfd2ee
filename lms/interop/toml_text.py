"""Writes plain values as TOML that a person would write: one key a line, tables under headers. Pure.

Only what a curriculum holds: text, whole numbers, booleans, lists and tables. None is left out.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(document: Mapping[str, Any]) -> str:
    """The document as a TOML file, which reads back as the same values."""
    return "\n".join(_table((), document)).strip() + "\n"


def _table(path: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[str]:
    """Plain keys first: whatever follows a header belongs to it."""
    for key, value in table.items():
        if not _is_nested(value) and value is not None:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        if not _is_nested(value):
            continue
        inner = (*path, key)
        name = ".".join(_key(part) for part in inner)
        if isinstance(value, Mapping):
            yield from ("", f"[{name}]")
            yield from _table(inner, value)
            continue
        for one in value:
            yield from ("", f"[[{name}]]")
            yield from _table(inner, one)


def _is_nested(value: Any) -> bool:
    """A table or a list of tables that gets headers; short tables, as levels of a criterion, stand in one line each."""
    if isinstance(value, Mapping):
        return True
    return _is_tables(value) and not all(_is_short(one) for one in value)


def _is_tables(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(one, Mapping) for one in value)


def _is_short(table: Mapping[str, Any]) -> bool:
    plain = all(not isinstance(one, Mapping | list | tuple) for one in table.values())
    return len(table) <= 2 and plain and set(table) == {"points", "text"}


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _text(value)
    if _is_tables(value):
        rows = (", ".join(f"{_key(k)} = {_plain(v)}" for k, v in one.items()) for one in value)
        return "[\n" + "".join(f"  {{ {row} }},\n" for row in rows) + "]"
    return "[" + ", ".join(_plain(one) for one in value) + "]"


def _plain(value: Any) -> str:
    return _quoted(value) if isinstance(value, str) else _value(value)


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else _quoted(key)


def _quoted(text: str) -> str:
    """One line; TOML's escapes are those of JSON, and it escapes DEL too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _text(text: str) -> str:
    """Several lines where the text has them."""
    if "\n" not in text:
        return _quoted(text)
    lines = (_quoted(line)[1:-1].replace('\\"', '"').replace('"""', '""\\"') for line in text.split("\n"))
    whole = "\n".join(lines)
    return f'"""\n{whole[:-1]}\\""""' if whole.endswith('"') else f'"""\n{whole}"""'
