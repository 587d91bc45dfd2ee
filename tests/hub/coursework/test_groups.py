"""Who works with whom, what they hand in together, and what each of them is given for it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from lms.hub.cohorts.models import Section
from lms.hub.coursework.groups.models import GroupMembership, GroupSubmission, WorkGroup
from lms.hub.coursework.groups.queries import Group, choose_students, find_place, group_of, groups_in
from lms.hub.coursework.groups.rules import Answer, State
from lms.hub.coursework.groups.services import answer, change_group, form_group, invite
from lms.hub.coursework.kinds import ExtensionReason
from lms.hub.coursework.models import Activity, Submission
from lms.hub.coursework.queries import find_own_work
from lms.hub.coursework.services import submit
from lms.hub.coursework.setting import extend
from lms.hub.grading.models import Release, Score
from lms.hub.grading.queries import Written, find_marking
from lms.hub.grading.queue import QueueFilter, Wanted, count_queue, marking_queue
from lms.hub.grading.services.groups import adjust_member, post_group_score, release_group
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import Conflict, NotAllowed, NotFound, RuleBroken
from lms.kernel.prose import prose_of
from lms.people.access import Action
from tests.hub.coursework.made import SUNDAY_DUE, hand_in, plan, set_work
from tests.support.web import World


def shared(world: World, **changed: object) -> Activity:
    """An activity that two students may hand in together."""
    (activity,) = set_work(world, plan("PC-G1", group_size=2, **changed))
    return activity


def ask(world: World, name: str, activity: Activity, other: str) -> GroupMembership:
    actor = world.actor(name)
    with transaction():
        work = find_own_work(actor, activity.public_id)
        return invite(actor, work.enrollment, work, world.enrollment(other).public_id)


def say(world: World, name: str, place: GroupMembership, said: Answer) -> None:
    actor = world.actor(name)
    with transaction():
        found, group, enrollment = find_place(actor, place.public_id)
        activity = session.get_one(Activity, group.row.activity_id)
        answer(actor, enrollment, activity, group, found, said)


def group(world: World, name: str, activity: Activity) -> Group | None:
    with transaction(write=False):
        return group_of(world.enrollment(name), activity)


def team(world: World, activity: Activity) -> None:
    """Ada and Zoe, who share a section."""
    say(world, "Zoe", ask(world, "Ada", activity, "Zoe"), Answer.ACCEPT)


def test_an_invitation_is_accepted_and_one_hand_in_gives_each_member_an_own_receipt(world: World) -> None:
    activity, before = shared(world), len(world.all(AuditEntry))
    place = ask(world, "Ada", activity, "Zoe")
    assert [mate.state for mate in group(world, "Ada", activity).mates] == [State.MEMBER, State.INVITED]  # type: ignore[union-attr]
    assert group(world, "Zoe", activity) is None
    say(world, "Zoe", place, Answer.ACCEPT)
    hand_in(world, "Ada", activity, "We measured.", files=("a.png",))
    assert len(world.all(AuditEntry)) > before + 2
    ada, zoe = world.all(Submission)
    assert ada.group_submission_id == zoe.group_submission_id == world.one(GroupSubmission).id
    assert ada.receipt != zoe.receipt
    for name, own, other in (("Ada", ada, zoe), ("Zoe", zoe, ada)):
        mine = world.browser_of(name)
        shown = mine.get(f"/student/submissions/{own.public_id}").text
        assert own.receipt in shown
        assert "Ada, Zoe" in shown
        assert other.receipt not in shown
        assert mine.get(f"/student/submissions/{other.public_id}").status_code == 404


def test_declining_withdrawing_and_leaving_end_it_and_each_step_stays_readable(world: World) -> None:
    activity = shared(world)
    say(world, "Zoe", ask(world, "Ada", activity, "Zoe"), Answer.DECLINE)
    again = ask(world, "Ada", activity, "Zoe")
    say(world, "Ada", again, Answer.WITHDRAW)
    with pytest.raises(NotFound):
        say(world, "Zoe", again, Answer.ACCEPT)
    team(world, activity)
    place = next(mate for mate in group(world, "Zoe", activity).mates if mate.name == "Zoe")  # type: ignore[union-attr]
    say(world, "Zoe", place.membership, Answer.LEAVE)
    assert group(world, "Zoe", activity) is None
    told = [row.state for row in world.all(GroupMembership, enrollment_id=world.enrollment("Zoe").id)]
    assert told == [*("invited", "declined", "invited", "withdrawn"), *("invited", "member", "left")]


def test_a_group_has_room_for_so_many_of_its_section_and_closes_with_the_first_hand_in(world: World) -> None:
    activity = shared(world)
    with pytest.raises(NotFound):
        ask(world, "Ada", activity, "Eli")  # of another section
    with pytest.raises(NotFound):
        ask(world, "Ada", activity, "Ada")
    place = ask(world, "Ada", activity, "Zoe")
    with pytest.raises(RuleBroken, match="invited already"):
        ask(world, "Ada", activity, "Zoe")
    for stranger in ("Eli", "Ben"):
        with pytest.raises(NotFound):
            say(world, stranger, place, Answer.ACCEPT)
    with pytest.raises(RuleBroken, match="no longer open"):
        say(world, "Ada", place, Answer.ACCEPT)
    hand_in(world, "Ada", activity)
    with pytest.raises(RuleBroken, match="handed in already"):
        say(world, "Zoe", place, Answer.ACCEPT)
    (alone,) = set_work(world, plan("PC-A9"))
    with pytest.raises(RuleBroken, match="alone"):
        ask(world, "Ada", alone, "Zoe")


def test_attempts_count_for_the_group_and_the_same_form_again_is_one(world: World) -> None:
    activity = shared(world, attempts=2)
    team(world, activity)
    hand_in(world, "Ada", activity)
    hand_in(world, "Zoe", activity)
    for name in ("Ada", "Zoe"):
        with pytest.raises(RuleBroken, match="all your attempts"):
            hand_in(world, name, activity)
    assert [one.number for one in world.all(GroupSubmission)] == [1, 2]
    assert sorted((one.enrollment_id, one.attempt) for one in world.all(Submission)) == sorted(
        (world.enrollment(name).id, attempt) for name in ("Ada", "Zoe") for attempt in (1, 2)
    )
    actor = world.actor("Ada")
    with transaction():
        work = find_own_work(actor, activity.public_id)
        again = submit(actor, work.enrollment, work, "once more", "", work.submissions[0].client_key)
    assert again.attempt == 2
    assert len(world.all(Submission)) == 4


def test_each_is_late_against_the_own_date_and_an_extension_is_nobody_elses(world: World) -> None:
    activity = shared(world, cutoff_days=2)
    team(world, activity)
    with transaction():
        until = SUNDAY_DUE + timedelta(days=5)
        extend(world.actor("Ben"), world.enrollment("Zoe"), activity, until, ExtensionReason.WORK, "overtime week")
    with time_machine.travel(SUNDAY_DUE + timedelta(days=1), tick=False):
        hand_in(world, "Ada", activity)
    late = {one.enrollment_id: one.late_seconds for one in world.all(Submission)}
    assert late == {world.enrollment("Ada").id: 86_400, world.enrollment("Zoe").id: 0}
    with time_machine.travel(SUNDAY_DUE + timedelta(days=4), tick=False):
        with pytest.raises(RuleBroken, match="closed on"):
            hand_in(world, "Ada", activity)
        hand_in(world, "Zoe", activity)
        check = world.browser_of("Zoe").get(f"/student/coursework/{activity.public_id}/check").text
        assert "For Ada this activity is closed" in check
    assert [one.enrollment_id for one in world.all(Submission, attempt=2)] == [world.enrollment("Zoe").id]


def test_the_group_stands_once_in_the_queue_and_gets_one_mark_then_one_member_another(world: World) -> None:
    activity = shared(world)
    team(world, activity)
    hand_in(world, "Ada", activity)
    ben = world.actor("Ben")
    with transaction(write=False):
        (line,) = marking_queue(ben, QueueFilter()).items
        assert (line.group, count_queue(ben, QueueFilter())) == (2, 1)
    with transaction():
        marking = find_marking(ben, Action.SCORE_WRITE, line.submission.public_id)
        post_group_score(ben, marking.enrollment, marking, Written(points=8_000, comments={"": "Good."}), marking.token)
    assert [score.points for score in world.all(Score)] == [8_000, 8_000]
    with transaction(write=False):
        assert count_queue(ben, QueueFilter()) == 0
        assert count_queue(ben, QueueFilter(wanted=Wanted.TO_RELEASE)) == 1
    _, zoe = world.all(Submission)
    with transaction():
        marking = find_marking(ben, Action.SCORE_WRITE, zoe.public_id)
        with pytest.raises(RuleBroken) as broken:
            adjust_member(ben, marking.enrollment, marking, Written(points=9_000), marking.token, "")
        assert broken.value.field == "reason"
        adjust_member(ben, marking.enrollment, marking, Written(points=9_000), marking.token, "She did the welding.")
    with transaction():
        first = find_marking(ben, Action.SCORE_WRITE, line.submission.public_id)
        made = post_group_score(ben, first.enrollment, first, Written(points=8_500), first.token)
        assert len(made) == 1, "a mark of one's own stays"
        fresh = find_marking(ben, Action.SCORE_WRITE, line.submission.public_id)
        assert release_group(ben, fresh.enrollment, fresh) == 2
    assert len(world.all(Release)) == 2
    own = {"Ada": ("85", "90"), "Zoe": ("90", "85")}
    for name, (mine, others) in own.items():
        shown = world.browser_of(name).get(f"/student/grades/{activity.public_id}").text
        assert f"<strong>{mine}</strong>" in shown
        assert f"<strong>{others}</strong>" not in shown


def test_staff_form_and_change_groups_with_a_reason_and_others_may_not(world: World) -> None:
    activity = shared(world)
    lowell = world.one(Section, name="Lowell")
    ids = [world.enrollment(name).public_id for name in ("Ada", "Zoe")]
    for name in ("Ada", "Hana", "Ivo", "Gus", "Dee"):
        with pytest.raises(NotAllowed), transaction():
            form_group(world.actor(name), lowell, activity, [], "no right")
    with pytest.raises(NotFound), transaction():
        choose_students(lowell, activity, [world.enrollment("Eli").public_id])
    cleo = world.actor("Cleo")
    with transaction():
        students = choose_students(lowell, activity, ids)
        with pytest.raises(RuleBroken) as broken:
            form_group(cleo, lowell, activity, students, "")
        assert broken.value.field == "reason"
        form_group(cleo, lowell, activity, students, "They share the press.")
    hand_in(world, "Zoe", activity)
    with transaction():
        (found,) = groups_in(lowell, activity)
        change_group(cleo, lowell, activity, found, students[:1], "Zoe moved to the night shift.")
        (now_it_is,) = groups_in(lowell, activity)
    assert [mate.name for mate in now_it_is.members] == ["Ada"]
    removed = world.one(GroupMembership, state=State.REMOVED)
    with transaction(write=False):
        assert prose_of([removed], "reason")[removed.public_id] == "Zoe moved to the night shift."
    assert len(world.all(Submission)) == 2, "what was handed in stays"


def test_of_two_invitations_accepted_at_once_one_holds(world: World) -> None:
    """Zoe is asked by two groups; she presses both buttons."""
    activity = shared(world)
    first = ask(world, "Ada", activity, "Zoe")
    with transaction():
        row = WorkGroup(activity_id=activity.id, section_id=world.one(Section, name="Lowell").id)
        session.add(row)
        session.flush()
        second = GroupMembership(
            work_group_id=row.id, enrollment_id=world.enrollment("Zoe").id, number=1, state=State.INVITED
        )
        session.add(second)
    app = world.app

    def accept(place: GroupMembership) -> bool:
        with app.app_context():
            try:
                say(world, "Zoe", place, Answer.ACCEPT)
            except (RuleBroken, Conflict):
                return False
            finally:
                session.remove()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, (first, second))) == [False, True]
    session.expunge_all()
    members = [row for row in world.all(GroupMembership, state=State.MEMBER) if row.number == 2]
    assert len(members) == 1


def test_of_eight_hand_ins_of_two_members_at_once_the_allowed_ones_are_whole(world: World) -> None:
    activity = shared(world, attempts=2)
    team(world, activity)
    app = world.app

    def once(number: int) -> bool:
        with app.app_context():
            try:
                hand_in(world, ("Ada", "Zoe")[number % 2], activity, f"try {number}")
            except (RuleBroken, Conflict):
                return False
            finally:
                session.remove()
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(once, range(8))) == 2
    assert [one.number for one in world.all(GroupSubmission)] == [1, 2]
    assert sorted(one.attempt for one in world.all(Submission)) == [1, 1, 2, 2]
