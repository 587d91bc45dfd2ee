"""Column types that behave alike on SQLite and PostgreSQL."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Date, DateTime, Dialect, Integer, Text, TypeDecorator

from lms.kernel.canonical import canonical as canonical

Process = Callable[[Any], Any]


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses a datetime without a zone; gives UTC back on both engines (SQLite forgets the zone).

    SQLite keeps it as SQLAlchemy would have it there, `2026-11-23 14:05:00.000000`, written and read in one step.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC."""
        return None if value is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Process | None:
        """How a value goes in."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        in_utc = self.process_bind_param

        def written(value: datetime | None) -> str | None:
            utc = in_utc(value, dialect)
            return None if utc is None else utc.replace(tzinfo=None).isoformat(" ", "microseconds")

        return written

    def result_processor(self, dialect: Dialect, coltype: Any) -> Process | None:
        """How a value comes out."""
        return _read_instant if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _read_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


class Day(TypeDecorator[date]):
    """A calendar day. SQLite keeps it as SQLAlchemy would have it there, `2026-11-23`."""

    impl = Date
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Process | None:
        """How a value goes in."""
        return _written_day if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Process | None:
        """How a value comes out."""
        return _read_day if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """What is compared with a day, or added to one."""
        return self if isinstance(value, date) else Date().coerce_compared_value(op, value)


def _written_day(value: date | None) -> str | None:
    return None if value is None else date.isoformat(value)  # of an instant too, the day alone


def _read_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


class Json(TypeDecorator[Any]):
    """Plain JSON, stored as text with sorted keys so that both engines hold the same bytes. No floats."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class SmallNumber(TypeDecorator[IntEnum]):
    """An IntEnum as its number."""

    impl = Integer
    cache_ok = True

    def __init__(self, kind: type[IntEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: IntEnum | None, dialect: Dialect) -> int | None:
        return None if value is None else int(self.kind(value))

    def process_result_value(self, value: int | None, dialect: Dialect) -> IntEnum | None:
        return None if value is None else self.kind(value)
