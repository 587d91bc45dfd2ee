"""A review from its day to the third signature, by the people who may and on both engines."""

from datetime import timedelta

import pytest

from lms.hub.cohorts.models import Cohort
from lms.hub.hours.models import HoursEntry
from lms.hub.reviews.kinds import Manner, Party, Settlement, Stage
from lms.hub.reviews.models import ProgressReview, ReviewContent, ReviewLink, ReviewSignature, ReviewWhy
from lms.hub.reviews.queries.reading import find_review, review_of, whys_of
from lms.hub.reviews.queries.states import overview, planned_of
from lms.hub.reviews.services.signing import hidden_from, open_link, sign_by_link, sign_review
from lms.hub.reviews.services.writing import (
    agree_action,
    ask_signatures,
    begin_review,
    drop_action,
    refresh_figures,
    settle_action,
    write_review,
)
from lms.jobs.reviews import climb_reviews
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import Conflict, NotAllowed, NotFound, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.kernel.units import Span
from lms.people.accounts.links import LinkEnded
from lms.people.consent.models import Purpose, RecordType
from lms.people.consent.services import sign_consent
from lms.people.orgs.models import Firm
from tests.hub.hours.weeks import MONDAY, at, log_week
from tests.hub.reviews.made import ADVICE, DUE, TODAY, begun, every_six_weeks, sign, to_sign, whole
from tests.support.web import NOW, World


def letters(world: World) -> list[str]:
    return [one.template for one in world.all(OutboxMessage)]


def secret_in(world: World) -> str:
    sent = [one for one in world.all(OutboxMessage) if one.template.endswith("-by-link")]
    return str(sent[-1].said()["path"]).removeprefix("/sign-review/")


def test_a_review_is_begun_once_with_its_figures_filled_in_by_who_may(world: World) -> None:
    log_week(world)
    every_six_weeks(world)
    ada = world.enrollment("Ada")
    for name in ("Ada", "Sam", "Hana", "Ivo"):
        with pytest.raises(NotAllowed), transaction():
            begin_review(world.actor(name), ada, 1)
    with transaction():
        begin_review(world.actor("Ben"), ada, 1)
    with pytest.raises(RuleBroken, match="begun already"), transaction():
        begin_review(world.actor("Cleo"), ada, 1)
    with pytest.raises(RuleBroken, match="can be begun from"), transaction():
        begin_review(world.actor("Ben"), ada, 2)
    review = whole(world)
    assert world.one(AuditEntry, action="review:open", outcome="done").result_id == review.row.public_id
    hours = review.content.figures["hours"]
    assert (review.row.due_on, hours["total_logged"], hours["approved"]) == (DUE, 660, 0)
    assert any("behind" in str(point.sentence) for point in review.agenda())
    assert {one["code"] for one in review.content.figures["grades"]} <= {"PC", "MS", "CAP"}


def test_each_figure_says_why_as_of_its_moment_until_the_figures_are_taken_anew(world: World) -> None:
    with at(NOW - timedelta(days=14)):
        log_week(world, monday=MONDAY - timedelta(days=14))
    row = begun(world)
    review = whole(world)
    with transaction(write=False):
        whys = whys_of(review)
    figures = review.content.figures
    hours = figures["hours"]
    for name in ("logged", "approved", "expected", "total_approved", "total_expected"):
        why = whys[f"hours.{name}"]
        assert why.steps[-1].value == Span(hours[name]), name
        assert sum(step.value.minutes for step in why.steps[:-1]) == hours[name], name
    assert whys["hours.missing_weeks"].value == len(hours["missing_weeks"])
    assert len(whys["hours.logged"].facts) == len(world.all(HoursEntry))
    assert {"progress.pace", "progress.finish"} <= set(whys)
    assert figures["why_sha256"] == world.one(ReviewWhy).sha256
    log_week(world, monday=MONDAY + timedelta(days=4), minutes=60)
    with transaction(write=False):
        assert whys_of(whole(world)) == whys  # as of its moment
    for _ in range(2):
        with transaction():
            refresh_figures(world.actor("Ben"), row)
    with transaction(write=False):
        anew = whys_of(whole(world))
    assert anew["hours.total_approved"].facts == whys["hours.total_approved"].facts
    assert len(world.all(ReviewWhy)) == 2  # the same reasons are kept once
    assert whole(world).content.figures["hours"]["total_logged"] == hours["total_logged"] + 60


