"""Own word and system beside each other, and an objection with its answer: both sides see the same (H23)."""

from uuid import uuid4

import pytest

from lms.hub.attendance.kinds import Answer
from lms.hub.attendance.queries.excuses import disputes_of
from lms.hub.attendance.rules.register import Mark
from lms.hub.attendance.services.disputes import answer_dispute
from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.kinds import Presence
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.services.entries import Hours, log_hours
from lms.kernel.db import transaction
from tests.api.support import caller
from tests.hub.attendance import made as attended
from tests.support.statements import count_statements
from tests.support.web import World

PAGE = "/student/hours/reconciliation"


@pytest.mark.one_engine
def test_h23_both_see_both_figures_and_the_whole_objection(world: World) -> None:
    ada, ben = world.browser_of("Ada"), world.browser_of("Ben")
    enrollment = world.enrollment("Ada")
    theirs = f"/instructor/students/{enrollment.public_id}/reconciliation"
    assert "No system has entered hours yet." in ada.get(PAGE).text
    meeting = attended.lab(world, attended.SATURDAY)
    attended.save(world, meeting, {"Ada": Mark(Presence.LATE, 60)})
    made = world.one(HoursEntry)
    with transaction():
        own = Hours(day=attended.SATURDAY, minutes=90, kind=Kind.LAB_IN_PERSON, unit=None)
        log_hours(world.actor("Ada"), enrollment, own, str(uuid4()))
    shown = ada.get(PAGE).text
    assert "only the system" in shown  # what is on no unit is not compared with the unit's lab
    refused = ada.post(f"/student/hours/entries/{made.public_id}/dispute", data={"reason": ""})
    assert refused.status_code == 422
    ada.post(f"/student/hours/entries/{made.public_id}/dispute", data={"reason": "I was there from the start."})
    for client, page, waits in ((ada, PAGE, "waits for your instructor"), (ben, theirs, "Answer it")):
        text = client.get(page).text
        assert "I was there from the start." in text
        assert waits in text
    assert "Both figures of Ada" in ben.get(_link_of(ben.get(theirs).text)).text
    with transaction():
        (objection,) = disputes_of(enrollment)
        actor, mark = world.actor("Ben"), Mark(Presence.PRESENT)
        answer_dispute(actor, objection.fact, objection, Answer.CORRECTED, "Sam saw you, corrected.", mark)
    for client, page in ((ada, PAGE), (ben, theirs)):
        text = client.get(page).text
        assert "It was corrected." in text
        assert "Sam saw you, corrected." in text
    standing = [entry for entry in world.all(HoursEntry) if entry.minutes not in (60, 90)]
    assert len(standing) == 1  # corrected by who answered, not by the student
    assert "3:00" in ada.get(PAGE).text


def _link_of(text: str) -> str:
    start = text.index('href="/instructor/', text.index('id="objections"')) + len('href="')
    return text[start : text.index('"', start)]


@pytest.mark.one_engine
def test_h23_a_unit_with_both_words_shows_the_difference_and_stays_as_it_is(world: World) -> None:
    meeting = attended.lab(world, attended.SATURDAY)
    attended.save(world, meeting, {"Ada": Mark(Presence.PRESENT)})
    (traced,) = world.all(HoursEntry)
    with transaction():
        kept = {
            name: getattr(traced, name) for name in ("enrollment_id", "monday", "zone", "kind", "unit_id", "lag_days")
        }
        from lms.kernel.db import session

        session.add(HoursEntry(**kept, day=traced.monday, minutes=75))
    ada = world.browser_of("Ada")
    assert "Difference" in ada.get(PAGE).text
    (pair,) = (
        caller(world, "Ada").get(f"/enrollments/{world.enrollment('Ada').public_id}/hours-reconciliation").json["items"]
    )
    assert (pair["own_minutes"], pair["system_minutes"]) == (75, traced.minutes)
    assert pair["difference"]["value"] == 75 - traced.minutes
    assert f"{75 - traced.minutes}" in ada.get(f"{PAGE}.csv").text
    assert len(world.all(HoursEntry)) == 2
    with count_statements() as statements:
        ada.get(PAGE)
    statements.at_most(14)
