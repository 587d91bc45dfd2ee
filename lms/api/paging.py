"""Lists in parts that stay right while rows are added: the next part starts after a row, not after a number of rows."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select
from sqlalchemy.orm import InstrumentedAttribute

from lms.api.shapes import Paged
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

PREFIX = b"after:"


def part(
    statement: Select[*tuple[Any, ...]], key: ColumnElement[int] | InstrumentedAttribute[int], query: Paged
) -> tuple[Sequence[Row[*tuple[Any, ...]]], str | None]:
    """One part of the rows of `statement` in the order of the row number `key`, and the cursor of the next one.

    Each row has `key` as its last column. One query.
    """
    if query.after is not None:
        statement = statement.where(key > _number(query.after))
    rows = session.execute(statement.add_columns(key).order_by(key).limit(query.limit + 1)).all()
    if len(rows) <= query.limit:
        return rows, None
    rows = rows[: query.limit]
    return rows, _cursor(rows[-1][-1])


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(PREFIX + str(number).encode()).decode().rstrip("=")


def _number(cursor: str) -> int:
    try:
        plain = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        plain = b""
    digits = plain.removeprefix(PREFIX)
    if not plain.startswith(PREFIX) or not digits.isdigit() or len(digits) > 18:
        raise RuleBroken(N_("Send `next` of the page before, unchanged, or leave it out."), field="after")
    return int(digits)