def test_what_somebody_else_changed_meanwhile_is_kept_and_said(world: World) -> None:
    row, seen = begun(world), whole(world).content.sha256
    with transaction():
        write_review(world.actor("Ben"), row, "First.", TODAY, seen)
    with pytest.raises(Conflict), transaction():
        write_review(world.actor("Cleo"), row, "Second.", TODAY, seen)
    with pytest.raises(RuleBroken, match="future"), transaction():
        write_review(world.actor("Cleo"), row, "", TODAY + timedelta(days=1), whole(world).content.sha256)
    assert whole(world).notes == "First."
    with transaction(write=False):
        assert review_of(row, world.all(ReviewContent)[0].recorded_at).content.held_on in (None, TODAY)


def test_signatures_are_asked_for_after_the_talk_and_a_change_asks_for_new_ones(world: World) -> None:
    row = begun(world)
    with pytest.raises(RuleBroken, match="day of the talk"), transaction():
        ask_signatures(world.actor("Ben"), row)
    with pytest.raises(RuleBroken, match="still being written"), transaction():
        sign_review(world.actor("Ada"), row, whole(world).content.sha256)
    with transaction():
        write_review(world.actor("Ben"), row, "Good start.", TODAY, review_of(row).content.sha256)
        agree_action(world.actor("Ben"), row, ADVICE, Party.STUDENT, TODAY)
        ask_signatures(world.actor("Ben"), row)
    review = whole(world)
    assert review.missing == (Party.STUDENT, Party.INSTRUCTOR, Party.SUPERVISOR)
    assert sorted(letters(world)) == ["review-to-sign", "review-to-sign", "review-to-sign-by-link"]
    for name in ("Cleo", "Eli", "Dee"):
        with pytest.raises(NotAllowed), transaction():
            sign_review(world.actor(name), row, review.content.sha256)
    sign(world, "Ada", review)
    sign(world, "Ada", review)
    assert len(world.all(ReviewSignature)) == 1
    assert world.all(AuditEntry, action="review:sign", outcome="done")
    with transaction():
        agree_action(world.actor("Ben"), row, "Bring the drawings.", Party.SUPERVISOR, TODAY)
    changed = whole(world)
    assert (changed.missing, changed.signatures[0].is_current) == (changed.parties, False)
    with pytest.raises(Conflict), transaction():
        sign_review(world.actor("Ada"), row, review.content.sha256)
    with transaction():
        drop_action(world.actor("Ben"), changed.actions[1].row)
    for name in ("Ada", "Ben", "Sam"):
        sign(world, name, whole(world))
    assert whole(world).is_signed
    with transaction():
        refresh_figures(world.actor("Ben"), row)


def test_the_supervisor_signs_by_a_link_once_without_an_account_and_sees_what_consent_covers(world: World) -> None:
    review = to_sign(world)
    firm = world.one(Firm, name="Acme")
    with transaction():
        sign_consent(world.actor("Ada"), world.enrollment("Ada"), firm, [RecordType.HOURS], Purpose.SPONSORSHIP)
    with transaction():
        opened = open_link(secret_in(world), "10.0.0.1")
        hidden = hidden_from(opened.actor, opened.review)
        signature = sign_by_link(opened, opened.review.content.sha256, "Doing well on the line.")
    assert hidden == {"progress", "attendance", "grades"}
    assert (signature.manner, signature.hidden) == (Manner.LINK, sorted(hidden))
    assert signature.recorded_by_id == world.person("Sam").id
    with pytest.raises(LinkEnded, match="used"), transaction():
        open_link(secret_in(world), "10.0.0.1")
    with pytest.raises(NotFound), transaction():
        open_link("nothing", "10.0.0.1")
    assert world.one(ReviewLink).used_at is not None
    assert whole(world).missing == (Party.STUDENT, Party.INSTRUCTOR)
    assert hidden_from(world.actor("Ben"), review) == frozenset()


