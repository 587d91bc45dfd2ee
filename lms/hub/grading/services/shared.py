"""Sharing an assessment across sites, and marking its samples so that graders see how far apart they are."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.hub.catalog.models import Course, Program, ProgramVersion
from lms.hub.coursework.models import Activity
from lms.hub.grading import rules
from lms.hub.grading.models import Rubric
from lms.hub.grading.models.shared import CalibrationMark, CalibrationSample, SharedAssessment
from lms.hub.grading.queries.shared import Sample, Shared
from lms.hub.grading.rules.shared import check_samples
from lms.kernel.acting import acting_person_id
from lms.kernel.db import session
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import within


@command(Action.ASSESSMENT_SHARE)
def share_assessment(
    actor: Actor, program: Program, activity: Activity, samples: Sequence[tuple[str, str]]
) -> SharedAssessment:
    """All sites grade `activity` alike from now on: everybody marks these five samples (title, text) first."""
    check_samples(samples)
    of_program = (
        select(Activity.id)
        .join(Course, Course.id == Activity.course_id)
        .join(ProgramVersion, ProgramVersion.id == Course.program_version_id)
        .where(Activity.id == activity.id, ProgramVersion.program_id == program.id)
    )
    if session.scalar(of_program.execution_options(lms_scope="within program")) is None:
        raise NotFound()
    wanted = select(SharedAssessment).where(SharedAssessment.activity_id == activity.id, stands(SharedAssessment))
    before = session.scalar(within(wanted, program, on=SharedAssessment))
    if before is not None and not before.is_over:
        raise RuleBroken(N_("This activity is shared already."), field="activity")
    row = SharedAssessment(
        program_id=program.id,
        activity_id=activity.id,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict(N_("Somebody else has just shared this activity.")) from error
    for position, (title, text) in enumerate(samples, 1):
        sample = CalibrationSample(program_id=program.id, shared_assessment_id=row.id, position=position)
        session.add(sample)
        keep(sample, title=title.strip(), text=text.strip())
    return row


@command(Action.ASSESSMENT_SHARE)
def end_sharing(actor: Actor, shared: SharedAssessment) -> SharedAssessment:
    """Each site grades on its own again; what was marked stays."""
    row = SharedAssessment(
        program_id=shared.program_id,
        activity_id=shared.activity_id,
        number=shared.number + 1,
        supersedes_id=shared.id,
        is_over=True,
    )
    session.add(row)
    return row


@command(Action.CALIBRATE)
def mark_sample(
    actor: Actor, row: SharedAssessment, shared: Shared, sample: Sample, marks: Mapping[str, int], points: int | None
) -> CalibrationMark:
    """A grader's own mark on one sample, before they see others'; it can be changed until all five are marked."""
    if sample.mine is not None and not shared.left:
        raise RuleBroken(N_("You have marked all samples and seen the others' marks; yours stay as they are."))
    if shared.criteria:
        total = rules.points_from_marks(shared.criteria, marks)
    else:
        total = rules.check_points(points, shared.activity.points)
    rubric = session.scalar(select(Rubric.id).where(Rubric.activity_id == shared.activity.id, stands(Rubric)))
    mark = CalibrationMark(
        program_id=row.program_id,
        calibration_sample_id=sample.row.id,
        grader_id=acting_person_id() or 0,
        number=sample.mine.number + 1 if sample.mine else 1,
        supersedes_id=sample.mine.id if sample.mine else None,
        rubric_id=rubric,
        points=total,
        marks=dict(marks) if shared.criteria else {},
    )
    try:
        with session.begin_nested():
            session.add(mark)
    except IntegrityError as error:
        raise Conflict(N_("You have just marked this sample elsewhere. Look at it again.")) from error
    return mark
