"""The database: one declarative base, one session, one kind of transaction.

SQLite is the default and has one writer at a time: writers queue in a fair lock inside the process, from BEGIN
IMMEDIATE to COMMIT, because SQLite's own waiting starves some of them for seconds. PostgreSQL needs no lock here.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Connection, Engine, Enum, Index, Integer, MetaData, Table, Text, event
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.pool import ConnectionPoolEntry

from lms.kernel import deadline, mapping
from lms.kernel.columns import Day, UtcDateTime
from lms.kernel.driver import send
from lms.kernel.unit import LINE, UnitSession
from lms.kernel.unit import line_of as line_of
from lms.kernel.unit import writing as _writing

mapping.install()
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers its rows itself only in a column typed INTEGER
ENUM = Enum(
    StrEnum, native_enum=False, create_constraint=True, length=40, values_callable=lambda kind: [m.value for m in kind]
)


class Base(DeclarativeBase):
    """Every table of the product.

    `__append_only__`: the database itself refuses UPDATE and DELETE. `__anchor__`: what the row hangs from
    ("enrollment", "firm", ...), which decides who may see it; see `lms.people.scope`. `__open_to_read__`: anybody may
    read it, so only commands ask where it hangs.
    """

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BIG, str: Text, date: Day, datetime: UtcDateTime, StrEnum: ENUM,
    }  # fmt: skip
    __append_only__: ClassVar[bool] = False
    __anchor__: ClassVar[str | None] = None
    __open_to_read__: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        table = cls.__dict__.get("__table__")
        if isinstance(table, Table):
            table.info["append_only"] = cls.__append_only__
            table.info["anchor"] = None if cls.__open_to_read__ else cls.__anchor__
            table.info["model"] = cls
            mapping.settle(table)


def on_postgresql(index: Index, **options: object) -> Index:
    """`index` with what only PostgreSQL can do with it.

    It is told while the tables are made there: told at once, each process on SQLite would load 2 MB about PostgreSQL.
    """

    def tell(_: MetaData, connection: Connection, **__: object) -> None:
        if connection.dialect.name == "postgresql":
            index.dialect_options["postgresql"].update(options)

    event.listen(Base.metadata, "before_create", tell)
    return index


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": UnitSession, "expire_on_commit": False})
session = db.session

M = TypeVar("M", bound=Base)
_compiled: ContextVar[dict[Any, Any] | None] = ContextVar("compiled", default=None)


class FairLock:
    """A lock that is handed on in the order in which it was asked for. Waiting ends at the request's deadline."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._held = False
        self._queue: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        with self._door:
            if not self._held:
                self._held = True
                return
            turn = threading.Event()
            self._queue.append(turn)
        if turn.wait(deadline.left()):
            return
        with self._door:
            if not turn.is_set():
                self._queue.remove(turn)
                raise deadline.TooLate()
        # It came at the last moment: go on, the next statement looks at the deadline again.

    def __exit__(self, *_: object) -> None:
        with self._door:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._held = False


_write_lock = FairLock()


@contextmanager
def transaction(*, write: bool = True) -> Iterator[None]:
    """One transaction: committed at the end, rolled back on any exception. Needs an app context; does not nest.

    write: False promises to write nothing; a flush inside raises.
    """
    if session().in_transaction():
        raise RuntimeError("A transaction is open already; only the guard, the command line and jobs open one.")
    single_writer = write and db.engine.dialect.name == "sqlite"
    with _write_lock if single_writer else nullcontext():
        token = _writing.set(write)
        try:
            if (compiled := _compiled.get()) is not None:
                session.connection(execution_options={"compiled_cache": compiled})
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            _writing.reset(token)


@contextmanager
def seldom() -> Iterator[None]:
    """Statements compiled in the transactions in here are forgotten at its end: nobody asks them again soon."""
    token = _compiled.set({})
    try:
        yield
    finally:
        _compiled.reset(token)


def as_read(model: type[M], columns: dict[str, Any], *, renew: bool = False) -> M:
    """The row whose every column was read past the ORM, as if the session had read it itself.

    renew: what a row that is known holds becomes what was read now, as by `populate_existing`.

    It goes in as the ORM's own loading puts it in; adding it to the session as a row from elsewhere takes five times
    as long, and thousands of rows come this way.
    """
    current = session()
    key = model.__mapper__.identity_key_from_primary_key((columns["id"],))
    known: M | None = current.identity_map.get(key)
    if known is not None:
        if renew:
            state = instance_state(known)
            state.dict.update(columns)
            state._commit_all(state.dict, current.identity_map)
        return known
    row: M = model.__mapper__.class_manager.new_instance()
    state = instance_state(row)
    state.dict.update(columns)
    state.key, state.session_id = key, current.hash_key
    current.identity_map.add(state)
    return row


@event.listens_for(Session, "after_transaction_end")
def _forget_line(current: Session, _: object) -> None:
    current.info.pop(LINE, None)


def is_writing() -> bool:
    """Whether the running code stands in a transaction that may write."""
    return _writing.get()


@event.listens_for(Session, "before_flush")
def _refuse_writes_of_readers(current: Session, *_: object) -> None:
    if not _writing.get() and (current.new or current.dirty or current.deleted):
        raise RuntimeError("This transaction only reads; open it with transaction(write=True).")


@event.listens_for(Engine, "connect")
def _set_up_connection(dbapi_connection: Any, _: ConnectionPoolEntry) -> None:
    if "sqlite" not in type(dbapi_connection).__module__:
        return
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in SQLITE_PRAGMAS:
        dbapi_connection.execute(f"PRAGMA {pragma}").close()
    deadline.watch(dbapi_connection)


SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "recursive_triggers=ON",  # else INSERT OR REPLACE deletes a row without its BEFORE DELETE trigger
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "mmap_size=0",
)


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # A reader that turns writer later would fail at once with SQLITE_BUSY, so writers say so at the start.
        send(connection, "BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
