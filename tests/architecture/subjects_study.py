"""How one of Ada's rows comes to be in the program: work and grades, hours, sessions, what she has to show."""

import io
from collections.abc import Callable
from datetime import date, time, timedelta
from io import BytesIO
from uuid import UUID

from lms.hub.attendance.models import Dispute, Excuse, SafetyGate, SafetySignOff
from lms.hub.attendance.rules.register import Mark
from lms.hub.attendance.services.disputes import dispute
from lms.hub.attendance.services.safety import require_safety, sign_off
from lms.hub.calendar.models import BreakPlan, CohortPlan
from lms.hub.calendar.queries.opening import WantedCohort
from lms.hub.calendar.services.holidays import HolidayLine, set_holidays
from lms.hub.calendar.services.opening import draw_cohort
from lms.hub.calendar.services.sessions import Wanted
from lms.hub.catalog.kinds import Completion, ItemKind, Kind
from lms.hub.catalog.models import ContentItem, Course, Program, ProgramVersion, Unit
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Attendance, Break, Cohort, Holiday, Section, Session
from lms.hub.competencies.files import keep_proof
from lms.hub.competencies.models import Competency, CompetencyEvidence, ExternalCredential, SignOff
from lms.hub.coursework.filetypes import DEFAULT_KINDS
from lms.hub.coursework.groups.models import GroupMembership, WorkGroup
from lms.hub.coursework.groups.queries import choose_students
from lms.hub.coursework.groups.services import form_group
from lms.hub.coursework.incoming import begin_upload
from lms.hub.coursework.judging import judge
from lms.hub.coursework.models import Activity, PartialUpload, Submission, SubmissionFile
from lms.hub.coursework.queries import find_own_work
from lms.hub.credits.models import CreditRequest
from lms.hub.credits.services import ask_credit
from lms.hub.enrollment.kinds import LeaveKind
from lms.hub.enrollment.models import LeaveRequest
from lms.hub.enrollment.services.leaves import ask_leave
from lms.hub.grading.books import find_book
from lms.hub.grading.models.desk import Annotation, CourseComment
from lms.hub.grading.models.imports import GradeImport
from lms.hub.grading.models.regrades import RegradeRequest
from lms.hub.grading.models.shared import CalibrationSample, SharedAssessment
from lms.hub.grading.queries.shared import find_shared
from lms.hub.grading.services.desk import annotate, share_comment
from lms.hub.grading.services.imports import plan_import
from lms.hub.grading.services.regrades import ask_regrade
from lms.hub.grading.services.shared import set_sample_file, share_assessment
from lms.hub.hours.models import HoursEntry, SheetPart, Timer, WeekSheet
from lms.hub.hours.models.deciding import AdjustmentProposal, Delegation, SigningLink
from lms.hub.hours.rules.sheet import Route
from lms.hub.hours.services.delegations import delegate
from lms.hub.hours.services.desk import What
from lms.hub.hours.services.links import send_link
from lms.hub.hours.services.office import Correction, propose_adjustment
from lms.hub.hours.services.timers import start_timer, stop_timer
from lms.hub.quizzes.models import QuizQuestion
from lms.hub.reviews.models import ProgressReview, ReviewAction
from lms.kernel.db import Base, session, transaction
from lms.kernel.storage import storage
from lms.people.access import SYSTEM, Action
from lms.people.accounts.models import ApiToken
from lms.people.orgs.models import Region, Site
from lms.spokes.drafting import draft_places
from lms.spokes.models import SpokeRun
from lms.spokes.services import choose_spoke, offer_spoke
from tests.api.support import token_of
from tests.hub.attendance import made as attended
from tests.hub.calendar.made import applied, lab, snow_day
from tests.hub.competencies import made
from tests.hub.coursework.made import PNG, hand_in, plan, set_work
from tests.hub.grading.made import grade, marking_of
from tests.hub.hours.weeks import at, log_capstone, log_week
from tests.hub.hours.weeks import hand_in as hand_in_week
from tests.hub.quizzes import made as quizzes
from tests.hub.reviews.made import to_sign
from tests.support.regions import open_regions
from tests.support.unfrozen import unfrozen
from tests.support.web import NOW, World

LAB = Wanted(date(2026, 11, 19), time(8), time(9))


def _make_work(world: World) -> None:
    (activity,) = set_work(world, plan(group_size=2))
    hand_in(world, "Ada", activity, files=("measured.png",))


def _shared_work(world: World) -> Activity:
    """The first activity that two hand in together."""
    if not any(activity.group_size > 1 for activity in world.all(Activity)):
        set_work(world, plan("PC-G1", group_size=2))
    return next(activity for activity in world.all(Activity) if activity.group_size > 1)