def test_a_firm_that_the_review_is_not_of_and_other_students_never_find_it(world: World) -> None:
    review = to_sign(world)
    with transaction(write=False):
        assert find_review(world.actor("Sam"), review.row.public_id).id == review.row.id
        for name in ("Dee", "Fay", "Eli", "Zoe", "Hana", "Ivo"):
            with pytest.raises(NotFound):
                find_review(world.actor(name), review.row.public_id)


def test_what_was_agreed_is_carried_to_the_next_review_until_it_is_done(world: World) -> None:
    first = to_sign(world)
    later = NOW + timedelta(weeks=6)
    with at(later):
        with transaction():
            second = begin_review(world.actor("Cleo"), world.enrollment("Ada"), 2)
        with transaction(write=False):
            (carried,) = review_of(second).carried
        assert (carried.what, carried.number, carried.outcome) == (ADVICE, 1, Settlement.OPEN)
        with pytest.raises(NotAllowed), transaction():
            settle_action(world.actor("Eli"), carried.row, Settlement.DONE)
        with transaction():
            settle_action(world.actor("Ada"), carried.row, Settlement.DONE, "Every Friday since.")
        with pytest.raises(RuleBroken, match="already"), transaction():
            settle_action(world.actor("Ada"), carried.row, Settlement.DONE)
        with transaction(write=False):
            assert review_of(first.row).actions[0].note == "Every Friday since."
            assert review_of(first.row).content.sha256 == first.content.sha256
            assert review_of(second).carried == []


def test_missing_signatures_are_asked_for_again_and_then_told_to_the_coordinator_each_once(world: World) -> None:
    to_sign(world)
    sign(world, "Ada", whole(world))
    settings = world.app.config["LMS"]
    climb_reviews(settings)
    assert [name for name in letters(world) if "unsigned" in name] == []
    with at(NOW + timedelta(days=8)):  # the five business days are over
        climb_reviews(settings)
        climb_reviews(settings)
    assert sorted(name for name in letters(world) if "unsigned" in name) == [
        "review-unsigned",
        "review-unsigned-by-link",
    ]
    with at(NOW + timedelta(days=16)):
        climb_reviews(settings)
        climb_reviews(settings)
    office = world.all(OutboxMessage, template="review-unsigned-office")
    assert [one.person_id for one in office] == [world.person("Cleo").id]


def test_a_review_that_comes_is_announced_and_one_that_nobody_begins_goes_to_the_coordinator(world: World) -> None:
    settings = world.app.config["LMS"]
    with at(NOW + timedelta(days=20)):  # November 17: two weeks before November 30
        climb_reviews(settings)
        climb_reviews(settings)
    assert sorted(set(letters(world))) == ["review-coming", "review-to-begin"]
    assert letters(world).count("review-coming") == 3
    with at(NOW + timedelta(days=49)):
        climb_reviews(settings)
    late = world.all(OutboxMessage, template="review-not-begun")
    assert {one.person_id for one in late} == {world.person("Cleo").id, world.person("Ivo").id}


def test_the_overview_names_each_students_review_as_known_on_any_day(world: World) -> None:
    every_six_weeks(world)
    with transaction(write=False):
        lines = overview(world.actor("Cleo"), world.one(Cohort))
    assert [(line.member.person.name, line.planned.stage) for line in lines][:2] == [
        ("Ada", Stage.LATE),
        ("Zoe", Stage.LATE),
    ]
    with at(NOW + timedelta(hours=1)):
        with transaction():
            begin_review(world.actor("Ben"), world.enrollment("Ada"), 1)
        with transaction(write=False):
            (now, *_) = planned_of([world.enrollment("Ada")])[world.enrollment("Ada").id]
            (then, *_) = planned_of([world.enrollment("Ada")], NOW)[world.enrollment("Ada").id]
    assert (now.stage, then.stage) == (Stage.OPEN, Stage.LATE)
    assert world.one(ProgressReview).due_on == DUE
