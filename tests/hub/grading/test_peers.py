"""Who did what of a group's hand-in: own words, words on the others, and a factor that a grader may apply."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.cohorts.models import Section
from lms.hub.coursework.groups.rules import Answer
from lms.hub.coursework.models import Activity, Submission
from lms.hub.grading.models import Score
from lms.hub.grading.models.peers import Contribution, PeerFactor, PeerRating
from lms.hub.grading.queries.peers import said_of
from lms.hub.grading.rules.peers import MOST_BP, PARTS, factored, peer_factor
from lms.hub.grading.services.marking import set_marking_rule
from lms.hub.grading.services.peers import apply_factor, say_who_did_what
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import Conflict, NotAllowed, NotFound, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.messages.compose import write
from lms.messages.services import reason_to_skip
from tests.api.support import caller
from tests.hub.coursework.made import hand_in
from tests.hub.coursework.test_groups import ask, shared, team
from tests.hub.coursework.test_groups import say as answer_it
from tests.hub.grading.made import grade, marking_of
from tests.support.web import World

BOUNDS = (8_000, 11_000)
MEMBERS = (1, 2, 3, 4)
said = st.dictionaries(
    st.tuples(st.sampled_from(MEMBERS), st.sampled_from(MEMBERS)), st.sampled_from(list(PARTS)), max_size=16
)


@given(said, st.sampled_from(MEMBERS), st.sampled_from(MEMBERS))
def test_a_factor_is_bounded_never_hurt_by_praise_nor_moved_by_ones_own_word(
    parts: dict[tuple[int, int], int], member: int, other: int
) -> None:
    found = peer_factor(parts, MEMBERS, member, BOUNDS)
    heard = [bp for (by, of), bp in parts.items() if of == member != by]
    assert (found is None) is not bool(heard)
    assert peer_factor({**parts, (member, member): 0}, MEMBERS, member, BOUNDS) == found
    if found is None:
        return
    assert BOUNDS[0] <= found.value <= BOUNDS[1]
    assert found.steps[-1].value * 10_000 == found.value
    if other != member:
        better = peer_factor({**parts, (other, member): max(PARTS)}, MEMBERS, member, BOUNDS)
        worse = peer_factor({**parts, (other, member): min(PARTS)}, MEMBERS, member, BOUNDS)
        assert better is not None
        assert worse is not None
        assert worse.value <= better.value


@given(st.sampled_from(list(PARTS)))
def test_praising_each_other_alike_gains_nobody_anything(part: int) -> None:
    everybody = {(by, of): part for by in MEMBERS for of in MEMBERS if by != of}
    factors = {peer_factor(everybody, MEMBERS, one, (0, MOST_BP)).value for one in MEMBERS}  # type: ignore[union-attr]
    assert factors == {min(part, 10_000)}


@given(st.integers(0, 10_000), st.integers(8_000, 11_000))
def test_points_times_a_factor_are_rounded_once_and_never_more_than_there_are(points: int, factor: int) -> None:
    found = factored(points, factor, 10_000)
    assert 0 <= found <= 10_000
    assert found == 10_000 or abs(found - Fraction(points * factor, 10_000)) <= Fraction(1, 2)


def handed_in(world: World, *, asks: bool = True) -> dict[str, Submission]:
    """Ada and Zoe have handed in together; by name."""
    activity = shared(world)
    if asks:
        with transaction():
            section = world.one(Section, name="Lowell")
            set_marking_rule(world.actor("Ben"), section, activity, is_anonymous=False, is_double=False, peers=BOUNDS)
    team(world, activity)
    hand_in(world, "Ada", activity, "We measured.")
    return {name: world.one(Submission, enrollment_id=world.enrollment(name).id) for name in ("Ada", "Zoe")}


def say(world: World, name: str, work: Submission, text: str, share: int, **parts: int) -> Contribution:
    told = {world.enrollment(other).public_id: part for other, part in parts.items()}
    with transaction():
        return say_who_did_what(world.actor(name), world.enrollment(name), work, text, share, told)


def test_what_a_group_says_moves_one_members_points_with_a_reason_and_only_once(world: World) -> None:
    works, before = handed_in(world), len(world.all(AuditEntry))
    say(world, "Ada", works["Ada"], "I measured all day.", 6_000, Zoe=7_500)
    say(world, "Zoe", works["Zoe"], "I wrote it down.", 5_000)
    again = say(world, "Zoe", works["Zoe"], "I wrote it all down.", 4_000, Ada=12_500)
    assert (again.number, len(world.all(AuditEntry))) == (2, before + 3)
    for name in ("Ada", "Zoe"):
        grade(world, works[name], 8_000)
    with transaction(write=False):
        found = {one.member.name: one for one in said_of(works["Ada"])}
        assert (found["Ada"].text, found["Ada"].share_bp, found["Ada"].factor.value) == (
            "I measured all day.",
            6_000,
            11_000,  # 1.25 of a fair share, bounded
        )
        assert (found["Zoe"].text, found["Zoe"].factor.value) == ("I wrote it all down.", 8_000)
    ben = world.actor("Ben")
    with transaction():
        marking = marking_of(world, works["Zoe"])
        with pytest.raises(Conflict):
            apply_factor(ben, marking.enrollment, marking, "0.0", "The group agrees on it.")
        with pytest.raises(RuleBroken):
            apply_factor(ben, marking.enrollment, marking, marking.token, "")
        score = apply_factor(ben, marking.enrollment, marking, marking.token, "The group agrees on it.")
    assert (score.points, score.number, world.one(PeerFactor).factor_bp) == (6_400, 2, 8_000)
    with transaction():
        marking = marking_of(world, works["Zoe"])
        with pytest.raises(RuleBroken, match="already"):
            apply_factor(ben, marking.enrollment, marking, marking.token, "Once more, then.")
    assert [row.points for row in world.all(Score)] == [8_000, 8_000, 6_400], "Ada's points stay as they are"


def test_nobody_reads_what_others_said_of_them_and_own_words_come_with_the_release(world: World) -> None:
    works = handed_in(world)
    ada, zoe, ben = (caller(world, name) for name in ("Ada", "Zoe", "Ben"))
    path = {name: f"/submissions/{work.public_id}" for name, work in works.items()}
    for text, status in (("Ada was away a lot.", 200), (" ", 422)):
        body = {"text": text, "share_bp": 9_000, "parts": {world.enrollment("Ada").public_id: 2_500}}
        assert zoe.put(f"{path['Zoe']}/contribution", json=body).status_code == status
    page = f"/student/submissions/{works['Ada'].public_id}"
    bodies = [ada.get(f"{path['Ada']}/contribution").text, world.browser_of("Ada").get(page).text]
    assert not any("was away" in body for body in bodies)
    assert ada.get(f"{path['Ada']}/contributions").status_code == 403
    assert ada.get(f"{path['Zoe']}/contribution").status_code == 404
    read = ben.get(f"{path['Ada']}/contributions").json["items"]
    assert [(one["name"], one["factor"] and one["factor"]["value"]) for one in read] == [("Ada", 8_000), ("Zoe", None)]
    assert "was away" in world.browser_of("Ben").get(f"/instructor/grading/{works['Ada'].public_id}").text
    grade(world, works["Ada"], 8_000, show=True)
    shown = ada.get(f"{path['Ada']}/contribution").json
    assert (shown["is_open"], shown["peers"]) == (
        False,
        [{"name": "Zoe", "share_bp": 9_000, "text": "Ada was away a lot."}],
    )
    assert "8000" not in ada.get(f"{path['Ada']}/contribution").text
    late = {"text": "I was there.", "share_bp": 5_000, "parts": {}}
    assert ada.put(f"{path['Ada']}/contribution", json=late).status_code == 422


def test_the_pages_take_words_and_the_desk_applies_the_factor(world: World) -> None:
    works = handed_in(world)
    ada, ben = world.browser_of("Ada"), world.browser_of("Ben")
    page = f"/student/submissions/{works['Ada'].public_id}"
    sent = {"text": "I measured.", "share": "62,5", f"part-{world.enrollment('Zoe').public_id}": "5000"}
    assert ada.post(f"{page}/contribution", data={**sent, "share": "much"}).status_code == 422
    assert world.all(Contribution) == []
    assert ada.post(f"{page}/contribution", data=sent).status_code == 303
    assert (world.one(Contribution).share_bp, world.one(PeerRating).part_bp) == (6_250, 5_000)
    assert 'value="62.5"' in ada.get(page).text
    grade(world, works["Zoe"], 9_000)
    desk = f"/instructor/grading/{works['Zoe'].public_id}"
    form = {"version": "0.1", "reason": "Half of a fair share."}
    assert ben.post(f"{desk}/peer-factor", data={**form, "reason": ""}).status_code == 422
    assert ben.post(f"{desk}/peer-factor", data=form).status_code == 303
    assert world.all(Score)[-1].points == 7_200
    assert "was applied" in ben.get(desk).text
    made = caller(world, "Ben").post(
        f"/submissions/{works['Zoe'].public_id}/peer-factor", json={"reason": "Again."}, headers={"If-Match": '"0.2"'}
    )
    assert made.status_code == 422
    assert "Take the factor back" in ben.get(desk).text
    back = {"version": "0.2", "reason": "They were ill that week."}
    assert ben.post(f"{desk}/peer-factor/withdrawal", data={**back, "reason": " "}).status_code == 422
    assert ben.post(f"{desk}/peer-factor/withdrawal", data={**back, "version": "0.1"}).status_code == 409
    assert ben.post(f"{desk}/peer-factor/withdrawal", data=back).status_code == 303
    assert [(score.points, score.number) for score in world.all(Score)] == [(9_000, 1), (7_200, 2), (9_000, 3)]
    shown = ben.get(desk).text
    assert ("was applied" in shown, "Apply the factor" in shown) == (False, True)
    place, match = f"/submissions/{works['Zoe'].public_id}/peer-factor", {"If-Match": '"0.3"'}
    api = caller(world, "Ben")
    assert api.post(f"{place}/withdrawals", json={"reason": "Again."}, headers=match).status_code == 422
    assert api.post(place, json={"reason": "After all."}, headers=match).status_code == 201
    match = {"If-Match": '"0.4"'}
    assert api.post(f"{place}/withdrawals", json={"reason": "Once more."}, headers=match).json["points"] == "90.00"
    assert world.browser_of("Hana").post(f"{desk}/peer-factor/withdrawal", data=back).status_code == 404


def test_what_is_not_asked_is_not_taken_and_strangers_say_nothing(world: World) -> None:
    works = handed_in(world, asks=False)
    with pytest.raises(RuleBroken, match="not asked"):
        say(world, "Ada", works["Ada"], "I measured.", 5_000, Zoe=10_000)
    say(world, "Ada", works["Ada"], "I measured.", 5_000)
    with transaction(), pytest.raises(NotAllowed):
        say_who_did_what(world.actor("Eli"), world.enrollment("Ada"), works["Ada"], "I did it.", 5_000)
    with transaction():
        marking = marking_of(world, works["Ada"])
    with transaction(), pytest.raises(NotAllowed):
        apply_factor(world.actor("Cleo"), marking.enrollment, marking, marking.token, "I would like to.")
    with transaction():
        section, activity = world.one(Section, name="Lowell"), world.one(Activity)
        wrong = ((8_000, 9_000), (11_000, 12_000), (0, 20_000))
        for peers in wrong:
            with pytest.raises(RuleBroken):
                set_marking_rule(
                    world.actor("Ben"), section, activity, is_anonymous=False, is_double=False, peers=peers
                )
        set_marking_rule(world.actor("Ben"), section, activity, is_anonymous=False, is_double=False, peers=BOUNDS)
    with pytest.raises(NotFound):
        say(world, "Ada", works["Ada"], "I measured.", 5_000, Eli=10_000)
    with pytest.raises(RuleBroken):
        say(world, "Ada", works["Ada"], "I measured.", 5_000, Zoe=9_999)
    assert world.all(PeerRating) == []


def test_an_invitation_is_mailed_in_the_readers_language_and_not_once_it_is_answered(world: World) -> None:
    activity = shared(world)
    place = ask(world, "Ada", activity, "Zoe")
    (letter,) = world.all(OutboxMessage, template="group-invited")
    assert (letter.person_id, letter.said()["who"]) == (world.person("Zoe").id, "Ada")
    with transaction():
        zoe = world.person("Zoe")
        zoe.language = "es"
        written = write(letter, zoe, "https://lms.example.org")
        assert "Ada le pide" in written.subject
        assert f"/student/coursework/{activity.public_id}#group" in written.text
        assert written.stop_link
        assert reason_to_skip(letter, zoe) == ""
    answer_it(world, "Zoe", place, Answer.DECLINE)
    with transaction(write=False):
        assert reason_to_skip(letter, world.person("Zoe"))
