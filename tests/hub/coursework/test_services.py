"""Drafts, files, submissions and their receipts, on both engines."""

import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.coursework import rules
from lms.hub.coursework.contents import find_draft, find_file, find_submission, read_submission
from lms.hub.coursework.kinds import DueReason, ExtensionReason
from lms.hub.coursework.models import Draft, DraftFile, Submission, SubmissionFile, Upload
from lms.hub.coursework.queries import find_own_work, find_work, list_own_work
from lms.hub.coursework.rules import Progress
from lms.hub.coursework.services import attach_file, detach_file, save_draft, submit
from lms.hub.coursework.setting import extend, lift_extension, move_deadline, resolve_deadlines, write_activity
from lms.kernel.audit import AuditEntry
from lms.kernel.clock import now
from lms.kernel.db import session, transaction
from lms.kernel.errors import Conflict, NotAllowed, NotFound, RuleBroken
from lms.kernel.storage import storage
from lms.people.access import SYSTEM
from tests.hub.coursework.made import PNG, SUNDAY_DUE, hand_in, plan, set_work, work_of
from tests.support.statements import count_statements
from tests.support.web import World


def test_what_is_handed_in_is_kept_with_its_receipt(world: World) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity, "Measured.", "https://example.org/x", files=("a.png", "b.png"))
    with transaction(write=False):
        contents = read_submission(find_submission(world.actor("Ada"), submission.public_id))
        assert b"".join(storage().open(contents.files[0].sha256)).startswith(PNG)
    assert (contents.text, contents.link) == ("Measured.", "https://example.org/x")
    assert [file.name for file in contents.files] == ["a.png", "b.png"]
    assert (submission.attempt, submission.late_seconds, submission.received_at) == (1, 0, now())
    assert submission.due_at == SUNDAY_DUE
    handed_in = rules.HandedIn(
        activity.public_id,
        world.enrollment("Ada").public_id,
        1,
        now(),
        submission.text_sha256,
        tuple(file.sha256 for file in contents.files),
    )
    assert submission.receipt == rules.receipt_hash(handed_in)
    assert world.one(AuditEntry, action="submission:write", result_id=submission.public_id).person_id


def test_handing_in_takes_the_draft_along(world: World) -> None:
    (activity,) = set_work(world)
    ada = world.actor("Ada")
    with transaction():
        work = find_own_work(ada, activity.public_id)
        save_draft(ada, work.enrollment, work, "half", "")
    hand_in(world, "Ada", activity, files=("a.png",))
    assert world.all(Draft) == []
    assert world.all(DraftFile) == []
    assert len(world.all(SubmissionFile)) == 1


def test_the_same_file_twice_is_stored_once(world: World) -> None:
    (activity,) = set_work(world)
    for name in ("Ada", "Zoe"):
        with transaction():
            work = find_own_work(world.actor(name), activity.public_id)
            attach_file(world.actor(name), work.enrollment, work, "a.png", io.BytesIO(PNG))
    assert len(world.all(Upload)) == 1
    assert len(world.all(DraftFile)) == 2


def test_a_file_taken_off_the_draft_is_not_handed_in(world: World) -> None:
    (activity,) = set_work(world)
    ada = world.actor("Ada")
    with transaction():
        work = find_own_work(ada, activity.public_id)
        file = attach_file(ada, work.enrollment, work, "a.png", io.BytesIO(PNG))
        detach_file(ada, work.enrollment, work, file.public_id)
    with transaction(), pytest.raises(NotFound):
        detach_file(ada, work.enrollment, work, file.public_id)
    hand_in(world, "Ada", activity)
    assert world.all(SubmissionFile) == []


def test_a_lying_file_is_refused_and_nothing_is_kept(world: World) -> None:
    (activity,) = set_work(world)
    with transaction(write=False):
        work = find_own_work(world.actor("Ada"), activity.public_id)
    with pytest.raises(RuleBroken) as broken, transaction():
        attach_file(world.actor("Ada"), work.enrollment, work, "a.pdf", io.BytesIO(PNG))
    assert broken.value.field == "files"
    assert world.all(Upload) == []


