"""Assessments that all sites share: samples to mark, and how far graders are from each other."""

from pydantic import Field

from lms.api.kit import Answer, operation
from lms.api.shapes import Decimals, Prose, PublicId, Shape
from lms.api.v1.scores import Code, Points, hundredths
from lms.hub.coursework.queries import find_activity
from lms.hub.grading.gradebook import shown_percent
from lms.hub.grading.queries.shared import (
    Shared,
    file_of,
    find_sample,
    find_shared,
    list_shared,
    marks_given,
    program_of,
    results_by_site,
)
from lms.hub.grading.rules.shared import drifts
from lms.hub.grading.services.shared import end_sharing, mark_sample, set_sample_file, share_assessment
from lms.people.access import Action, Actor, allowed
from lms.people.anchors import anchor_of
from lms.web.downloads import attachment
from lms.web.judging import is_sent, judge_any, look_into, looked_into

ONE = "/shared-assessments/<public_id:assessment>"
SAMPLE = f"{ONE}/samples/<public_id:sample>"


class SampleIn(Shape):
    """A piece of work without a name."""

    title: Prose
    text: Prose


class ShareActivity(Shape):
    """An activity and the five samples that everybody marks."""

    activity: PublicId
    samples: list[SampleIn] = Field(max_length=20)


class SampleFileForm(Shape):
    """The file comes as `file`; there are no other fields."""


class SampleMark(Shape):
    """Marks by criterion code; without a rubric `points`."""

    marks: dict[Code, Points] = Field(default_factory=dict)
    points: Points | None = None


class SampleOut(Shape):
    """A sample. `is_marked`: by you. `file_name`, `file_sha256`: null for one without a file."""

    id: str
    title: str
    text: str
    is_marked: bool
    file_name: str | None
    file_sha256: str | None


class DriftOut(Shape):
    """How far from the middle of all graders, in percent of the criterion's points. `grader` null: of all."""

    grader: str | None
    criterion: str
    lean: Decimals
    spread: Decimals
    marks: int


class SiteOut(Shape):
    """How a site's students did, in percent; null where they are fewer than five."""

    site: str
    mean: Decimals | None


class SharedOut(Shape):
    """`drifts` and `sites`: empty until a grader has marked every sample."""

    id: str
    activity: str
    title: str
    samples: list[SampleOut]
    drifts: list[DriftOut]
    sites: list[SiteOut]


class SharedLine(Shape):
    """A shared assessment."""

    id: str
    activity: str
    title: str


class SharedList(Shape):
    """By the activity's code."""

    items: list[SharedLine]


class Ended(Shape):
    """What is no longer shared."""

    id: str


@operation("GET /shared-assessments", Action.CALIBRATION_READ, gives=SharedList)
def list_shared_assessments(actor: Actor) -> SharedList:
    """The assessments that all sites share."""
    found = list_shared(actor, Action.CALIBRATION_READ)
    return SharedList(
        items=[SharedLine(id=row.public_id, activity=one.public_id, title=one.title) for row, one, _ in found]
    )


@operation(
    "POST /shared-assessments",
    Action.ASSESSMENT_SHARE,
    gives=SharedOut,
    body=ShareActivity,
    status=201,
    problems=(404,),
)
def post_shared_assessment(actor: Actor, body: ShareActivity) -> SharedOut:
    """Share an activity across sites."""
    activity = find_activity(body.activity)
    program = program_of(actor, Action.ASSESSMENT_SHARE, activity)
    made = share_assessment(actor, program, activity, [(one.title, one.text) for one in body.samples])
    return _out(actor, find_shared(actor, Action.ASSESSMENT_SHARE, made.public_id))


@operation(f"GET {ONE}", Action.CALIBRATION_READ, gives=SharedOut)
def get_shared_assessment(actor: Actor, assessment: str) -> SharedOut:
    """One of them with its samples, and how far apart graders are."""
    return _out(actor, find_shared(actor, Action.CALIBRATION_READ, assessment))


