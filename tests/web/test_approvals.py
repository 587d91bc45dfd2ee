"""Hours to approve, at the section and at the firm, and the cohort's board."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import HoursEntry, Seen, SheetEvent, SheetPart, WeekSheet
from lms.hub.hours.models.deciding import AdjustmentProposal
from lms.hub.hours.rules.sheet import Route, State, Step
from lms.hub.hours.services.entries import Hours, log_hours
from lms.hub.hours.services.sheets import submit_sheet
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from tests.support.web import World, words

LAST_WEEK = date(2026, 10, 19)


def _hand_in(world: World, *kinds: Kind, minutes: int = 640) -> None:
    """Ada's last week, the minutes spread over the kinds."""
    with transaction():
        for number, kind in enumerate(kinds):
            hours = Hours(
                day=LAST_WEEK + timedelta(days=number),
                minutes=minutes // len(kinds),
                kind=kind,
                comment=f"Read the process chart number {number} again",
            )
            log_hours(world.actor("Ada"), world.enrollment("Ada"), hours, str(uuid4()))
        submit_sheet(world.actor("Ada"), world.enrollment("Ada"), LAST_WEEK)


def _ticked(world: World, browser: FlaskClient, address: str) -> dict[str, object]:
    """What a browser sends from the list: every part with the hash that stood beside it."""
    text = browser.get(address).text
    sent: dict[str, object] = {"part": []}
    for part in world.all(SheetPart):
        mark = f'name="seen-{part.public_id}" value="'
        if mark in text:
            sent["part"].append(part.public_id)  # type: ignore[attr-defined]
            sent[f"seen-{part.public_id}"] = text.split(mark)[1].split('"')[0]
    return sent


@pytest.mark.one_engine
def test_an_instructor_approves_the_ticked_weeks(world: World) -> None:
    _hand_in(world, Kind.LECTURE_ONLINE, Kind.SELF_STUDY)
    ben = world.browser_of("Ben")
    assert "1 part of a week sheet waits" in ben.get("/instructor/approvals").text
    sent = _ticked(world, ben, "/instructor/approvals")
    assert ben.post("/instructor/approvals", data=sent).status_code == 303
    assert world.one(WeekSheet).state is State.APPROVED
    assert "Nothing waits for you" in ben.get("/instructor/approvals").text


def test_hours_that_changed_since_the_list_are_left_and_say_so(world: World) -> None:
    _hand_in(world, Kind.LECTURE_ONLINE)
    ben = world.browser_of("Ben")
    part = world.one(SheetPart).public_id
    answer = ben.post("/instructor/approvals", data={"part": [part], f"seen-{part}": "0" * 64})
    assert "The hours changed since you opened them" in answer.text
    assert world.one(WeekSheet).state is State.SUBMITTED


@pytest.mark.one_engine
def test_a_return_without_a_reason_is_refused_and_with_one_goes_back(world: World) -> None:
    _hand_in(world, Kind.LECTURE_ONLINE)
    ben, part = world.browser_of("Ben"), world.one(SheetPart).public_id
    entry = world.one(HoursEntry).public_id
    refused = ben.post(f"/instructor/approvals/{part}/return", data={"reason": "", "cell": [entry]})
    assert refused.status_code == 422
    assert "checked" in refused.text
    sent = {"reason": "Which chart was it?", "cell": [entry]}
    assert ben.post(f"/instructor/approvals/{part}/return", data=sent).status_code == 303
    assert world.one(WeekSheet).state is State.RETURNED


@pytest.mark.one_engine
def test_h21_a_return_may_say_of_each_entry_what_is_wrong_and_the_student_reads_it_there(world: World) -> None:
    _hand_in(world, Kind.LECTURE_ONLINE, Kind.SELF_STUDY)
    ben, part = world.browser_of("Ben"), world.one(SheetPart).public_id
    first, second = (entry.public_id for entry in world.all(HoursEntry))
    sent = {"reason": "", "cell": [first], f"wrong-{second}": "Was this not on Thursday?"}
    assert ben.post(f"/instructor/approvals/{part}/return", data={**sent, "seen": "0" * 64}).status_code == 409
    assert ben.post(f"/instructor/approvals/{part}/return", data=sent).status_code == 303
    assert sorted(world.one(SheetEvent, step=Step.RETURNED).cells) == sorted([first, second])
    text = world.browser_of("Ada").get(f"/student/hours/weeks/{LAST_WEEK}").text
    assert text.count("marked by your approver") == 2
    assert "Was this not on Thursday?" in text


def test_h7_hours_that_overlap_another_enrollment_make_an_exception(world: World) -> None:
    _hand_in(world, Kind.LECTURE_ONLINE)
    ben, entry = world.browser_of("Ben"), world.one(HoursEntry)
    assert "Look at these" not in ben.get("/instructor/approvals").text
    start = datetime(2026, 10, 19, 14, tzinfo=UTC)
    ada = world.enrollment("Ada")
    with transaction():
        other = Enrollment(person_id=world.person("Ada").id, cohort_id=_another_cohort(world))
        session.add(other)
        session.flush()
        for enrollment, start_at in ((other, start), (ada, start + timedelta(minutes=30))):
            values = {"kind": Kind.LECTURE_ONLINE, "zone": entry.zone, "monday": LAST_WEEK, "day": LAST_WEEK}
            timed = {"starts_at": start_at, "ends_at": start_at + timedelta(hours=1), "minutes": 60, "lag_days": 1}
            session.add(HoursEntry(enrollment_id=enrollment.id, **values, **timed))
    assert "overlaps hours of another enrollment" in ben.get("/instructor/approvals").text


