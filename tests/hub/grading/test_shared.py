"""An assessment shared across sites: five samples that all mark, and how far apart they are."""

import io
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.models import Program
from lms.hub.coursework.models import Activity
from lms.hub.grading.models.shared import CalibrationFile, CalibrationMark, SharedAssessment
from lms.hub.grading.queries.shared import find_shared, list_shared, marks_given, results_by_site
from lms.hub.grading.rules.shared import Given, drifts
from lms.hub.grading.services.shared import end_sharing, mark_sample, share_assessment
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, NotFound, RuleBroken
from lms.kernel.storage import named_files
from lms.people.access import Action
from tests.api.support import caller
from tests.hub.coursework.made import PNG, hand_in, set_work
from tests.hub.grading.made import grade, with_rubric
from tests.support.crowd import crowd
from tests.support.web import World

SAMPLES = [(f"Bracket {number}", f"Measured {number} times.") for number in range(1, 6)]


def shared(world: World) -> tuple[Activity, SharedAssessment]:
    (activity,) = set_work(world)
    with_rubric(world, activity)
    with transaction():
        return activity, share_assessment(world.actor("Gus"), world.one(Program), activity, SAMPLES)


def mark_all(world: World, name: str, row: SharedAssessment, safe: int, fit: int) -> None:
    for number in range(5):
        with transaction():
            actor = world.actor(name)
            found = find_shared(actor, Action.CALIBRATE, row.public_id)
            mark_sample(actor, found.row, found, found.samples[number], {"SAFE": safe, "FIT": fit}, None)


def test_graders_of_all_sites_mark_the_same_samples_and_see_how_far_apart_they_are(world: World) -> None:
    activity, row = shared(world)
    mark_all(world, "Ben", row, 4_000, 6_000)
    mark_all(world, "Hana", row, 2_000, 6_000)
    with transaction(write=False):
        found = find_shared(world.actor("Ben"), Action.CALIBRATE, row.public_id)
        given_marks, names = marks_given(found)
        lines = {(names.get(one.grader, "all"), one.criterion): one for one in drifts(given_marks, found.possible)}
    assert lines["Ben", "SAFE"].lean == Fraction(1, 4)
    assert lines["Hana", "SAFE"].lean == Fraction(-1, 4)
    assert lines["all", "SAFE"].spread == Fraction(1, 4)
    assert lines["all", "FIT"].spread == 0
    with transaction(), pytest.raises(RuleBroken):
        mark_sample(world.actor("Ben"), found.row, found, found.samples[0], {"SAFE": 0, "FIT": 0}, None)
    assert len(world.all(CalibrationMark)) == 10
    assert activity.id == row.activity_id


def test_nobody_sees_others_marks_before_all_of_theirs_are_given(world: World) -> None:
    _, row = shared(world)
    mark_all(world, "Ben", row, 4_000, 6_000)
    hana, url = world.browser_of("Hana"), f"/instructor/calibration/{row.public_id}"
    assert "How far apart graders are" not in hana.get(url).text
    assert "Samples left to mark: 5" in hana.get(url).text
    shown = world.browser_of("Ben").get(url).text
    assert "How far apart graders are" in shown
    assert "You gave" in shown
    sample = find_sample(world, row)
    assert hana.post(f"{url}/samples/{sample}/marks", data={"mark-SAFE": "41", "mark-FIT": "1"}).status_code == 422
    assert hana.post(f"{url}/samples/{sample}/marks", data={"mark-SAFE": "40", "mark-FIT": "1"}).status_code == 303
    assert "Samples left to mark: 4" in hana.get(url).text
    assert world.browser_of("Ada").get(url).status_code == 403


def find_sample(world: World, row: SharedAssessment) -> str:
    with transaction(write=False):
        return find_shared(world.actor("Hana"), Action.CALIBRATE, row.public_id).samples[0].row.public_id


def test_the_office_shares_with_exactly_five_samples_once_and_ends_it(world: World) -> None:
    activity, row = shared(world)
    program, gus = world.one(Program), world.actor("Gus")
    with transaction():
        for samples in (SAMPLES[:4], [*SAMPLES[:4], ("", "x")], SAMPLES):
            with pytest.raises(RuleBroken):
                share_assessment(gus, program, activity, samples)
        with pytest.raises(NotAllowed):
            share_assessment(world.actor("Ben"), program, activity, SAMPLES)
    office = world.browser_of("Gus")
    assert office.post("/instructor/calibration", data={"activity": activity.public_id}).status_code == 422
    with transaction():
        end_sharing(gus, find_shared(gus, Action.ASSESSMENT_SHARE, row.public_id).row)
    with transaction(write=False):
        assert list_shared(gus, Action.CALIBRATION_READ) == []
        with pytest.raises(NotFound):
            find_shared(gus, Action.CALIBRATION_READ, row.public_id)


