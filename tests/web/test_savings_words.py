"""Every kind of thing in a project has its own words, also where two kinds are written with the same text."""

import pytest

from lms.capstone.lines.rules.kinds import CostKind, LineKind, Payer, Perspective, Stream
from lms.capstone.savings.rules.kinds import Reason
from lms.web.savings.words import _NAMES, NAMES, named
from tests.support.web import World


@pytest.mark.one_engine
def test_no_kind_takes_the_words_of_another(world: World) -> None:
    assert len(NAMES) == len(_NAMES)
    with world.app.test_request_context():
        assert (named(Payer.FIRM), named(Perspective.FIRM)) == ("Firm", "The firm's own cost")
        assert (named(CostKind.LABOR), named(Stream.LABOR)) == ("Labor of others", "Labor hours")
        assert (named(Reason.OTHER), named(Stream.OTHER)) == ("Another reason", "Something else")
        assert named(LineKind.ONE_TIME) != named(Stream.ONE_TIME)
