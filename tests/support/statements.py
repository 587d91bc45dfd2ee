"""Counting SQL: a page's budget of statements, the same for a small and a large cohort."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, event

NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET ")


@dataclass
class Statements:
    """The statements sent so far, in order."""

    sent: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.sent)

    def at_most(self, budget: int) -> None:
        """Fail, with every statement listed, if more than `budget` were sent."""
        listed = "\n".join(f"{n:3} {' '.join(text.split())[:160]}" for n, text in enumerate(self.sent, 1))
        assert self.count <= budget, f"{self.count} statements, budget {budget}:\n{listed}"


@contextmanager
def count_statements() -> Iterator[Statements]:
    """Every statement this process sends to any database inside the block; transaction control is not counted."""
    statements = Statements()

    def note(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
        if not text.lstrip().upper().startswith(NOT_COUNTED):
            statements.sent.append(text)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)
