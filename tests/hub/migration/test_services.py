"""A student moves to a newer version: scores and hours stay, the rest follows, and every past day can be asked for."""

from datetime import timedelta

import pytest
import time_machine

from lms.hub.catalog import editing
from lms.hub.catalog.models import Course, Program, ProgramVersion
from lms.hub.catalog.services import publish_version, start_draft
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.coursework.models import Draft, WorkCarry
from lms.hub.coursework.near import list_near_work
from lms.hub.coursework.queries import list_work
from lms.hub.coursework.setting import resolve_deadlines, write_activity
from lms.hub.enrollment.models import VersionPin
from lms.hub.enrollment.queries import planned_courses
from lms.hub.enrollment.services import place
from lms.hub.enrollment.versions import version_of
from lms.hub.grading.books import find_book, lines_of
from lms.hub.grading.grades import feedback_on, grades_of
from lms.hub.grading.queue import list_taught
from lms.hub.migration.queries import moves_made, moves_to
from lms.hub.migration.services import migrate, migrate_cohort
from lms.hub.standing.queries import record_of
from lms.interop.curriculum_export import curriculum_of
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.people.access import SYSTEM
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import grade
from tests.support.statements import count_statements
from tests.support.web import NOW, World

REASON = "The new version has the lab you asked for."


def second_version(world: World, *, points: int = 100) -> ProgramVersion:
    """Version 2: robotics is gone, PC-A1 has other points, PC-A2 is new, and there is a new hub course."""
    level = {"points": points, "text": "Good"}
    with transaction():
        document = editing.document_of(curriculum_of(world.one(ProgramVersion, number=1)))
        document = editing.replaced(document, ["need", "2"], {"kind": "capstone", "title": "Capstone", "course": "CAP"})
        pc = editing.part_at(document, ["course", "PC"])
        (first,) = pc["activity"]
        first["criterion"] = [{"title": "All", "levels": [level, {"points": 0, "text": "Not there"}]}]
        pc["activity"].append({**first, "code": "PC-A2", "title": "Second report"})
        quality = {
            "code": "QM", "slug": "quality", "name": "Quality", "kind": "hub", "summary": "Quality.",
            "pass_percent": 70, "unit": [{"code": "QM1", "title": "Quality", "modality": "self_study",
                                          "weeks": [1, 26], "minutes_a_week": 60}],
        }  # fmt: skip
        document = editing.added(document, ["course"], quality)
        document = editing.removed(document, ["course", "ROB"])
        program = world.one(Program)
        draft = start_draft(SYSTEM, program, editing.curriculum_in(document))
        return publish_version(SYSTEM, draft)


def graded(world: World) -> None:
    """Ada handed PC-A1 in and has 80 of 100 points on it, released."""
    (activity,) = set_work(world)
    grade(world, hand_in(world, "Ada", activity), 8_000, show=True)


def move(world: World, name: str, version: ProgramVersion, by: str = "Cleo") -> VersionPin:
    with transaction():
        return migrate(world.actor(by), world.enrollment(name), version, REASON)


def test_the_plan_the_requirements_and_the_grades_follow_and_scores_stay(world: World) -> None:
    graded(world)
    version = second_version(world)
    pin = move(world, "Ada", version)
    ada = world.enrollment("Ada")
    with transaction(write=False):
        assert version_of(ada) == version.id == pin.program_version_id
        assert [c.code for c in planned_courses(ada)[ada.id]] == ["PC", "MS", "CAP", "QM"]
        record = record_of(ada)
        assert set(record.courses) == {"PC", "MS", "CAP", "QM"}
        works = {work.activity.code: work for work in list_work(ada)}
        assert set(works) == {"PC-A1", "PC-A2"}
        assert works["PC-A1"].activity.course_id == works["PC-A2"].activity.course_id
        assert len(works["PC-A1"].submissions) == 1
        assert record.grades["PC"].grade.grade == pytest.approx(0.8)
        assert [one.score.points for one in feedback_on(ada, works["PC-A1"].activity)] == [8_000]


def test_other_students_and_the_cohort_are_untouched(world: World) -> None:
    graded(world)
    first, version = world.one(ProgramVersion, number=1), second_version(world)
    move(world, "Ada", version)
    zoe = world.enrollment("Zoe")
    with transaction(write=False):
        assert version_of(zoe) == first.id == world.one(Cohort).program_version_id
        assert [work.activity.code for work in list_work(zoe)] == ["PC-A1"]
        assert [c.code for c in planned_courses(zoe)[zoe.id]] == ["PC", "MS", "CAP"]


def test_work_that_was_carried_for_one_student_counts_for_nobody_else(world: World) -> None:
    graded(world)
    version = second_version(world)
    move(world, "Ada", version)
    with transaction():
        (work,) = list_work(world.enrollment("Zoe"))
        first, second = work.activity, write_activity(work.course, plan(code="PC-A2", title="Second report"))
        resolve_deadlines(SYSTEM, world.one(Cohort))
    hand_in(world, "Zoe", first)
    with transaction(write=False):
        works = {work.activity.id: work for work in list_work(world.enrollment("Zoe"))}
        assert len(works[first.id].submissions) == 1
        assert not works[second.id].submissions
        assert [work.title for work in list_near_work(world.enrollment("Zoe"), NOW + timedelta(days=400))] == [
            second.title
        ]


def test_points_are_converted_where_the_activity_has_others_now(world: World) -> None:
    graded(world)
    move(world, "Ada", second_version(world, points=50))
    ada = world.enrollment("Ada")
    with transaction(write=False):
        (course,) = grades_of(ada, list_work(ada))
        entry = next(one for one in course.entries if one.activity.code == "PC-A1")
    assert (entry.activity.points, entry.cell.earned) == (5_000, 4_000)


