"""The rows that addresses name, found only in what the caller may see: everything else is not found."""

from typing import Any, TypeVar, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from lms.api.shapes import Paged
from lms.kernel.db import Base, session
from lms.kernel.errors import NotFound
from lms.kernel.paging import Page, page_of
from lms.people.access import Action, Actor
from lms.people.scope import scoped

Row = TypeVar("Row", bound=Base)


def find(actor: Actor, action: Action, model: type[Row], public_id: str) -> Row:
    """The row of `model` with this public id to which `actor` may do `action`. Raises NotFound. One query.

    Commands find by a reading action: whoever may see it but not do this is told so (403), not that it is not there.
    """
    found = session.scalar(scoped(select(model).where(model.__table__.c.public_id == public_id), actor, action))
    if found is None:
        raise NotFound()
    return found


def part_of(statement: Select[Row], key: InstrumentedAttribute[int], query: Paged) -> Page[Row]:
    """One part of a list in the order of the row number `key`. One query."""
    return page_of(cast("Select[Any]", statement), [cast(Any, key)], query.after, query.limit)
