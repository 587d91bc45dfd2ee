"""Mapping a column makes no expression of it, and a table that is whole keeps no listeners of its parts."""

from typing import Any

import pytest
from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, Table
from sqlalchemy.orm import (
    ColumnProperty,
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    configure_mappers,
    mapped_column,
)
from sqlalchemy.schema import CreateIndex, CreateTable

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


def test_a_settled_table_keeps_no_listeners_and_is_made_and_copied_as_before() -> None:
    def tables(metadata: MetaData) -> tuple[Table, Table]:
        return Table("place", metadata, Column("id", Integer, primary_key=True)), Table(
            "row",
            metadata,
            Column("id", Integer, primary_key=True),
            Column("place_id", ForeignKey("place.id"), index=True, unique=True),
            Column("is_open", Boolean(create_constraint=True, name="is_open"), default=False),
            Index("by_both", "place_id", "is_open"),
        )

    def ddl(made: Table) -> list[str]:
        return [str(CreateTable(made)), *sorted(str(CreateIndex(index)) for index in made.indexes)]

    plain, settled, copied = MetaData(), MetaData(), MetaData()
    tables(plain)
    for table in tables(settled):
        mapping.settle(table)
        assert not [part for part in mapping.parts(table) if "dispatch" in part.__dict__]
        table.to_metadata(copied)
    assert ddl(settled.tables["row"]) == ddl(plain.tables["row"]) == ddl(copied.tables["row"])
    (key,) = copied.tables["row"].foreign_keys
    assert key.column is copied.tables["place"].c.id