def test_two_windows_with_one_draft_do_not_overwrite_each_other(world: World) -> None:
    (activity,) = set_work(world)
    ada = world.actor("Ada")
    with transaction():
        work = find_own_work(ada, activity.public_id)
        first = save_draft(ada, work.enrollment, work, "one", "", 0)
        version = first.version
        second = save_draft(ada, work.enrollment, work, "two", "", version)
        assert second.version == version + 1
    with pytest.raises(Conflict) as conflict, transaction():
        save_draft(ada, work.enrollment, work, "three", "", version)
    assert (conflict.value.yours, conflict.value.theirs) == ("three", "two")
    with pytest.raises(Conflict), transaction():
        save_draft(ada, work.enrollment, work, "four", "", 0)
    assert world.one(Draft).text == "two"


def test_a_draft_that_is_saved_twice_the_same_is_saved_once(world: World) -> None:
    """The page that is left saves, and the next page, which was made before, saves the same."""
    (activity,) = set_work(world)
    ada = world.actor("Ada")
    with transaction():
        work = find_own_work(ada, activity.public_id)
        first = save_draft(ada, work.enrollment, work, "The press runs.", "", 0).version
        assert save_draft(ada, work.enrollment, work, "The press runs.", "", 0).version == first
    with pytest.raises(Conflict), transaction():
        save_draft(ada, work.enrollment, work, "The press runs.", "https://example.org/plan", 0)


def test_a_form_sent_twice_is_one_submission(world: World) -> None:
    (activity,) = set_work(world)
    ada, key = world.actor("Ada"), uuid.uuid4().hex
    made = []
    for _ in range(2):
        with transaction():
            work = find_own_work(ada, activity.public_id)
            made.append(submit(ada, work.enrollment, work, "done", "", key).public_id)
    assert made[0] == made[1]
    assert len(world.all(Submission)) == 1


def test_attempts_run_out_and_each_stays_as_it_was(world: World) -> None:
    (activity,) = set_work(world)
    first = hand_in(world, "Ada", activity, "one")
    hand_in(world, "Ada", activity, "two")
    with pytest.raises(RuleBroken, match="all your attempts"):
        hand_in(world, "Ada", activity, "three")
    with transaction(write=False):
        assert read_submission(first).text == "one"
        assert [one.attempt for one in find_own_work(world.actor("Ada"), activity.public_id).submissions] == [2, 1]


def test_an_empty_submission_is_refused(world: World) -> None:
    (activity,) = set_work(world)
    with pytest.raises(RuleBroken) as broken:
        hand_in(world, "Ada", activity, "  ")
    assert broken.value.field == "text"


@pytest.mark.parametrize(("minutes", "late"), [(15, 0), (16, 16 * 60), (60 * 24 + 5, 86_700)])
def test_lateness_is_computed_once_from_the_effective_due_date(world: World, minutes: int, late: int) -> None:
    (activity,) = set_work(world)
    with time_machine.travel(SUNDAY_DUE + timedelta(minutes=minutes), tick=False):
        assert hand_in(world, "Ada", activity).late_seconds == late


def test_a_closed_activity_takes_nothing_but_an_extension_opens_it_again(world: World) -> None:
    (activity,) = set_work(world, plan(cutoff_days=2))
    with time_machine.travel(SUNDAY_DUE + timedelta(days=3), tick=False):
        with pytest.raises(RuleBroken, match="closed on"):
            hand_in(world, "Ada", activity)
        with transaction():
            until = now() + timedelta(days=1)
            extend(world.actor("Ben"), world.enrollment("Ada"), activity, until, ExtensionReason.WORK, "overtime week")
        submission = hand_in(world, "Ada", activity)
        assert (submission.late_seconds, submission.due_reason) == (0, DueReason.EXTENSION)
        with transaction():
            lift_extension(world.actor("Cleo"), world.enrollment("Ada"), activity, "given in error")
        with transaction(write=False):
            assert work_of(world, "Ada", activity).due.reason is DueReason.BASE
            assert work_of(world, "Ada", activity).submissions[0].late_seconds == 0