@pytest.mark.one_engine
def test_a_site_is_told_of_only_where_five_or_more_have_scores(world: World) -> None:
    (activity,) = set_work(world)
    grade(world, hand_in(world, "Ada", activity), 8_000)
    with transaction():
        row = share_assessment(world.actor("Gus"), world.one(Program), activity, SAMPLES)
    with transaction(write=False):
        found = find_shared(world.actor("Gus"), Action.CALIBRATION_READ, row.public_id)
        assert [one.mean for one in results_by_site(found)] == [None]
    crowd(world, 4)
    with transaction(write=False):
        (lowell,) = results_by_site(found)
    assert (lowell.site, lowell.students, lowell.mean) == ("Lowell", 5, Fraction(4, 5))


marks = st.lists(
    st.builds(Given, st.integers(1, 5), st.integers(1, 5), st.just("A"), st.integers(0, 1_000)),
    unique_by=lambda one: (one.grader, one.sample),
    max_size=20,
)


@given(marks, st.integers(-500, 500))
def test_who_agrees_with_all_does_not_drift_and_moving_everybody_changes_nothing(
    given_marks: list[Given], by: int
) -> None:
    possible = {"A": 1_000}
    moved = [Given(one.grader, one.sample, one.criterion, one.mark + by) for one in given_marks]
    assert drifts(given_marks, possible) == drifts(moved, possible)
    alike = [Given(one.grader, one.sample, one.criterion, one.sample) for one in given_marks]
    assert all(one.spread == 0 for one in drifts(alike, possible))


def test_a_sample_may_have_a_file_which_stays_once_somebody_marked_it(world: World) -> None:
    _, row = shared(world)
    gus, ben, hana = (world.browser_of(name) for name in ("Gus", "Ben", "Hana"))
    page = f"/instructor/calibration/{row.public_id}"
    sample = f"{page}/samples/{find_sample(world, row)}"

    def sent(data: bytes, name: str) -> dict[str, object]:
        return {"data": {"file": (io.BytesIO(data), name)}, "content_type": "multipart/form-data"}

    assert ben.get(f"{sample}/file").status_code == 404
    assert ben.post(f"{sample}/file", **sent(PNG, "part.png")).status_code == 403
    assert "Choose the file." in gus.post(f"{sample}/file").text
    lie = gus.post(f"{sample}/file", **sent(b"MZ", "part.png"))
    assert (lie.status_code, world.all(CalibrationFile)) == (422, [])
    assert gus.post(f"{sample}/file", **sent(b"first", "part.txt")).status_code == 303
    assert gus.post(f"{sample}/file/removal").status_code == 303
    assert ben.get(f"{sample}/file").status_code == 404
    assert gus.post(f"{sample}/file", **sent(PNG, "part.png")).status_code == 303
    assert [(one.number, one.is_removed) for one in world.all(CalibrationFile)] == [(1, False), (2, True), (3, False)]
    saved = hana.get(f"{sample}/file")
    assert (saved.data, saved.headers["Content-Disposition"].startswith("attachment")) == (PNG, True)
    assert hana.get(f"{sample}/file/preview").mimetype == "image/webp"
    assert "part.png" in ben.get(page).text
    api = caller(world, "Ben").get(f"/shared-assessments/{row.public_id}").json
    assert api["samples"][0]["file_name"] == "part.png"
    with transaction(write=False):
        assert api["samples"][0]["file_sha256"] in set(named_files())
    assert ben.post(f"{sample}/marks", data={"mark-SAFE": "40", "mark-FIT": "60"}).status_code == 303
    for address in (f"{sample}/file", f"{sample}/file/removal"):
        assert "Somebody has marked this sample" in gus.post(address, **sent(b"another", "part.txt")).text
    assert "Take the file away" not in gus.get(f"{page}").text.split("Bracket 2")[0]
    office = caller(world, "Gus")
    other = api["samples"][1]["id"]
    place = f"/shared-assessments/{row.public_id}/samples/{other}/file"
    assert office.post(place, **sent(b"drawn", "drawing.txt")).status_code == 201
    assert office.get(place).data == b"drawn"
    assert office.delete(place).json["samples"][1]["file_name"] is None
    assert office.delete(place).status_code == 422
