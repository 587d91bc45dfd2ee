"""Excuses and objections: asked by the student, decided once by those who teach."""

import pytest

from lms.hub.attendance.kinds import Answer, ExcuseKind, Verdict
from lms.hub.attendance.models import Dispute, DisputeAnswer, Excuse, ExcuseDecision
from lms.hub.attendance.queries.excuses import disputes_open, excuses_of, excuses_waiting, find_dispute
from lms.hub.attendance.rules.register import Mark
from lms.hub.attendance.services.disputes import answer_dispute, dispute
from lms.hub.attendance.services.excuses import ask_excuse, decide_excuse, take_back_excuse
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Attendance
from lms.hub.hours.models import HoursEntry
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from tests.hub.attendance.made import SATURDAY, at, close, excuse, instant, lab, save
from tests.hub.hours.weeks import log_week, week
from tests.support.web import World


def decide(world: World, row: Excuse, verdict: Verdict, reason: str = "", who: str = "Ben") -> None:
    with transaction():
        decide_excuse(world.actor(who), row, verdict, reason)


def test_an_excuse_is_asked_decided_and_told(world: World) -> None:
    row = excuse(world, lab(world))
    with transaction(write=False):
        (waiting,) = excuses_waiting(world.actor("Ben"))
        assert (waiting.student, waiting.asked.words) == ("Ada", "The night shift is short.")
        assert not excuses_waiting(world.actor("Hana"))
    decide(world, row, Verdict.GRANTED)
    with transaction(write=False):
        assert excuses_of(world.enrollment("Ada"))[row.session_id].is_granted
        assert not excuses_waiting(world.actor("Ben"))
    assert world.one(OutboxMessage, template="excuse-decided").person_id == world.person("Ada").id
    assert {entry.action for entry in world.all(AuditEntry)} >= {"excuse:ask", "excuse:decide"}


def test_an_excuse_after_the_start_twice_or_without_words_is_refused(world: World) -> None:
    meeting = lab(world)
    start = meeting.session.starts_at
    ask = (world.actor("Ada"), world.enrollment("Ada"), meeting, ExcuseKind.WORK)
    with pytest.raises(RuleBroken) as caught, transaction():
        ask_excuse(*ask, "  ")
    assert caught.value.field == "words"
    with at(start), pytest.raises(RuleBroken, match="before the session begins"), transaction():
        ask_excuse(*ask, "Traffic.")
    excuse(world, meeting)
    with pytest.raises(RuleBroken, match="asked already"):
        excuse(world, meeting)


def test_one_is_excused_only_from_where_one_is_expected(world: World) -> None:
    with pytest.raises(RuleBroken, match="not expected"):
        excuse(world, lab(world, section="Providence"))


def test_an_excuse_is_taken_back_until_it_is_decided(world: World) -> None:
    meeting = lab(world)
    first = excuse(world, meeting)
    with transaction():
        take_back_excuse(world.actor("Ada"), first)
    row = excuse(world, meeting)
    decide(world, row, Verdict.DECLINED, "We need everybody for the inspection.")
    with pytest.raises(RuleBroken, match="decided"), transaction():
        take_back_excuse(world.actor("Ada"), row)


def test_declining_says_why_and_is_done_once(world: World) -> None:
    row = excuse(world, lab(world))
    with pytest.raises(RuleBroken) as caught:
        decide(world, row, Verdict.DECLINED)
    assert caught.value.field == "reason"
    decide(world, row, Verdict.DECLINED, "The inspection is that day.")
    with pytest.raises(RuleBroken, match="decided already"):
        decide(world, row, Verdict.GRANTED)
    assert len(world.all(ExcuseDecision)) == 1


@pytest.mark.parametrize("who", ["Ada", "Zoe", "Hana", "Ivo", "Gus", "Dee"])
def test_only_the_section_or_the_site_decides(world: World, who: str) -> None:
    row = excuse(world, lab(world))
    with pytest.raises(NotAllowed):
        decide(world, row, Verdict.GRANTED, who=who)


