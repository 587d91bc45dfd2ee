"""One rule through every door: the API, the page and the command refuse with the same sentence."""

from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from lms.api.shapes import why
from lms.hub.catalog.models import Unit
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.services.entries import Hours, log_hours
from lms.kernel import idem
from lms.kernel.db import transaction
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef
from lms.kernel.text import say
from tests.api.support import caller
from tests.hub.hours.weeks import hand_in, log_week
from tests.support.web import NOW, World

REFUSED: tuple[tuple[str, str, int], ...] = (
    ("2026-10-05", "2026-10-06", 90),  # locked
    ("2026-10-19", "2026-10-20", 90),  # handed in
    ("2026-10-26", "2026-10-29", 90),  # tomorrow
    ("2026-10-26", "2026-10-27", 961),  # longer than anyone works
)


@pytest.mark.one_engine
def test_page_api_and_command_refuse_hours_with_one_sentence(world: World) -> None:
    log_week(world)
    hand_in(world)
    browser, program, unit = world.browser_of("Ada"), caller(world, "Ada"), world.one(Unit, code="PC-1").public_id
    path, before = f"/enrollments/{world.enrollment('Ada').public_id}/hours", len(world.all(HoursEntry))
    for monday, day, minutes in REFUSED:
        hours: dict[str, Any] = {"day": day, "minutes": minutes, "unit": unit, "client_key": str(uuid4())}
        answer = program.post(path, json=hours)
        (error,) = answer.json["errors"]  # type: ignore[index]
        page = browser.post(f"/student/hours/weeks/{monday}/entries", data={**hours, "minutes": f"{minutes}m"})
        assert (answer.status_code, page.status_code) == (422, 422), day
        assert error["message"] in unescape(page.text), day
        what = Hours(day=date.fromisoformat(day), minutes=minutes, unit=unit)
        with pytest.raises(RuleBroken) as broken, transaction():
            log_hours(world.actor("Ada"), world.enrollment("Ada"), what, hours["client_key"])
        assert broken.value.field == error["field"], day
    assert len(world.all(HoursEntry)) == before


def test_a_call_in_flight_is_not_begun_a_second_time(world: World, engine: str) -> None:
    ada = world.person("Ada").id
    path, body = f"/enrollments/{world.enrollment('Ada').public_id}/weeks/7/submissions", {"zero_reason": "ill"}
    program, key = caller(world, "Ada"), {"Idempotency-Key": "mine"}
    if engine == "postgresql":  # on SQLite whoever comes second waits at the write lock
        with transaction():
            assert idem.claim(ada, "mine")
            answer = program.post(path, json=body, headers=key)
        assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
    assert program.post(path, json=body, headers=key).status_code == 201
    assert program.post(path, json=body, headers=key).headers["Idempotent-Replayed"] == "true"


@pytest.mark.one_engine
def test_a_fact_that_the_reader_may_not_see_is_said_and_not_shown(world: World) -> None:
    facts = (FactRef("score", "a" * 20, NOW), FactRef("score", None, NOW))
    with world.app.test_request_context("/api/v1/me"):
        shown = why(Explained(1, say("rule"), say("source"), facts))
    assert [(fact.id, fact.recorded_at is None, fact.text) for fact in shown.facts] == [
        ("a" * 20, False, None),
        (None, True, "one fact you may not see"),
    ]
