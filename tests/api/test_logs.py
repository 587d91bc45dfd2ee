"""What a mistake of ours leaves in the log: where it happened, never what somebody sent."""

import pytest

from tests.api.support import Caller, token_of
from tests.support.web import World


@pytest.mark.one_engine
def test_a_mistake_of_ours_is_logged_without_the_token_and_what_was_sent(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> bool:
        raise RuntimeError("a mistake")

    monkeypatch.setattr("lms.api.v1.me.may_at_all", fail)
    _, secret = token_of(world, "Ada")
    answer = Caller(world.visitor(), secret).get("/me")
    assert (answer.status_code, answer.json["title"]) == (500, "Something went wrong")  # type: ignore[index]
    written = capsys.readouterr().out
    assert "a mistake" in written
    assert secret not in written
    assert '"locals"' not in written