def _make_group(world: World) -> None:
    """Ada and Zoe, put together by Ben."""
    section, activity = world.one(Section, name="Lowell"), _shared_work(world)
    with transaction():
        students = choose_students(section, activity, _pair(world))
        form_group(world.actor("Ben"), section, activity, students, "They share a bench.")


def _pair(world: World) -> list[str]:
    return [world.enrollment(name).public_id for name in ("Ada", "Zoe")]


def _make_upload(world: World) -> None:
    """Two bytes are to come."""
    if not world.all(Activity):
        _make_work(world)
    ada = world.actor("Ada")
    with transaction():
        work = find_own_work(ada, world.all(Activity)[0].public_id)
        begin_upload(ada, work.enrollment, work, "film.mp4", 2)


def _make_graded(world: World) -> None:
    """A remark on Ada's work, a comment shared in its course, and a score that she asks about; of a second activity."""
    if not world.all(Activity):
        _make_work(world)  # the first one stays as it is: nothing graded
    (activity,) = set_work(world, plan("PC-R1"))
    submission = hand_in(world, "Ada", activity)
    ben = world.actor("Ben")
    with transaction():
        marking = marking_of(world, submission)
        annotate(ben, marking.enrollment, marking, "Which unit?", line=1)
        share_comment(ben, marking.enrollment, marking, "Show your units.")
    grade(world, submission, 6_000, show=True)
    with transaction():
        ask_regrade(world.actor("Ada"), world.enrollment("Ada"), activity, 1, "It was measured cold.")


def _make_grades_file(world: World) -> None:
    if not world.all(Activity):
        _make_work(world)  # the first one is handed in by two
    set_work(world, plan("PC-F1"))
    rows = f"enrollment,PC-F1\n{world.enrollment('Ada').public_id},61\n"
    ids = world.one(Section, name="Lowell").public_id, world.one(Course, code="PC").public_id
    with transaction():
        book = find_book(world.actor("Ben"), *ids)
        plan_import(world.actor("Ben"), book.section, book, "exam.csv", rows.encode())


def _make_shared(world: World) -> None:
    if not world.all(Activity):
        _make_work(world)
    (activity,) = set_work(world, plan("PC-S1"))
    samples = [(f"Sample {number}", "Measured twice.") for number in range(1, 6)]
    with transaction():
        row = share_assessment(world.actor("Gus"), world.one(Program), activity, samples)
    gus = world.actor("Gus")
    with transaction():
        for sample in find_shared(gus, Action.ASSESSMENT_SHARE, row.public_id).samples:
            set_sample_file(gus, row, sample, judge("part.png", BytesIO(PNG), DEFAULT_KINDS, 9_000))


def _make_week(world: World) -> None:
    log_week(world, monday=date(2026, 10, 26), minutes=60)  # the first entry is of a week that is still open
    log_week(world)
    log_capstone(world)
    hand_in_week(world)


def _make_timer(world: World) -> None:
    """A minute of Ada's, stopped and not saved."""
    unit = world.one(Unit, code="PC-1").public_id
    with transaction(), at(NOW - timedelta(minutes=1)):
        start_timer(world.actor("Ada"), world.enrollment("Ada"), What(unit=unit), str(UUID(int=8)))
    with transaction():
        stop_timer(world.actor("Ada"), world.one(Timer))


def _make_delegation(world: World) -> None:
    """Of days to come, so that it changes nobody's right today."""
    days = date(2026, 11, 2), date(2026, 11, 6)
    with transaction():
        section, ben = world.all(Section)[0], world.person("Ben")
        delegate(world.actor("Ben"), section, world.person("Hana"), *days, giver=ben)


def _make_proposal(world: World) -> None:
    """By Ben, of a week long ago that nobody logged."""
    correction = Correction(day=date(2026, 9, 22), minutes=30, kind=Kind.LECTURE_ONLINE)
    with transaction():
        propose_adjustment(world.actor("Ben"), world.enrollment("Ada"), correction, "The log of the room")


def _make_link(world: World) -> None:
    """Of the part that the firm signs, which is not the first one."""
    if not world.all(SheetPart):
        _make_week(world)
    with transaction():
        send_link(world.actor("Ben"), world.one(SheetPart, route=Route.WORKPLACE))


def _make_attendance(world: World) -> None:
    """A lab that Ada missed and objects to, another one that she asks to be excused from, and its safety gate."""
    if not world.all(Session):
        _make_lab(world)  # the first session is one that is still to come
    meeting = attended.lab(world, attended.SATURDAY, stations=4)
    attended.save(world, meeting, {"Ada": Mark(Presence.ABSENT)})
    attended.excuse(world, attended.lab(world, attended.NEXT_SATURDAY))
    unit = world.one(Unit, code="ROB-1")
    with transaction():
        dispute(world.actor("Ada"), world.enrollment("Ada"), "I was there.", row=world.one(Attendance))
        require_safety(world.actor("Cleo"), world.one(Cohort), "SAFE-ROB", unit=unit)
        sign_off(world.actor("Ben"), world.enrollment("Ada"), "SAFE-ROB", attended.NEXT_SATURDAY)


