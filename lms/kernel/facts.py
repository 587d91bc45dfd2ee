"""What every fact row has, and how a rule reads facts as of a moment."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, ForeignKey, Select, and_, or_, select
from sqlalchemy.orm import Mapped, aliased, declared_attr, mapped_column

from lms.kernel.acting import acting_at, acting_person_id
from lms.kernel.explain import FactRef
from lms.kernel.ids import new_public_id

S = TypeVar("S", bound="Select[*tuple[Any, ...]]")
T = TypeVar("T")


class HasPublicId:
    """A row number for joins and a random public id for URLs and the API."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)
    # The sentinel lets SQLAlchemy insert many rows in one statement on both engines and still learn their numbers.
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, insert_sentinel=True, sort_order=-9)


class Fact(HasPublicId):
    """A dated row that is never changed; a later row may supersede it, once.

    recorded_at: when we learned it (UTC), the same for all facts of one command. recorded_by_id: who said so, None for
    the system; never taken from input.
    """

    __append_only__ = True
    if TYPE_CHECKING:
        __tablename__: Any

    recorded_at: Mapped[datetime] = mapped_column(default=acting_at, index=True, sort_order=90)

    @declared_attr
    @classmethod
    def recorded_by_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("person.id"), default=acting_person_id, sort_order=91)

    @declared_attr
    @classmethod
    def supersedes_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey(f"{cls.__tablename__}.id"), unique=True, sort_order=92)

    @property
    def ref(self) -> FactRef:
        """How an explanation points at this row."""
        return FactRef(self.__tablename__, self.public_id, self.recorded_at)


def stands(model: type[Fact], as_of: datetime | None = None) -> ColumnElement[bool]:
    """Rows that were known at `as_of` and not superseded by a row known then; None means now."""
    if as_of is None:
        return _stands_now(model)
    newer, replaced = _replaced(model)
    return and_(model.recorded_at <= as_of, ~replaced.where(newer.recorded_at <= as_of).exists())


Replaced = tuple[type[Fact], "Select[int]"]
_standing: dict[Any, ColumnElement[bool]] = {}
_replacing: dict[Any, Replaced] = {}


def _stands_now(model: type[Fact]) -> ColumnElement[bool]:
    """Built once for each table: building the condition costs more than asking it."""
    if _lives_short(model):
        return ~_replaced(model)[1].exists()
    if model not in _standing:
        _standing[model] = ~_replaced(model)[1].exists()
    return _standing[model]


def _replaced(model: type[Fact]) -> Replaced:
    """The later rows of `model`, and which of them replace a row of it; built once for each table too."""
    if _lives_short(model):
        return _replaced_in(model)
    if model not in _replacing:
        _replacing[model] = _replaced_in(model)
    return _replacing[model]


def _replaced_in(model: type[Fact]) -> Replaced:
    newer = aliased(model)
    return newer, select(newer.id).where(newer.supersedes_id == model.id)


def _lives_short(model: Any) -> bool:
    """Whether it is an alias, which lives no longer than its statement."""
    return not isinstance(model, type)


def kept_for_now(build: Callable[[datetime | None], T]) -> Callable[[datetime | None], T]:
    """`build(as_of)` gives a statement with `bindparam`s; the one of now is built once and asked again and again.

    So are those of the last moments asked for: one page asks for the same moment several times.
    Building costs more than asking, and a statement that stays the same object keeps its place in SQLAlchemy's cache.
    """
    now, then = cache(lambda: build(None)), lru_cache(maxsize=4)(build)
    return wraps(build)(lambda as_of: now() if as_of is None else then(as_of))


def known(statement: S, model: type[Fact], as_of: datetime | None) -> S:
    """`statement` narrowed to the rows of `model` that stand as of `as_of`."""
    return statement.where(stands(model, as_of))


def runs_on(model: Any, day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Rows of a dated model (`from_day`, and `to_day` inclusive or open) that hold on `day`."""
    return and_(model.from_day <= day, or_(model.to_day.is_(None), model.to_day >= day))
