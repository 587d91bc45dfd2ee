"""Public ids for URLs, files and credentials; never the row number."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
PUBLIC_ID_LENGTH = 20  # 100 bits: nobody guesses one, and no two meet
_LETTER_OF_BYTE = (LETTERS * (256 // len(LETTERS))).encode()  # each letter stands for equally many bytes


_drawn: ContextVar[Random | None] = ContextVar("drawn", default=None)


def new_public_id() -> str:
    """A random id of 20 lower-case letters and digits."""
    chance = _drawn.get()
    drawn = chance.randbytes(PUBLIC_ID_LENGTH) if chance else secrets.token_bytes(PUBLIC_ID_LENGTH)
    return drawn.translate(_LETTER_OF_BYTE).decode()


@contextmanager
def drawn_from(chance: Random) -> Iterator[None]:
    """Draw the ids made inside from `chance`, so that a sample, whose quizzes are drawn by ids, is the same twice."""
    token = _drawn.set(chance)
    try:
        yield
    finally:
        _drawn.reset(token)
