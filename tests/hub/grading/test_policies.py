"""A section's own grading policy: tried on real scores, versioned, and changing only what it says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.cohorts.models import Section
from lms.hub.coursework.kinds import Counts
from lms.hub.coursework.queries import list_own_work
from lms.hub.grading.books import all_lines, explain_line, find_book, find_line
from lms.hub.grading.entries import Item, Marker, ScoreView, explain_entry
from lms.hub.grading.gradebook import Category, Cell, explain_course, fold_course, shown_percent
from lms.hub.grading.grades import grades_of
from lms.hub.grading.models import Score
from lms.hub.grading.models.policies import GradingPolicy
from lms.hub.grading.rules import LatePolicy, MissingPolicy, ScoreKind, Status, which_stands
from lms.hub.grading.rules.policies import Grading
from lms.hub.grading.services.policies import set_policy
from lms.hub.grading.services.rubrics import set_categories
from lms.hub.grading.trial import effects_of
from lms.kernel import chain
from lms.kernel.clock import now
from lms.kernel.db import transaction
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.people.access import SYSTEM, Action
from tests.api.support import caller
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import grade
from tests.support.web import World

WHY = "The course council decided it."
NOW = datetime(2026, 10, 28, 14, tzinfo=UTC)
EXAMS, LABS = Category("E", "Exams", 6_000), Category("L", "Labs", 4_000)
BONUS = Category("B", "Bonus", 500, is_extra=True)
statuses = st.sampled_from([Status.GRADED, Status.ZERO, Status.EXEMPT, Status.MISSING, Status.OPEN])


@st.composite
def cells(draw: st.DrawFn) -> list[Cell]:
    made = []
    for number in range(draw(st.integers(0, 8))):
        status, possible = draw(statuses), draw(st.sampled_from([500, 1_000, 10_000]))
        earned = Fraction(draw(st.integers(0, possible))) if status is Status.GRADED else None
        earned = Fraction(0) if status is Status.ZERO else earned
        made.append(Cell(f"a{number}", draw(st.sampled_from("ELB")), possible, status, earned))
    return made


@given(cells(), st.randoms())
def test_the_order_of_activities_does_not_change_a_grade(given_cells: list[Cell], chance: object) -> None:
    mixed = list(given_cells)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    categories = (EXAMS, LABS, BONUS)
    assert fold_course(mixed, categories).grade == fold_course(given_cells, categories).grade


@given(cells(), st.integers(0, 10_000))
def test_extra_credit_never_lowers_a_grade_and_what_is_exempt_changes_nothing(made: list[Cell], earned: int) -> None:
    categories = (EXAMS, LABS, BONUS)
    before = fold_course(made, categories).grade
    extra = Cell("x", "E", 10_000, Status.GRADED, Fraction(earned), None, True)
    after = fold_course([*made, extra], categories).grade
    assert before is None or (after is not None and after >= before)
    exempt = Cell("y", "L", 10_000, Status.EXEMPT)
    assert fold_course([*made, exempt], categories).grade == before
    bonus = Cell("z", "B", 10_000, Status.GRADED, Fraction(earned))
    assert before is None or (fold_course([*[c for c in made if c.category != "B"], bonus], categories).grade or 0) >= (
        fold_course([c for c in made if c.category != "B"], categories).grade or 0
    )


@given(cells())
def test_the_steps_of_an_explanation_end_in_the_grade(made: list[Cell]) -> None:
    explained = explain_course(made, (EXAMS, LABS, BONUS), {})
    assert explained.value == fold_course(made, (EXAMS, LABS, BONUS)).grade
    assert bool(explained.steps) is any(cell.status in (Status.GRADED, Status.ZERO) for cell in made)


view = st.builds(
    ScoreView,
    st.uuids().map(str),
    st.integers(1, 5),
    st.just(ScoreKind.POINTS),
    st.integers(0, 10_000),
    st.sampled_from([0, 60, 90_000, 400_000]),
    st.just("2026-10-01T00:00:00"),
    st.booleans(),
)


@given(st.lists(view, max_size=5, unique_by=lambda one: one.attempt), st.sampled_from(list(Counts)), st.randoms())
def test_the_order_in_which_scores_are_read_does_not_change_which_one_stands(
    scores: list[ScoreView], counts: Counts, chance: object
) -> None:
    mixed = list(scores)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    late = LatePolicy()
    assert which_stands(mixed, counts, 10_000, late) == which_stands(scores, counts, 10_000, late)


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 1_000_000), st.booleans())
def test_a_policy_changes_only_what_it_says(rate: int, floor: int, late_seconds: int, is_in: bool) -> None:
    item = Item(1, "a", "A1", "A", "", 10_000, None, Counts.LATEST, 15, 7)
    due = NOW - timedelta(days=30)
    plain = Marker(LatePolicy(), MissingPolicy(None), NOW)
    other_late = Marker(LatePolicy(rate, 86_400, floor), MissingPolicy(None), NOW)
    other_missing = Marker(LatePolicy(), MissingPolicy(7, 2_500), NOW)
    on_time = ScoreView("s", 1, ScoreKind.POINTS, 8_000, 0, "", True)
    late = on_time._replace(late_seconds=late_seconds)
    exempt = ScoreView("s", 1, ScoreKind.EXEMPT, None, late_seconds, "", True)
    for score in (on_time, exempt):  # lateness costs neither work on time nor what is exempt
        assert other_late.entry(item, [score], "x", due).cell == plain.entry(item, [score], "x", due).cell
    for score in (on_time, late, exempt):  # what was scored is not missing
        assert other_missing.entry(item, [score], "x", due).cell == plain.entry(item, [score], "x", due).cell
    nothing = other_missing.entry(item, [], "x" if is_in else None, due).cell
    assert nothing.status is (Status.IN if is_in else Status.ZERO)
    assert plain.entry(item, [], "x" if is_in else None, due).cell.status is (Status.IN if is_in else Status.MISSING)


def place(world: World) -> tuple[Section, Course]:
    return world.one(Section, name="Lowell"), world.one(Course, code="PC")


def set_late(world: World, rate: int = 2_000, based_on: int = 0, name: str = "Ben", **more: object) -> GradingPolicy:
    wanted = replace(Grading(LatePolicy(rate_bp=rate)), **more)
    with transaction():
        return set_policy(world.actor(name), *place(world), wanted, WHY, based_on)


def test_a_new_version_holds_from_now_on_everywhere_and_not_before(world: World) -> None:
    (activity,) = set_work(world, plan(week=2, cutoff_days=None))
    submission = hand_in(world, "Ada", activity)
    grade(world, submission, 9_000, show=True)
    section, course = place(world)
    ben, at = world.actor("Ben"), now() + timedelta(minutes=1)
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        row = set_late(world, 100)
        assert (row.number, world.one(GradingPolicy).supersedes_id) == (1, None)
        with transaction(write=False):
            ids = section.public_id, course.public_id
            today = next(line for line in all_lines(find_book(ben, *ids)) if line.student == "Ada")
            then = next(line for line in all_lines(find_book(ben, *ids, at)) if line.student == "Ada")
            assert then.grade.grade == Fraction(1, 2)
            assert today.grade.grade > then.grade.grade
            ada = world.enrollment("Ada")
            _, own = find_line(world.actor("Ada"), Action.GRADE_READ, ada.public_id, course.public_id)
            (listed,) = grades_of(ada, list_own_work(world.actor("Ada")))
            assert own.grade.grade == listed.grade.grade == today.grade.grade
            (earlier,) = grades_of(ada, list_own_work(world.actor("Ada")), at)
            assert earlier.grade.grade == then.grade.grade


def test_two_authors_do_not_overwrite_each_other_and_nothing_is_edited(world: World) -> None:
    set_late(world, 2_000)
    with pytest.raises(Conflict):
        set_late(world, 3_000, 0, "Cleo")
    set_late(world, 3_000, 1, "Cleo")
    assert [(row.number, row.late_rate_bp) for row in world.all(GradingPolicy)] == [(1, 2_000), (2, 3_000)]
    with pytest.raises(NotAllowed):
        set_late(world, 1, 2, "Hana")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Grading(LatePolicy(10_001)), "late_rate"),
        (Grading(LatePolicy(1, 59)), "late_interval"),
        (Grading(LatePolicy(1, 60, -1)), "late_floor"),
        (Grading(missing=MissingPolicy(365)), "missing_days"),
        (Grading(missing=MissingPolicy(1, 10_001)), "missing_counts"),
        (Grading(extra=frozenset({"NONE"})), "extra"),
        (Grading(categories=(EXAMS,)), "categories"),
        (Grading(categories=(EXAMS, replace(LABS, drop_lowest=1, keep_highest=1))), "categories"),
        (Grading(categories=(replace(EXAMS, weight_bp=10_000), BONUS)), "categories"),
    ],
)
@pytest.mark.one_engine
def test_a_policy_that_no_grade_could_be_folded_with_is_refused(world: World, wanted: Grading, field: str) -> None:
    section, course = place(world)
    with transaction():
        set_categories(SYSTEM, world.one(ProgramVersion), course, (EXAMS, LABS))
    set_work(world, plan("PC-A1", category="E"), plan("PC-A2", category="L"))
    with transaction(), pytest.raises(RuleBroken) as broken:
        set_policy(world.actor("Ben"), section, course, wanted, WHY, 0)
    assert field in broken.value.by_field()
    assert world.all(GradingPolicy) == []


def test_the_trial_says_what_would_change_and_changes_nothing(world: World) -> None:
    late, on_time = set_work(world, plan("PC-A1", week=2, cutoff_days=None), plan("PC-A2"))
    grade(world, hand_in(world, "Ada", late), 9_000)
    grade(world, hand_in(world, "Zoe", on_time), 9_000)
    section, course = place(world)
    ben = world.browser_of("Ben")
    url = f"/instructor/gradebook/sections/{section.public_id}/courses/{course.public_id}/policy"
    assert "policy holds here" in ben.get(url).text
    with transaction(write=False):
        book = find_book(world.actor("Ben"), section.public_id, course.public_id)
        ada, zoe = effects_of(book, Grading(LatePolicy(0), book.grading.missing))
        assert (ada.student, ada.is_changed, ada.cells, ada.passes_now) == ("Ada", True, ("PC-A1",), True)
        assert (zoe.is_changed, zoe.cells) == (False, ())
    typed = {
        "based_on": "0",
        "late_rate": "0",
        "late_interval": "24:00",
        "late_floor": "50",
        "missing_days": "",
        "missing_counts": "0",
    }
    tried = ben.post(f"{url}/trial", data=typed)
    assert "Of 2 grades 1 would change; newly passing: 1, no longer passing: 0." in tried.text
    assert world.all(GradingPolicy) == []
    assert ben.post(f"{url}/versions", data=typed).status_code == 422, "without a reason"
    assert ben.post(f"{url}/versions", data={**typed, "reason": WHY, "late_rate": "x"}).status_code == 422
    assert ben.post(f"{url}/versions", data={**typed, "reason": WHY, "activity-PC-A2": "yes"}).status_code == 303
    assert ben.post(f"{url}/versions", data={**typed, "reason": WHY}).status_code == 409
    shown = ben.get(url).text
    assert WHY in shown
    assert "version 1" in shown
    assert world.one(GradingPolicy).extra == ["PC-A2"]
    assert world.browser_of("Hana").get(url).status_code == 404


@given(
    st.lists(view, max_size=4, unique_by=lambda one: one.attempt),
    st.lists(st.none() | st.integers(0, 9), min_size=4, max_size=4),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
)
def test_a_grade_is_folded_with_the_policy_that_holds_whatever_a_score_was_given_under(
    scores: list[ScoreView], given_under: list[int | None], rate: int, floor: int
) -> None:
    item = Item(1, "a", "A1", "A", "", 10_000, None, Counts.HIGHEST, 15, 7)
    marker = Marker(LatePolicy(rate, 86_400, floor), MissingPolicy(7, 2_500), NOW)
    labeled = [score._replace(policy=number) for score, number in zip(scores, given_under, strict=False)]
    plain = marker.entry(item, scores, "x", NOW)
    assert marker.entry(item, labeled, "x", NOW).cell == plain.cell
    if plain.score is not None:
        why = [explain_entry(marker.entry(item, found, "x", NOW), Grading(marker.late)) for found in (labeled, scores)]
        assert why[0].value == why[1].value == plain.cell.earned
        assert why[0].steps[1:] == why[1].steps[1:], "they differ in what the policy was called, in nothing else"


def test_a_score_keeps_the_version_it_was_given_under_and_a_version_in_use_is_never_edited(world: World) -> None:
    (activity,) = set_work(world, plan(week=2, cutoff_days=None))
    submission = hand_in(world, "Ada", activity)
    section, course = place(world)
    ben = world.actor("Ben")
    moments = []
    for number, rate in enumerate((None, 2_000, 500, 4_000)):
        with time_machine.travel(NOW + timedelta(hours=2 * number), tick=False):
            if rate is not None:
                set_late(world, rate, number - 1)
            grade(world, submission, 9_000 - number, show=True, reason="Looked at it again.")
        at = NOW + timedelta(hours=2 * number + 1)
        with time_machine.travel(at, tick=False), transaction(write=False):
            line = next(
                one for one in all_lines(find_book(ben, section.public_id, course.public_id)) if one.grade.grade
            )
            moments.append((at, line.grade.grade))
    assert [score.policy_number for score in world.all(Score)] == [0, 1, 2, 3]
    with time_machine.travel(NOW + timedelta(days=1), tick=False), transaction(write=False):
        for at, found in moments:  # each grade is still what it was then: what it was folded with has not changed
            book = find_book(ben, section.public_id, course.public_id, at)
            (then,) = [one.grade.grade for one in all_lines(book) if one.grade.grade]
            assert then == found
        book, line = find_line(ben, Action.GRADEBOOK_READ, world.enrollment("Ada").public_id, course.public_id)
        said = explain_line(book, line)
        assert (said.source.values["number"], said.steps[-1].value) == (3, shown_percent(line.grade.grade))
        set_at = explain_entry(line.entries[0], book.grading).steps[0].value
        assert (set_at.message, set_at.values) == ("the section's, version %(number)s", {"number": 3})
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        set_late(world, 0, 3)
        page = world.browser_of("Ben").get(f"/instructor/grading/{submission.public_id}")
        assert "version 3" in page.text
        read = caller(world, "Ben").get(f"/submissions/{submission.public_id}/score")
        assert [one["policy_version"] for one in read.json["scores"]] == [0, 1, 2, 3]
        why = caller(world, "Ben").get(f"/submissions/{submission.public_id}/score/explain").json
        assert (why["source"], why["steps"][0]["shown"]) == (
            "The section's grading policy, version 4",
            "the section's, version 3",
        )
        with transaction(write=False):
            said = explain_line(*find_line(ben, Action.GRADEBOOK_READ, line.enrollment_id, course.public_id))
            assert said.steps[0].value == 1, "one score was given under another version"


def test_a_score_from_before_versions_were_kept_keeps_its_place_in_the_chain(world: World) -> None:
    (activity,) = set_work(world)
    score = grade(world, hand_in(world, "Ada", activity), 9_000)
    assert chain.values_of(score)["policy_number"] == 0
    old = Score(**{**{key: getattr(score, key) for key in chain.values_of(score)}, "policy_number": None})
    assert chain.values_of(old) == {k: v for k, v in chain.values_of(score).items() if k != "policy_number"}
