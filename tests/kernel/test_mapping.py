"""Mapping a column makes no expression of it."""

from typing import Any

import pytest
from sqlalchemy.orm import (
    ColumnProperty,
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    configure_mappers,
    mapped_column,
)

from lms.kernel import mapping


def _expression_of(attribute: InstrumentedAttribute[Any]) -> Any:
    """What was made of the column so far. Raises AttributeError where nothing was."""
    slot = ColumnProperty.Comparator.__dict__["__clause_element__"]  # asking for it by name would make it
    return slot.__get__(attribute.comparator)


def test_an_attribute_has_no_expression_until_a_statement_names_it() -> None:
    class Base(DeclarativeBase):
        pass

    class Row(Base):
        __tablename__ = "row"
        id: Mapped[int] = mapped_column(primary_key=True)

    mapping.install()
    configure_mappers()
    with pytest.raises(AttributeError):
        _expression_of(Row.id)  # type: ignore[arg-type]
    assert str(Row.id == 1) == "row.id = :id_1"
    assert _expression_of(Row.id)().name == "id"  # type: ignore[arg-type]
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        _ = Row.id.nothing_of_this_name
