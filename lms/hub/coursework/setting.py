"""Setting work: the activities of a course, their dates in a cohort, more time for one student."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import exists, select

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort, CohortWeek, Section
from lms.hub.cohorts.queries import calendar_of
from lms.hub.cohorts.rules import covers
from lms.hub.coursework import rules
from lms.hub.coursework.filetypes import DEFAULT_KINDS
from lms.hub.coursework.groups.rules import MOST
from lms.hub.coursework.kinds import ActivityKind, Counts, ExtensionReason, GradingMode
from lms.hub.coursework.models import Activity, Deadline, Extension
from lms.hub.coursework.queries import find_work
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.versions import versions_lived
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.facts import stands
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.kernel.weeks import local_day
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.orgs.models import Site
from lms.people.scope import unscoped, within

MIN_NOTE_CHARACTERS = 5


@dataclass(frozen=True, slots=True)
class ActivityPlan:
    """An activity as its author writes it; the columns of `Activity` say what each is. due: the local wall time."""

    code: str
    title: str
    kind: ActivityKind
    brief: str
    week: int
    weekday: int
    due: time
    points: int
    weight: int | None = None
    category: str = ""
    attempts: int | None = 2
    group_size: int = 1
    grace_minutes: int = rules.DEFAULT_GRACE_MINUTES
    cutoff_days: int | None = 14
    window_days: int = rules.DEFAULT_WINDOW_DAYS
    kinds: tuple[str, ...] = DEFAULT_KINDS
    grading_mode: GradingMode = GradingMode.POINTS
    counts: Counts = Counts.LATEST
    position: int = 0
    has_questions: bool = False
    iri: str = ""


def write_activity(course: Course, plan: ActivityPlan) -> Activity:
    """Write an activity into a course of a version that is being laid out; one with the same code is superseded.

    Raises RuleBroken once it has dates in a cohort: students then rely on it, so a change is a new version.
    """
    _check_plan(plan)
    same = select(Activity).where(Activity.course_id == course.id, Activity.code == plan.code, stands(Activity))
    before = session.scalar(same)
    if before is not None and _is_scheduled(before):
        raise RuleBroken(
            N_("%(code)s already has dates in a cohort. Change it in a new version of the program."),
            field="code",
            code=plan.code,
        )
    values = asdict(plan)
    due: time = values.pop("due")
    activity = Activity(
        course_id=course.id,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
        due_minute=due.hour * 60 + due.minute,
        **{**values, "kinds": list(plan.kinds)},
    )
    session.add(activity)
    session.flush()
    return activity


def _check_plan(plan: ActivityPlan) -> None:
    broken = []
    if plan.points <= 0:
        broken.append(RuleBroken(N_("An activity needs points above 0."), field="points"))
    if plan.week < 1 or not 0 <= plan.weekday <= 6:
        broken.append(RuleBroken(N_("Give a cohort week from 1 on and a day of the week."), field="week"))
    if plan.attempts is not None and plan.attempts < 1:
        broken.append(RuleBroken(N_("Allow at least one attempt, or leave it open."), field="attempts"))
    if not 1 <= plan.group_size <= MOST:
        broken.append(RuleBroken(N_("A group has 1 to %(most)s students."), field="group_size", most=MOST))
    if plan.weight is not None and plan.weight < 0:
        broken.append(RuleBroken(N_("A weight is 0 or more."), field="weight"))
    if unknown := sorted(set(plan.kinds) - set(DEFAULT_KINDS)):
        message = N_("These kinds of files are not known: %(kinds)s.")
        broken.append(RuleBroken(message, field="kinds", kinds=", ".join(unknown)))
    raise_all(broken)


def _is_scheduled(activity: Activity) -> bool:
    dated = select(exists().where(Deadline.activity_id == activity.id))
    return bool(session.scalar(unscoped(dated, "whether an activity has dates anywhere")))


@command(Action.COHORT_MANAGE)
def resolve_deadlines(actor: Actor, cohort: Cohort) -> int:
    """Turn the relative dates of every activity into instants for `cohort`; gives how many were new or moved.

    A section at a site in another time zone gets its own instants at the same local time. Run again after a change of
    the calendar or of the time-zone rules: what has not moved is left alone.
    """
    mondays = {week.number: week.monday for week in session.scalars(within(select(CohortWeek), cohort))}
    activities = session.scalars(
        select(Activity)
        .join(Course)
        .where(Course.program_version_id.in_(versions_lived(cohort)), stands(Activity))
        .order_by(Activity.id)
    ).all()
    sections = session.execute(within(select(Section.id, Site.zone).join(Site), cohort, on=Section)).all()
    places = [(None, cohort.zone), *((section_id, zone) for section_id, zone in sections if zone != cohort.zone)]
    standing = standing_deadlines(cohort)
    breaks = calendar_of(cohort).breaks
    made = 0
    for activity in activities:
        monday = mondays.get(activity.week) or cohort.week_one_monday + timedelta(weeks=activity.week - 1)
        wall = time(activity.due_minute // 60, activity.due_minute % 60)
        for section_id, zone in places:
            due_at = rules.resolve_due(monday, activity.weekday, wall, zone)
            before = standing.get((activity.id, section_id))
            if before is not None and before.due_at > due_at and covers(breaks, local_day(due_at, zone)):
                continue  # days without teaching have moved it
            made += _set_deadline(cohort.id, activity.id, section_id, due_at, before)
    return made


def standing_deadlines(cohort: Cohort) -> dict[tuple[int, int | None], Deadline]:
    """The dates of a cohort by activity and section, lifted ones too. One query."""
    found = session.scalars(within(select(Deadline).where(stands(Deadline)), cohort))
    return {(deadline.activity_id, deadline.section_id): deadline for deadline in found}


def _set_deadline(
    cohort_id: int, activity_id: int, section_id: int | None, due_at: datetime, before: Deadline | None
) -> bool:
    """Whether a row was added: not if the date is what it was, nor if an instructor gave the section more time."""
    stands_at = before.due_at if before is not None and not before.is_lifted else None
    if stands_at is not None and (stands_at == due_at or (section_id is not None and stands_at > due_at)):
        return False
    session.add(
        Deadline(
            activity_id=activity_id,
            cohort_id=cohort_id,
            section_id=section_id,
            due_at=due_at,
            supersedes_id=before.id if before else None,
        )
    )
    return True


@command(Action.DEADLINE_SET)
def move_deadline(actor: Actor, section: Section, activity: Activity, due_at: datetime) -> Deadline:
    """Set when `activity` is due for one section. Of this and the cohort's date the later holds for its students."""
    if due_at <= acting_at():
        raise RuleBroken(N_("Choose a time in the future."), field="due_at")
    standing = session.scalar(
        within(select(Deadline).where(Deadline.activity_id == activity.id, stands(Deadline)), section, on=Deadline)
    )
    deadline = Deadline(
        activity_id=activity.id,
        cohort_id=section.cohort_id,
        section_id=section.id,
        due_at=due_at,
        supersedes_id=standing.id if standing else None,
    )
    session.add(deadline)
    session.flush()
    return deadline


