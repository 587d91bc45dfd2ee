"""What `flask verify` asks of statements: each is made anew from the facts of its moment and compared."""

from collections.abc import Iterator

from sqlalchemy import select

from lms.capstone.statements.models import Statement
from lms.capstone.statements.queries import rebuilt
from lms.capstone.statements.rules import FORM, sha256_of
from lms.kernel.db import session
from lms.people.scope import unscoped


def differences() -> Iterator[str]:
    """Every statement whose stored figures are not those that its hash names, or that the facts give."""
    numbers = session.scalars(unscoped(select(Statement.id).order_by(Statement.id), "verify")).all()
    for number in numbers:
        statement = session.scalars(unscoped(select(Statement).where(Statement.id == number), "verify")).one()
        if sha256_of(statement.figures) != statement.sha256:
            yield f"statement {statement.public_id}: its figures were changed"
        elif statement.figures.get("form") == FORM:
            again = rebuilt(statement)
            names = sorted(name for name in again if again[name] != statement.figures.get(name))
            if names:
                yield f"statement {statement.public_id}: the facts give other figures ({', '.join(names)})"
