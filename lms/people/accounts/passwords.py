"""Password hashes: argon2id, at most two at once, so that a flood of sign-ins takes neither memory nor cores."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

MINIMUM_LENGTH = 12  # NIST SP 800-63B allows 8; 12 without composition rules
MAXIMUM_LENGTH = 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's floor for argon2id
_at_once = threading.Semaphore(2)
_nobody = _hasher.hash("no one has this password")


def hash_password(password: str) -> str:
    """The hash to store. Raises RuleBroken for a password that is too short or too long."""
    if len(password) < MINIMUM_LENGTH:
        raise RuleBroken(
            N_("Choose a password of at least %(count)s characters."), field="password", count=MINIMUM_LENGTH
        )
    if len(password) > MAXIMUM_LENGTH:
        raise RuleBroken(
            N_("Choose a password of at most %(count)s characters."), field="password", count=MAXIMUM_LENGTH
        )
    with _at_once:
        return _hasher.hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether `password` makes `stored`; takes as long when there is no such account, so that nobody can tell."""
    with _at_once:
        try:
            return _hasher.verify(stored or _nobody, password[: MAXIMUM_LENGTH + 1]) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False
