"""How long a busy machine may take, in one place: tests that pass never wait for it.

What the product gives up after some seconds, so that nobody sits before an empty page, would on a machine with much
else to do be a test that fails by chance. A test of such a limit sets it back, or makes it shorter.
"""

import time
from collections.abc import Callable, Iterator

import pytest

from lms.kernel import deadline
from lms.web import previews
from lms.web.previews import painting

SECONDS = 90.0  # for whatever happens by itself
LIMITS = dict(deadline.SECONDS_OF_POSTGRESQL)  # as the product has them


@pytest.fixture(scope="session", autouse=True)
def _patient() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patience:
        patience.setattr(deadline, "SECONDS", 60.0)
        patience.setattr(deadline, "SECONDS_OF_POSTGRESQL", dict.fromkeys(LIMITS, 60.0))
        patience.setattr(painting, "SECONDS", 50.0)
        patience.setattr(previews, "SECONDS_OF_A_PAGE", 50.0)
        yield


def wait_for(what: Callable[[], object], why: str = "it did not happen", seconds: float = SECONDS) -> None:
    """Until `what` gives something true; fails after `seconds`."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, f"{why} in {seconds:g} s"
        time.sleep(0.01)