def test_an_extension_needs_a_note_and_a_later_date(world: World) -> None:
    (activity,) = set_work(world)
    with pytest.raises(RuleBroken) as broken, transaction():
        extend(world.actor("Ben"), world.enrollment("Ada"), activity, SUNDAY_DUE, ExtensionReason.WORK, " ")
    assert set(broken.value.by_field()) == {"until", "note"}


def test_a_second_extension_supersedes_the_first_and_as_of_still_sees_it(world: World) -> None:
    (activity,) = set_work(world)
    ben, ada = world.actor("Ben"), world.enrollment("Ada")
    first, second = SUNDAY_DUE + timedelta(days=5), SUNDAY_DUE + timedelta(days=2)
    with transaction():
        extend(ben, ada, activity, first, ExtensionReason.WORK, "overtime")
    between = now() + timedelta(hours=1)
    with time_machine.travel(now() + timedelta(hours=2), tick=False), transaction():
        extend(ben, ada, activity, second, ExtensionReason.WORK, "less overtime")
    with transaction(write=False):
        assert find_work(ada, activity).due.at == second
        assert find_work(ada, activity, as_of=between).due.at == first


def test_a_section_gets_more_time_and_the_other_does_not(world: World) -> None:
    (activity,) = set_work(world)
    later = SUNDAY_DUE + timedelta(days=1)
    with transaction():
        move_deadline(world.actor("Ben"), world.one(Section, name="Lowell"), activity, later)
    with transaction(write=False):
        assert work_of(world, "Ada", activity).due.at == later
        assert work_of(world, "Eli", activity).due.at == SUNDAY_DUE


def test_resolving_again_changes_nothing(world: World) -> None:
    set_work(world, plan("PC-A1"), plan("PC-A2", week=9))
    with transaction():
        assert resolve_deadlines(world.actor("Cleo"), world.one(Cohort)) == 0


def test_an_activity_can_be_rewritten_until_it_has_dates(world: World) -> None:
    course = world.one(Course, code="PC")
    with transaction():
        write_activity(course, plan(title="First"))
        again = write_activity(course, plan(title="Second"))
        resolve_deadlines(SYSTEM, world.one(Cohort))
    assert again.number == 2
    with pytest.raises(RuleBroken, match="already has dates"), transaction():
        write_activity(course, plan(title="Third"))
    with transaction(write=False):
        assert [work.activity.title for work in list_own_work(world.actor("Ada"))] == ["Second"]


def test_an_activity_plan_that_cannot_be_names_every_field(world: World) -> None:
    bad = plan(points=0, week=0, attempts=0, weight=-1, kinds=("exe",))
    with pytest.raises(RuleBroken) as broken, transaction():
        write_activity(world.one(Course, code="PC"), bad)
    assert set(broken.value.by_field()) == {"points", "week", "attempts", "weight", "kinds"}


def test_what_is_due_comes_first_due_first_with_its_progress(world: World) -> None:
    set_work(world, plan("PC-A2", week=9), plan("PC-A0", week=6), plan("PC-A1"), plan("PC-A3", week=2, cutoff_days=1))
    with transaction(write=False):
        works = list_own_work(world.actor("Ada"))
    assert [(work.activity.code, work.progress(now())) for work in works] == [
        ("PC-A3", Progress.MISSING),
        ("PC-A0", Progress.LATE),
        ("PC-A1", Progress.DUE),
        ("PC-A2", Progress.DUE),
    ]


def test_a_course_that_is_not_in_the_plan_is_not_due(world: World) -> None:
    (robotics,) = set_work(world, plan("ROB-A1"), course="ROB")
    with transaction(write=False):
        assert list_own_work(world.actor("Ada")) == []
        with pytest.raises(NotFound):
            find_own_work(world.actor("Ada"), robotics.public_id)


@pytest.mark.parametrize("name", ["Eli", "Zoe", "Hana", "Ivo", "Fay", "Dee"])
def test_strangers_do_not_find_a_submission_or_its_files(world: World, name: str) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity, files=("a.png",))
    file = world.one(SubmissionFile)
    with transaction(write=False):
        for find, public_id in ((find_submission, submission.public_id), (find_file, file.public_id)):
            with pytest.raises(NotFound):
                find(world.actor(name), public_id)
            assert find(world.actor("Ben"), public_id)
            assert find(world.actor("Ada"), public_id)