def _another_cohort(world: World) -> int:
    first = world.one(Cohort)
    values = {column.name: getattr(first, column.name) for column in Cohort.__table__.columns}
    cohort = Cohort(**{**values, "id": None, "public_id": None, "name": "Another"})
    session.add(cohort)
    session.flush()
    return cohort.id


@pytest.mark.one_engine
def test_a_supervisor_signs_capstone_hours_at_the_firm_and_nothing_else(world: World) -> None:
    _hand_in(world, Kind.LECTURE_ONLINE, Kind.CAPSTONE_ONSITE)
    sam = world.browser_of("Sam")
    parts = {part.route: part.public_id for part in world.all(SheetPart)}
    assert sam.get(f"/employer/approvals/{parts[Route.WORKPLACE]}").status_code == 200
    sent = _ticked(world, sam, "/employer/approvals")
    assert parts[Route.WORKPLACE] in sent["part"]  # type: ignore[operator]
    sam.post("/employer/approvals", data=sent)
    states = {part.route: part.state for part in world.all(SheetPart)}
    assert states[Route.WORKPLACE] is State.APPROVED
    assert world.one(Seen).kind is Kind.CAPSTONE_ONSITE


def test_nobody_else_finds_the_sheet(world: World) -> None:
    _hand_in(world, Kind.LECTURE_ONLINE)
    part = world.one(SheetPart).public_id
    assert world.browser_of("Hana").get(f"/instructor/approvals/{part}").status_code == 404
    assert world.browser_of("Ivo").get(f"/coordinator/approvals/{part}").status_code == 404
    assert world.browser_of("Eli").get(f"/instructor/approvals/{part}").status_code == 403


@pytest.mark.one_engine
def test_the_board_names_who_has_not_handed_in_first(world: World) -> None:
    _hand_in(world, Kind.LECTURE_ONLINE)
    board = world.browser_of("Cleo").get(f"/coordinator/board?week={LAST_WEEK}")
    assert board.text.index(">Zoe") < board.text.index(">Ada")
    assert "Eli" not in words(board)


@pytest.mark.one_engine
def test_a_week_is_reopened_with_a_reason_only(world: World) -> None:
    _hand_in(world, Kind.LECTURE_ONLINE)
    ben, cleo = world.browser_of("Ben"), world.browser_of("Cleo")
    ben.post("/instructor/approvals", data=_ticked(world, ben, "/instructor/approvals"))
    address = f"/coordinator/enrollments/{world.enrollment('Ada').public_id}/weeks/{LAST_WEEK}"
    assert cleo.get(address).status_code == 200
    assert cleo.post(f"{address}/reopening", data={"reason": ""}).status_code == 422
    assert cleo.post(f"{address}/reopening", data={"reason": "A lab was forgotten"}).status_code == 303
    assert world.one(WeekSheet).state is State.REOPENED
    assert world.browser_of("Ivo").get(address).status_code == 404


def test_the_board_downloads_as_csv(world: World) -> None:
    _hand_in(world, Kind.LECTURE_ONLINE)
    answer = world.browser_of("Cleo").get("/coordinator/board.csv")
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert lines[0] == "student,section,cohort_week,monday,minutes,state,missing"
    assert "Ada,Lowell,7,2026-10-19,640,submitted,no" in lines


@pytest.mark.one_engine
def test_the_workplace_signer_corrects_who_paid_from_the_sheets_signed_lately(world: World) -> None:
    _hand_in(world, Kind.CAPSTONE_ONSITE, minutes=120)
    sam, ben = world.browser_of("Sam"), world.browser_of("Ben")
    part = world.one(SheetPart, route=Route.WORKPLACE).public_id
    seen = sam.get(f"/employer/approvals/{part}").text.split('name="seen" value="')[1].split('"')[0]
    assert sam.post(f"/employer/approvals/{part}/approval", data={"seen": seen}).status_code == 303
    assert f"/employer/approvals/{part}" in sam.get("/employer/approvals").text.split("Signed lately")[1]
    entry = world.one(HoursEntry)
    address, sent = f"/employer/approvals/{part}/payments", {"entry": entry.public_id, "reason": ""}
    refused = sam.post(address, data=sent)
    assert (refused.status_code, "Correct who paid for it" in refused.text) == (422, True)
    assert sam.post(address, data={**sent, "entry": "x"}).status_code == 422
    assert ben.post(f"/instructor/approvals/{part}/payments", data=sent).status_code == 422
    assert sam.post(address, data={**sent, "reason": "It was his day off."}).status_code == 303
    proposal = world.one(AdjustmentProposal)
    assert (proposal.entry_id, proposal.paid_by_firm) == (entry.id, not entry.paid_by_firm)
    assert world.all(AuditEntry, action="hours:adjust", outcome="done")
    assert "It was his day off." in sam.get(f"/employer/approvals/{part}").text
    assert world.browser_of("Fay").get(f"/employer/approvals/{part}").status_code in (403, 404)