@operation(
    f"POST {SAMPLE}/file",
    Action.ASSESSMENT_SHARE,
    gives=SharedOut,
    form=SampleFileForm,
    status=201,
    prepare=look_into(judge_any, "file"),
    prepare_if=is_sent("file"),
)
def post_sample_file(actor: Actor, assessment: str, sample: str, form: SampleFileForm) -> SharedOut:
    """What a sample shows beside its words, as `file`. 422 once somebody has marked it: all mark the same."""
    shared = find_shared(actor, Action.ASSESSMENT_SHARE, assessment)
    set_sample_file(actor, shared.row, find_sample(shared, sample), looked_into())
    return _out(actor, find_shared(actor, Action.ASSESSMENT_SHARE, assessment))


@operation(f"DELETE {SAMPLE}/file", Action.ASSESSMENT_SHARE, gives=SharedOut)
def delete_sample_file(actor: Actor, assessment: str, sample: str) -> SharedOut:
    """Take the file of a sample away, while nobody has marked it."""
    shared = find_shared(actor, Action.ASSESSMENT_SHARE, assessment)
    set_sample_file(actor, shared.row, find_sample(shared, sample), None)
    return _out(actor, find_shared(actor, Action.ASSESSMENT_SHARE, assessment))


@operation(f"GET {SAMPLE}/file", Action.CALIBRATION_READ, gives=None, media=("application/octet-stream",))
def get_sample_file(actor: Actor, assessment: str, sample: str) -> Answer:
    """The file of a sample, byte for byte."""
    file = file_of(find_sample(find_shared(actor, Action.CALIBRATION_READ, assessment), sample))
    return Answer(attachment(file.sha256, file.name, file.size))


@operation(f"POST {SAMPLE}/marks", Action.CALIBRATE, gives=SharedOut, body=SampleMark, status=201)
def post_sample_mark(actor: Actor, assessment: str, sample: str, body: SampleMark) -> SharedOut:
    """Mark a sample, before you see what anybody else gave."""
    shared = find_shared(actor, Action.CALIBRATE, assessment)
    found = find_sample(shared, sample)
    marks = {code: hundredths(points) for code, points in body.marks.items()}
    points = None if body.points is None else hundredths(body.points)
    mark_sample(actor, shared.row, shared, found, marks, points)
    return _out(actor, find_shared(actor, Action.CALIBRATE, assessment))


@operation(f"DELETE {ONE}", Action.ASSESSMENT_SHARE, gives=Ended)
def delete_shared_assessment(actor: Actor, assessment: str) -> Ended:
    """Each site grades on its own again; what was marked stays."""
    end_sharing(actor, find_shared(actor, Action.ASSESSMENT_SHARE, assessment).row)
    return Ended(id=assessment)


def _out(actor: Actor, shared: Shared) -> SharedOut:
    sees = not shared.left or not allowed(actor, Action.CALIBRATE, anchor_of(shared.row))
    given, names = marks_given(shared) if sees else ([], {})
    return SharedOut(
        id=shared.row.public_id,
        activity=shared.activity.public_id,
        title=shared.activity.title,
        samples=[
            SampleOut(
                id=one.row.public_id,
                title=one.title,
                text=one.text,
                is_marked=one.mine is not None,
                file_name=one.file_name if one.file else None,
                file_sha256=one.file.sha256 if one.file else None,
            )
            for one in shared.samples
        ],
        drifts=[
            DriftOut(
                grader=names.get(one.grader),
                criterion=one.criterion,
                lean=shown_percent(one.lean),
                spread=shown_percent(one.spread),
                marks=one.marks,
            )
            for one in drifts(given, shared.possible)
        ],
        sites=[
            SiteOut(site=one.site, mean=None if one.mean is None else shown_percent(one.mean))
            for one in (results_by_site(shared) if sees else ())
        ],
    )
