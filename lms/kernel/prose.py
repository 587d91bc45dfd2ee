"""Free text and file names of facts, in one side table: a person's words can be erased and the facts still stand."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BindParameter, Executable, UniqueConstraint, bindparam, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base, session
from lms.kernel.facts import Fact
from lms.kernel.ids import new_public_id
from lms.kernel.later import write_later, write_now
from lms.kernel.prepared import rows_of


class Prose(Base):
    """One text of one fact. Only erasing changes it: `text` becomes NULL and the hash stays."""

    __tablename__ = "prose"
    __table_args__ = (UniqueConstraint("fact_id", "name"), {"info": {"erasable": ("text",)}})
    __append_only__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[str]  # the fact's public id, in whatever table it stands
    name: Mapped[str]
    text: Mapped[str | None]
    sha256: Mapped[str]


INSERT = insert(Prose)


def keep(fact: Fact, **texts: str | None) -> None:
    """Store the texts of a fact that was just made, each under its name; empty ones are not stored."""
    said = {name: text for name, text in texts.items() if text}
    if not said:
        return
    if not fact.public_id:  # its INSERT has not drawn one yet
        fact.public_id = new_public_id()
    rows = [
        {"fact_id": fact.public_id, "name": name, "text": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}
        for name, text in said.items()
    ]
    write_later("prose", INSERT, rows)


def prose_of(facts: Iterable[Fact], name: str) -> dict[str, str]:
    """The texts called `name` of facts that the caller was allowed to find, by public id. One query."""
    ids = [fact.public_id for fact in facts]
    if not ids:
        return {}
    write_now("prose")
    return {fact_id: text for fact_id, text in _ask(_TEXTS_OF_NAME, ids=ids, name=name) if text is not None}


def all_prose_of(facts: Iterable[Fact]) -> dict[str, dict[str, str]]:
    """Every text of facts that the caller was allowed to find: by public id, then by name. One query."""
    found: dict[str, dict[str, str]] = {fact.public_id: {} for fact in facts}
    if found:
        write_now("prose")
        for fact_id, name, text in _ask(_TEXTS, ids=list(found)):
            if text is not None:
                found[fact_id][name] = text
    return found


_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_TEXTS = select(Prose.fact_id, Prose.name, Prose.text).where(Prose.fact_id.in_(_IDS))
_TEXTS_OF_NAME = select(Prose.fact_id, Prose.text).where(Prose.name == bindparam("name"), Prose.fact_id.in_(_IDS))


def _ask(statement: Executable, **values: object) -> Sequence[Any]:
    session.flush()
    return rows_of(session.connection(), statement, values)
