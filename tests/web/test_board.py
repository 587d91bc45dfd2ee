"""The coordinator's heat map: filters, reminding the missing, the times of a cohort, adjustments by two persons."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from lms.hub.cohorts.models import Cohort, SheetTerms
from lms.hub.hours.models import Adjustment, SheetEvent
from lms.hub.hours.models.deciding import AdjustmentProposal, Nudge
from lms.hub.hours.rules.sheet import Step
from lms.hub.hours.services.decisions import approve_part
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.outbox import OutboxMessage
from tests.api.support import caller
from tests.hub.hours.weeks import DUE, FULL, MONDAY, at, hand_in, log_week, part_of, week
from tests.support.web import World, words

BOARD = f"/coordinator/board?week={MONDAY}"
QUERIES = ("", *(f"state={one}" for one in ("approved", "missing")), *(f"band={one}" for one in ("in", "under")))
QUERIES += ("firm=Acme", "firm=Bolt", "section=Lowell", "section=X")
LATER = DUE + timedelta(hours=3)


def approved(world: World) -> None:
    log_week(world)
    hand_in(world)
    part = part_of(world)
    with transaction():
        approve_part(world.actor("Ben"), part)


def test_the_heat_map_is_filtered_by_site_section_employer_state_and_band(world: World) -> None:
    approved(world)
    with at(LATER):
        cleo = world.browser_of("Cleo")
        shown = {
            query: [name for name in ("Ada", "Zoe") if f">{name}" in cleo.get(f"{BOARD}&{query}").text]
            for query in (
                "",
                "state=approved",
                "state=missing",
                "band=in",
                "band=under",
                "firm=Acme",
                "firm=Bolt",
                "section=Lowell",
                "section=X",
            )
        }
    assert shown == {
        "": ["Ada", "Zoe"],
        "state=approved": ["Ada"],
        "state=missing": ["Zoe"],
        "band=in": ["Ada"],
        "band=under": ["Zoe"],
        "firm=Acme": ["Ada"],
        "firm=Bolt": ["Zoe"],
        "section=Lowell": ["Ada", "Zoe"],
        "section=X": [],
    }


@pytest.mark.one_engine
def test_each_count_leads_to_those_whom_it_counts(world: World) -> None:
    approved(world)
    with at(LATER):
        cleo = world.browser_of("Cleo")
        board = cleo.get(f"{BOARD}&firm=Acme").text
        (link,) = re.findall(r'href="([^"]*state=approved[^"]*)"', board)
        assert "firm=Acme" in link
        assert "site=" not in link
        those = cleo.get(html.unescape(link)).text
        assert ">Ada" in those
        assert ">Zoe" not in those
        assert "state=approved" not in re.findall(r'<dl class="figures">(.*?)</dl>', those, re.S)[0], "it is chosen"


@pytest.mark.one_engine
def test_a_week_is_not_judged_as_too_short_before_it_is_due(world: World) -> None:
    log_week(world, minutes=200)
    for moment, look in ((DUE - timedelta(days=4), "open"), (LATER, "missing")):
        with at(moment):
            board = world.browser_of("Cleo").get(BOARD).text
        row = board.split(">Ada")[1].partition("</tr>")[0]
        assert re.findall(rf'<td class="heat-([a-z]+)"><a href="[^"]*/{MONDAY}[^"]*"', row) == [look]


@pytest.mark.one_engine
def test_p1_each_square_says_its_state_in_a_sign_and_in_words_and_52_weeks_can_be_shown(world: World) -> None:
    approved(world)
    with at(LATER):
        text = world.browser_of("Cleo").get(f"{BOARD}&span=all").text
    assert '11:00<span aria-hidden="true"> ✓</span></span><span class="visually-hidden">, Approved' in text
    assert '0:00<span aria-hidden="true"> ×</span></span><span class="visually-hidden">, not handed in' in text
    assert text.count('<th scope="col"') == 53


def test_p11_the_ticked_are_reminded_after_a_preview_once_a_day_and_it_is_written_down(world: World) -> None:
    approved(world)
    people = {name: world.enrollment(name).public_id for name in ("Ada", "Zoe", "Eli")}
    sent = {"week": str(MONDAY), "cohort": world.one(Cohort).public_id, "student": list(people.values())}
    with at(LATER):
        cleo = world.browser_of("Cleo")
        assert "Remind this 1" in cleo.get(BOARD).text
        preview = cleo.post("/coordinator/board/reminders", data=sent).text
        assert ("handed in already" in preview, "Send to 1 student" in preview) == (True, True)
        assert "Eli" not in words(preview)
        assert "asked us to remind you" in preview
        assert not world.all(Nudge)
        assert cleo.post("/coordinator/board/reminders", data={**sent, "sent": "yes"}).status_code == 303
        assert cleo.post("/coordinator/board/reminders", data={**sent, "sent": "yes"}).status_code == 303
        assert "reminded today already" in cleo.post("/coordinator/board/reminders", data=sent).text
        assert cleo.post("/coordinator/board/reminders", data={**sent, "student": []}).status_code == 303
    assert [(one.person_id, one.template) for one in world.all(OutboxMessage)] == [
        (world.person("Zoe").id, "sheet-nudge")
    ]
    assert world.one(Nudge).recorded_by_id == world.person("Cleo").id
    assert world.one(AuditEntry, action="hours:remind").result_id == world.one(Nudge).public_id
    assert world.browser_of("Ben").post("/coordinator/board/reminders", data=sent).status_code == 403
    with at(LATER + timedelta(days=1)):
        body = {"monday": str(MONDAY), "enrollments": list(people.values())}
        done = caller(world, "Cleo").post(f"/cohorts/{sent['cohort']}/sheet-reminders", json=body).json
    assert done == {
        "items": [
            {"enrollment": people["Ada"], "left": "handed in already"},
            {"enrollment": people["Zoe"], "left": None},
        ]
    }


@pytest.mark.one_engine
def test_h11_the_times_of_a_cohort_are_changed_on_its_page_and_through_the_api(world: World) -> None:
    cohort = world.one(Cohort).public_id
    cleo, page = world.browser_of("Cleo"), f"/coordinator/cohorts/{cohort}/sheets"
    assert 'value="12:00"' in cleo.get(page).text
    sent = {"due_weekday": "3", "due_time": "18:30", "grace_days": "2"}
    for wrong in ({"due_time": "late"}, {"grace_days": "15"}, {"grace_days": ""}):
        assert cleo.post(page, data={**sent, **wrong}).status_code == 422
    assert cleo.post(page, data=sent).status_code == 303
    assert week(world).times.due_at == datetime(2026, 10, 29, 22, 30, tzinfo=UTC)
    assert not world.one(SheetTerms).auto_approves
    gus = caller(world, "Gus")
    found = gus.put(f"/cohorts/{cohort}/sheet-terms", json={"due_weekday": 2, "due_minute": 720, "grace_days": 1})
    assert found.json == {
        "due_weekday": 2,
        "due_minute": 720,
        "grace_days": 1,
        "auto_approves": False,
        "is_sound": True,
    }
    assert gus.get(f"/cohorts/{cohort}/sheet-terms?as_of=2026-10-01T00:00:00Z").json["grace_days"] == 3  # type: ignore[index]


@pytest.mark.one_engine
def test_h19_an_adjustment_is_proposed_on_one_page_and_confirmed_on_another_and_its_student_reads_it(
    world: World,
) -> None:
    approved(world)
    ada, cleo, ben = world.enrollment("Ada").public_id, world.browser_of("Cleo"), world.browser_of("Ben")
    path = f"/coordinator/enrollments/{ada}/weeks/{MONDAY}"
    sent = {"day": str(MONDAY), "minutes": "-30", "kind": "lecture_online", "reason": "Lunch was counted"}
    refused = cleo.post(f"{path}/adjustments", data={**sent, "minutes": "half an hour"})
    assert (refused.status_code, "whole minutes" in refused.text) == (422, True)
    assert cleo.post(f"{path}/adjustments", data=sent).status_code == 303
    assert "waits for a second person" in cleo.get(path).text
    assert "Adjustments to confirm" not in cleo.get("/coordinator/approvals").text
    assert "Lunch was counted" in ben.get("/instructor/approvals").text
    own = world.browser_of("Ada")
    assert "waits for a second person" in own.get(f"/student/hours/weeks/{MONDAY}").text
    number = world.one(AdjustmentProposal).public_id
    assert own.post(f"/instructor/adjustments/{number}/confirmation").status_code == 403
    assert world.browser_of("Hana").post(f"/instructor/adjustments/{number}/confirmation").status_code == 404
    assert ben.post(f"/instructor/adjustments/{number}/confirmation").status_code == 303
    assert week(world).approved_minutes == FULL - 30
    text = own.get(f"/student/hours/weeks/{MONDAY}").text
    assert ("proposed by Cleo" in text, "decided by Ben" in text) == (True, True)
    assert world.one(SheetEvent, step=Step.APPROVED).minutes == FULL


@pytest.mark.one_engine
def test_h19_the_api_proposes_confirms_and_declines(world: World) -> None:
    approved(world)
    ben, cleo, ada = caller(world, "Ben"), caller(world, "Cleo"), world.enrollment("Ada").public_id
    body = {"day": str(MONDAY), "minutes": 15, "kind": "lecture_online", "reason": "The log says so"}
    first, second = (ben.post(f"/enrollments/{ada}/adjustment-proposals", json=body).json for _ in range(2))
    assert first is not None
    assert second is not None
    assert [one["id"] for one in cleo.get("/adjustment-proposals").json["items"]] == [first["id"], second["id"]]  # type: ignore[index]
    assert ben.post(f"/adjustment-proposals/{first['id']}/confirmations").status_code == 422
    done = cleo.post(f"/adjustment-proposals/{first['id']}/confirmations")
    assert (done.status_code, done.json["state"], done.json["decided_by"]) == (201, "confirmed", "Cleo")  # type: ignore[index]
    assert cleo.post(f"/adjustment-proposals/{first['id']}/confirmations").status_code == 409
    off = ben.post(f"/adjustment-proposals/{second['id']}/refusals", json={"reason": "Twice"})
    assert (off.status_code, off.json["state"]) == (201, "declined")  # type: ignore[index]
    assert len(world.all(Adjustment)) == 1