def _make_token(world: World) -> None:
    token_of(world, "Ada")


def _make_request(world: World) -> None:
    with transaction():
        days = date(2026, 11, 9), date(2026, 11, 20)
        ask_leave(world.actor("Ada"), world.enrollment("Ada"), LeaveKind.FAMILY, *days, "A newborn.")


def _make_sign_off(world: World) -> None:
    made.load(world)
    made.assessor(world)
    made.show(world)
    made.sign(world)


def _make_credential(world: World) -> None:
    made.bring(world)


def _make_credit(world: World) -> None:
    proof = keep_proof("letter.pdf", BytesIO(made.PDF))
    with transaction():
        ask_credit(world.actor("Ada"), world.enrollment("Ada"), "course:PC", None, "Ten years of it.", proof)


def _make_run(world: World) -> None:
    spoke, site, cohort = world.one(Course, code="ROB"), world.one(Site, name="Lowell"), world.one(Cohort)
    with transaction():
        offer_spoke(SYSTEM, cohort, site, spoke, 2)
        choose_spoke(world.actor("Ada"), world.enrollment("Ada"), [spoke.id])
        draft_places(world.actor("Cleo"), site, cohort, {spoke.id: 2})


def _make_item(world: World) -> None:
    stored = storage().put(io.BytesIO(b"a lab sheet"), 1_000)
    unit = world.one(Unit, code="PC-1")
    item = ContentItem(unit_id=unit.id, position=0, title="Lab sheet", kind=ItemKind.LAB_SHEET, minutes=30)
    item.completion, item.file_sha256, item.file_name = Completion.MARK, stored.sha256, "sheet.pdf"
    with transaction(), unfrozen():
        session.add(item)


def _make_quiz(world: World) -> None:
    """A quiz that Ada has taken once and begun a second time."""
    if not world.all(Activity):
        _make_work(world)  # the first one stays a piece of written work
    activity = quizzes.set_quiz(world)
    quizzes.take(world, "Ada", activity)
    quizzes.start(world, "Ada", activity)


def _make_review(world: World) -> None:
    to_sign(world)


def _make_lab(world: World) -> None:
    lab(world, LAB)


def _make_break(world: World) -> None:
    applied(world, snow_day(world, "Cleo", "Lowell"), "Cleo")


def _make_holiday(world: World) -> None:
    with transaction():
        lines = [HolidayLine(date(2026, 11, 26), "Thanksgiving Day")]
        set_holidays(world.actor("Cleo"), world.one(Site, name="Lowell"), lines)


def _make_cohort_plan(world: World) -> None:
    with transaction():
        lowell = world.one(Site, name="Lowell")
        asked = WantedCohort("Fall 2027", date(2027, 9, 7), "America/New_York", ((lowell, "Lowell 27"),))
        draw_cohort(world.actor("Cleo"), world.one(ProgramVersion), asked)


MAKERS: dict[type[Base], Callable[[World], None]] = {
    Activity: _make_work,
    Submission: _make_work,
    SubmissionFile: _make_work,
    PartialUpload: _make_upload,
    WorkGroup: _make_group,
    GroupMembership: _make_group,
    Annotation: _make_graded,
    CourseComment: _make_graded,
    RegradeRequest: _make_graded,
    GradeImport: _make_grades_file,
    SharedAssessment: _make_shared,
    CalibrationSample: _make_shared,
    ApiToken: _make_token,
    Delegation: _make_delegation,
    AdjustmentProposal: _make_proposal,
    SigningLink: _make_link,
    Dispute: _make_attendance,
    Excuse: _make_attendance,
    SafetyGate: _make_attendance,
    SafetySignOff: _make_attendance,
    Break: _make_break,
    BreakPlan: _make_break,
    CohortPlan: _make_cohort_plan,
    Holiday: _make_holiday,
    Session: _make_lab,
    Competency: _make_sign_off,
    CompetencyEvidence: _make_sign_off,
    CreditRequest: _make_credit,
    ExternalCredential: _make_credential,
    SignOff: _make_sign_off,
    SpokeRun: _make_run,
    HoursEntry: _make_week,
    LeaveRequest: _make_request,
    WeekSheet: _make_week,
    SheetPart: _make_week,
    Timer: _make_timer,
    ContentItem: _make_item,
    ProgressReview: _make_review,
    ReviewAction: _make_review,
    QuizQuestion: _make_quiz,
    Region: open_regions,
}