def test_the_instructor_reads_and_grades_the_moved_student(world: World) -> None:
    (activity,) = set_work(world)
    waiting = hand_in(world, "Ada", activity)
    version = second_version(world)
    move(world, "Ada", version)
    grade(world, waiting, 9_000, show=True)
    with transaction(write=False):
        ben = world.actor("Ben")
        new = world.one(Course, program_version_id=version.id, code="PC")
        assert new.id in {course.id for _, course in list_taught(ben)}
        section = next(section for section, _ in list_taught(ben))
        (line,) = lines_of(find_book(ben, section.public_id, new.public_id))[0]
        assert line.enrollment_id == world.enrollment("Ada").public_id
        assert {e.activity.code: e.cell.earned for e in line.entries} == {"PC-A1": 9_000, "PC-A2": None}


def test_every_past_day_is_as_it_was_shown_then(world: World) -> None:
    graded(world)
    version = second_version(world)
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        move(world, "Ada", version)
        ada = world.enrollment("Ada")
        with transaction(write=False):
            then = record_of(ada, NOW + timedelta(days=1))
            assert set(then.courses) == {"PC", "MS", "ROB", "CAP"}
            assert then.grades["PC"].grade.grade == pytest.approx(0.8)
            assert set(record_of(ada).courses) == {"PC", "MS", "CAP", "QM"}


def test_moving_back_is_the_undo(world: World) -> None:
    graded(world)
    first, version = world.one(ProgramVersion, number=1), second_version(world)
    move(world, "Ada", version)
    move(world, "Ada", first)
    ada = world.enrollment("Ada")
    with transaction(write=False):
        assert version_of(ada) == first.id
        (work,) = list_work(ada)
        assert (work.activity.code, len(work.submissions)) == ("PC-A1", 1)
        assert record_of(ada).grades["PC"].grade.grade == pytest.approx(0.8)
        assert [trace.version.number for trace in moves_made(ada)] == [1, 2]
        assert moves_made(ada)[0].reason == REASON


def test_what_was_being_written_goes_on(world: World) -> None:
    set_work(world)
    browser = world.browser_of("Ada")
    (activity,) = [work.activity for work in _works(world)]
    browser.post(f"/student/coursework/{activity.public_id}/draft", data={"text": "Half a report", "version": "0"})
    if not world.all(Draft):
        pytest.fail("the draft's address has changed")
    move(world, "Ada", second_version(world))
    (draft,) = world.all(Draft)
    assert draft.activity_id == next(work.activity.id for work in _works(world) if work.activity.code == "PC-A1")


def _works(world: World) -> list:  # type: ignore[type-arg]
    with transaction(write=False):
        return list_work(world.enrollment("Ada"))


def test_a_cohort_moves_whole_and_those_who_are_there_are_left(world: World) -> None:
    graded(world)
    version = second_version(world)
    move(world, "Ada", version)
    everybody = [world.enrollment(name) for name in ("Ada", "Zoe", "Eli")]
    with transaction():
        made = migrate_cohort(world.actor("Gus"), world.one(Cohort), everybody, version, REASON)
    assert {pin.enrollment_id for pin in made} == {one.id for one in everybody[1:]}
    assert len(world.all(WorkCarry)) == 1
    with pytest.raises(RuleBroken, match="Nobody is left"), transaction():
        migrate_cohort(world.actor("Gus"), world.one(Cohort), everybody, version, REASON)


def test_a_move_needs_a_reason_the_right_person_and_leaves_a_trace(world: World) -> None:
    set_work(world)
    version = second_version(world)
    ada, eli = world.enrollment("Ada"), world.enrollment("Eli")
    with pytest.raises(RuleBroken, match="few words"), transaction():
        migrate(world.actor("Cleo"), ada, version, "")
    for name in ("Ada", "Ben", "Ivo", "Dee"):
        with pytest.raises(NotAllowed), transaction():
            migrate(world.actor(name), ada, version, REASON)
    with pytest.raises(NotAllowed), transaction():
        migrate_cohort(world.actor("Cleo"), world.one(Cohort), [ada, eli], version, REASON)
    move(world, "Ada", version)
    assert world.all(AuditEntry, action="enrollment:migrate")
    with pytest.raises(RuleBroken, match="already"):
        move(world, "Ada", version)


def test_the_preview_of_many_costs_what_the_preview_of_one_costs(world: World) -> None:
    set_work(world, plan("PC-A1"))
    version = second_version(world)
    everybody = [world.enrollment(name) for name in ("Ada", "Zoe", "Eli")]
    with transaction(write=False), count_statements() as one:
        moves_to(version, everybody[:1])
    with transaction(write=False), count_statements() as many:
        assert len(moves_to(version, everybody)) == 3
    assert many.count == one.count <= 11


def test_a_past_gradebook_has_those_of_that_day_whom_the_reader_may_read_now(world: World) -> None:
    graded(world)
    section, course = world.one(Section, name="Lowell"), world.one(Course, code="PC")
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        with transaction():
            place(world.actor("Cleo"), world.enrollment("Ada"), world.one(Section, name="Providence"), NOW.date())
        with transaction(write=False):
            for name, shown in (("Gus", ["Ada", "Zoe"]), ("Ben", ["Zoe"])):
                book = find_book(world.actor(name), section.public_id, course.public_id, NOW + timedelta(days=1))
                assert [line.student for line in lines_of(book)[0]] == shown