def test_an_absence_that_was_written_before_the_decision_becomes_excused(world: World) -> None:
    with at(instant(SATURDAY, 8)):
        meeting = lab(world, SATURDAY)
        row = excuse(world, meeting)
    close(world, meeting)
    decide(world, row, Verdict.GRANTED, who="Cleo")
    assert [one.presence.value for one in world.all(Attendance, enrollment_id=world.enrollment("Ada").id)] == [
        "absent",
        "excused",
    ]


def object_to(world: World, who: str = "Ada", reason: str = "I was there from 9 to 12.", **what: object) -> Dispute:
    with transaction():
        return dispute(world.actor(who), world.enrollment("Ada"), reason, **what)  # type: ignore[arg-type]


def answer(world: World, fact: Dispute, how: Answer, mark: Mark | None = None, who: str = "Ben") -> None:
    with transaction():
        objection = find_dispute(world.actor("Ben"), fact.public_id)
        answer_dispute(world.actor(who), objection.fact, objection, how, "The sign-in sheet says so.", mark)


def test_h23_an_objection_corrects_the_register_and_the_hours(world: World) -> None:
    close(world, lab(world, SATURDAY))
    fact = object_to(world, row=world.one(Attendance, enrollment_id=world.enrollment("Ada").id))
    with transaction(write=False):
        assert [one.student for one in disputes_open(world.actor("Ben"))] == ["Ada"]
        assert not disputes_open(world.actor("Hana"))
    answer(world, fact, Answer.CORRECTED, Mark(Presence.PRESENT))
    assert week(world).minutes == 180
    assert world.one(DisputeAnswer).answer is Answer.CORRECTED
    assert world.one(OutboxMessage, template="dispute-answered").person_id == world.person("Ada").id
    with pytest.raises(RuleBroken, match="answered already"):
        answer(world, fact, Answer.STANDS)


def test_h23_hours_from_the_register_are_an_objection_to_its_line(world: World) -> None:
    save(world, lab(world, SATURDAY), {"Ada": Mark(Presence.LATE, 60)})
    fact = object_to(world, entry=world.one(HoursEntry))
    assert fact.attendance_id == world.one(Attendance).id
    with pytest.raises(RuleBroken, match="will answer"):
        object_to(world, row=world.one(Attendance))
    with pytest.raises(RuleBroken) as caught:
        answer(world, fact, Answer.CORRECTED, Mark(Presence.LATE, 60))
    assert caught.value.field == "presence"
    with pytest.raises(RuleBroken) as caught:
        answer(world, fact, Answer.CORRECTED, Mark(Presence.LATE, 600))
    assert caught.value.field == "minutes"
    answer(world, fact, Answer.STANDS)
    assert len(world.all(Attendance)) == 1


def test_ones_own_entry_a_corrected_line_and_no_reason_are_refused(world: World) -> None:
    log_week(world, minutes=60)
    own = world.one(HoursEntry)
    with pytest.raises(RuleBroken, match="wrote this entry yourself"):
        object_to(world, entry=own)
    meeting = lab(world, SATURDAY)
    save(world, meeting, {"Ada": Mark(Presence.ABSENT)})
    old = world.one(Attendance)
    save(world, meeting, {"Ada": Mark(Presence.EXCUSED)})
    with pytest.raises(RuleBroken, match="corrected meanwhile"):
        object_to(world, row=old)
    with pytest.raises(RuleBroken) as caught:
        object_to(world, reason="", row=world.all(Attendance)[-1])
    assert caught.value.field == "reason"


@pytest.mark.parametrize("who", ["Zoe", "Ben", "Dee"])
def test_nobody_objects_for_somebody_else(world: World, who: str) -> None:
    close(world, lab(world, SATURDAY))
    with pytest.raises(NotAllowed):
        object_to(world, who, row=world.one(Attendance, enrollment_id=world.enrollment("Ada").id))


@pytest.mark.parametrize("who", ["Ada", "Hana", "Dee", "Gus"])
def test_only_who_takes_the_register_answers(world: World, who: str) -> None:
    close(world, lab(world, SATURDAY))
    fact = object_to(world, row=world.one(Attendance, enrollment_id=world.enrollment("Ada").id))
    with pytest.raises(NotAllowed):
        answer(world, fact, Answer.STANDS, who=who)
