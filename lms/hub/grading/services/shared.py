"""Sharing an assessment across sites, and marking its samples so that graders see how far apart they are."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from lms.hub.catalog.models import Course, Program, ProgramVersion
from lms.hub.coursework.judging import Judged
from lms.hub.coursework.models import Activity
from lms.hub.grading import rules
from lms.hub.grading.models import Rubric
from lms.hub.grading.models.shared import CalibrationFile, CalibrationMark, CalibrationSample, SharedAssessment
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
from lms.people.scope import unscoped, within


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
def set_sample_file(actor: Actor, row: SharedAssessment, sample: Sample, file: Judged | None) -> CalibrationFile:
    """What a sample shows beside its words, in place of what it showed; None takes it away.

    Raises RuleBroken once somebody has marked the sample: all mark the same.
    """
    _lock(sample)
    marks = within(select(CalibrationMark.id).limit(1), sample.row, on=CalibrationMark)
    if session.scalar(marks) is not None:
        message = N_("Somebody has marked this sample; it stays as it is, so that all mark the same.")
        raise RuleBroken(message, field="file")
    if file is None and sample.file is None:
        raise RuleBroken(N_("Choose the file."), field="file")
    before = session.scalar(_last_file(sample))
    kept = file or before
    made = CalibrationFile(
        program_id=row.program_id,
        calibration_sample_id=sample.row.id,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
        kind=kept.kind if kept else "",
        size=kept.size if kept else 0,
        sha256=kept.sha256 if kept else "",
        is_removed=file is None,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise Conflict(N_("Somebody else has just changed this sample. Look at it again.")) from error
    if file is not None:
        keep(made, file_name=file.name)
    return made


def _lock(sample: Sample) -> None:
    """Nobody marks a sample while its file changes."""
    statement = select(CalibrationSample.id).where(CalibrationSample.id == sample.row.id).with_for_update()
    session.execute(unscoped(statement, "the lock of a sample that was found"))


def _last_file(sample: Sample) -> Select[CalibrationFile]:
    """Also one that was taken away, whose number is used."""
    return within(select(CalibrationFile).where(stands(CalibrationFile)), sample.row, on=CalibrationFile)


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
    _lock(sample)
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