@command(Action.EXTENSION_DECIDE)
def extend(
    actor: Actor, enrollment: Enrollment, activity: Activity, until: datetime, reason: ExtensionReason, note: str
) -> Extension:
    """Give one student until `until`. An earlier extension of the same activity is superseded and stays readable."""
    work = find_work(enrollment, activity)
    broken = []
    if until <= max(acting_at(), work.dates.base):
        message = N_("An extension ends in the future and after the date for everybody (%(due)s).")
        broken.append(RuleBroken(message, field="until", due=work.dates.base))
    if len(note.strip()) < MIN_NOTE_CHARACTERS:
        broken.append(RuleBroken(N_("Say in a few words why more time is given."), field="note"))
    raise_all(broken)
    extension = _extension(enrollment, activity, until, reason)
    session.add(extension)
    keep(extension, note=note.strip())
    return extension


@command(Action.EXTENSION_DECIDE)
def lift_extension(actor: Actor, enrollment: Enrollment, activity: Activity, note: str) -> Extension:
    """Take an extension back. Raises RuleBroken if there is none."""
    standing = _standing_extensions(enrollment, activity)
    if not standing:
        raise RuleBroken(N_("There is no extension to take back."))
    lifted = _extension(enrollment, activity, standing[-1].until, standing[-1].reason, is_lifted=True)
    session.add(lifted)
    keep(lifted, note=note.strip())
    return lifted


def _extension(
    enrollment: Enrollment, activity: Activity, until: datetime, reason: ExtensionReason, *, is_lifted: bool = False
) -> Extension:
    standing = _standing_extensions(enrollment, activity)
    return Extension(
        enrollment_id=enrollment.id,
        activity_id=activity.id,
        until=until,
        reason=reason,
        is_lifted=is_lifted,
        supersedes_id=standing[-1].id if standing else None,
    )


def _standing_extensions(enrollment: Enrollment, activity: Activity) -> Sequence[Extension]:
    statement = select(Extension).where(Extension.activity_id == activity.id, stands(Extension)).order_by(Extension.id)
    return session.scalars(within(statement, enrollment)).all()