def test_nobody_hands_in_for_somebody_else(world: World) -> None:
    (activity,) = set_work(world)
    with transaction(write=False):
        work = work_of(world, "Ada", activity)
    for name in ("Ben", "Cleo", "Eli", "Gus"):
        with pytest.raises(NotAllowed), transaction():
            submit(world.actor(name), work.enrollment, work, "x", "", "key")
    with pytest.raises(NotAllowed), transaction():
        extend(world.actor("Hana"), world.enrollment("Ada"), activity, SUNDAY_DUE, ExtensionReason.WORK, "no, not hers")


def test_at_the_last_attempt_one_of_16_parallel_submissions_is_taken(world: World) -> None:
    (activity,) = set_work(world, plan(attempts=2))
    hand_in(world, "Ada", activity)
    app = world.app

    def try_once(number: int) -> str:
        with app.app_context():
            try:
                with transaction():
                    actor = world.actor("Ada")
                    work = find_own_work(actor, activity.public_id)
                    return submit(actor, work.enrollment, work, f"try {number}", "", f"key-{number}").public_id
            except (RuleBroken, Conflict):
                return ""
            finally:
                session.remove()

    with ThreadPoolExecutor(16) as pool:
        made = [public_id for public_id in pool.map(try_once, range(16)) if public_id]
    assert len(made) == 1
    assert sorted(one.attempt for one in world.all(Submission)) == [1, 2]


def test_the_same_form_from_8_threads_is_one_submission(world: World) -> None:
    (activity,) = set_work(world, plan(attempts=None))
    app = world.app

    def once(_: int) -> str:
        with app.app_context():
            try:
                with transaction():
                    actor = world.actor("Ada")
                    work = find_own_work(actor, activity.public_id)
                    return submit(actor, work.enrollment, work, "same", "", "same-key").public_id
            finally:
                session.remove()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(once, range(8)))) == 1


def test_a_submission_costs_at_most_eight_statements_beside_the_sign_in(world: World) -> None:
    (activity,) = set_work(world)
    ada = world.actor("Ada")
    with transaction():
        work = find_own_work(ada, activity.public_id)
        attach_file(ada, work.enrollment, work, "a.png", io.BytesIO(PNG))
        attach_file(ada, work.enrollment, work, "b.png", io.BytesIO(PNG + b"2"))
    session.expunge_all()
    with count_statements() as statements, transaction():
        work = find_own_work(ada, activity.public_id)
        submit(ada, work.enrollment, work, "text", "https://example.org", "key")
    statements.at_most(8)


def test_what_is_due_is_one_statement_whatever_its_length(world: World) -> None:
    set_work(world, *(plan(f"PC-A{n}", week=n) for n in range(1, 40)))
    with count_statements() as statements, transaction(write=False):
        assert len(list_own_work(world.actor("Ada"))) == 39
    statements.at_most(3)  # two of them make the actor


def test_a_draft_is_found_with_its_files(world: World) -> None:
    (activity,) = set_work(world)
    ada = world.actor("Ada")
    with transaction():
        work = find_own_work(ada, activity.public_id)
        save_draft(ada, work.enrollment, work, "so far", "https://example.org")
        attach_file(ada, work.enrollment, work, "../a.png", io.BytesIO(PNG))
    with transaction(write=False):
        draft, files = find_draft(world.enrollment("Ada"), activity)
    assert (draft.text, draft.link, [file.name for file in files]) == ("so far", "https://example.org", ["a.png"])


def test_dates_are_instants_of_local_time_across_the_change_of_clocks(world: World) -> None:
    set_work(world, plan("PC-A7", week=7), plan("PC-A8", week=8))
    with transaction(write=False):
        dues = [work.due.at for work in list_own_work(world.actor("Ada"))]
    assert dues == [datetime(2026, 10, 26, 3, 59, tzinfo=UTC), datetime(2026, 11, 2, 4, 59, tzinfo=UTC)]
