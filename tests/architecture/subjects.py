"""Whose rows the access matrix asks for: always Ada's, Acme's or Lowell's, so that everybody else is a stranger.

A new part in an address needs a line here: its name, and how its value is found (or made) in the cast's world.
"""

from collections.abc import Callable

from tests.api.support import token_of
from tests.support.web import World

Subject = Callable[[World], str]

# By the name in the address: /enrollments/<public_id:enrollment>.
SUBJECTS: dict[str, Subject] = {
    "enrollment": lambda world: world.enrollment("Ada").public_id,
    "person": lambda world: world.person("Ada").public_id,
    "token": lambda world: token_of(world, "Ada")[0].public_id,
    "secret": lambda world: "not-a-secret",
    "language": lambda world: "es",
    "week": lambda world: "8",
}

# Where one name means different things, by endpoint and name.
EXCEPTIONS: dict[tuple[str, str], Subject] = {}


def find_subject(endpoint: str, name: str) -> Subject:
    """How the value of one part of an address is found."""
    return EXCEPTIONS.get((endpoint, name)) or SUBJECTS[name]
