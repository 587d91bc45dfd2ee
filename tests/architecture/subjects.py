"""Whose rows the access matrix asks for: always Ada's, Acme's or Lowell's, so that everybody else is a stranger.

A new kind of row in an address needs two lines here: its model in `ROWS`, and how one of Ada's comes to be in `MAKERS`
unless the cast has it.
"""

import io
from collections.abc import Callable
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from lms.capstone.assessments.models import EnergyFile, EnergyRecommendation
from lms.capstone.assessments.rules.said import Audience
from lms.capstone.assessments.services import apply_file, plan_file, share
from lms.capstone.benchmarks.models import BenchmarkSnapshot
from lms.capstone.benchmarks.services import freeze_quarter
from lms.capstone.followups.models import FollowUp
from lms.capstone.followups.rules import follow_up_dates
from lms.capstone.followups.services import ask_follow_up
from lms.capstone.lines.models import BenefitLine, LineVersion
from lms.capstone.mentors.models import Mentorship
from lms.capstone.mentors.services import assign_mentor
from lms.capstone.plans.models import Artifact, GateOverride, Milestone
from lms.capstone.plans.rules import ArtifactKind
from lms.capstone.plans.services import add_artifact, add_milestone
from lms.capstone.projects.models import Project
from lms.capstone.savings.models import Evidence, EvidenceKind, Posting
from lms.capstone.savings.rules.kinds import EntryKind
from lms.capstone.savings.services.evidence import add_evidence
from lms.capstone.statements.models import Statement
from lms.capstone.statements.services import issue_statement
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
from lms.hub.competencies.models import Competency, CompetencyEvidence, ExternalCredential, SignOff
from lms.hub.coursework.groups.models import GroupMembership, WorkGroup
from lms.hub.coursework.groups.queries import choose_students
from lms.hub.coursework.groups.services import form_group
from lms.hub.coursework.incoming import begin_upload
from lms.hub.coursework.models import Activity, PartialUpload, Submission, SubmissionFile
from lms.hub.coursework.queries import find_own_work
from lms.hub.credits.models import CreditRequest
from lms.hub.credits.services import ask_credit
from lms.hub.enrollment.kinds import LeaveKind
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, LeaveRequest
from lms.hub.enrollment.services.leaves import ask_leave
from lms.hub.grading.books import find_book
from lms.hub.grading.models.desk import Annotation, CourseComment
from lms.hub.grading.models.imports import GradeImport
from lms.hub.grading.models.regrades import RegradeRequest
from lms.hub.grading.models.shared import CalibrationSample, SharedAssessment
from lms.hub.grading.services.desk import annotate, share_comment
from lms.hub.grading.services.imports import plan_import
from lms.hub.grading.services.regrades import ask_regrade
from lms.hub.grading.services.shared import share_assessment
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
from lms.hub.roster.kinds import Skill
from lms.hub.roster.models.imports import RosterImport
from lms.hub.roster.models.seats import Appointment, Seat, SeatContract
from lms.hub.roster.services.appointments import ask_appointment
from lms.kernel.db import Base, session, transaction
from lms.kernel.storage import storage
from lms.people.access import SYSTEM, Relation
from lms.people.accounts.models import ApiToken, Person
from lms.people.consent.models import Consent, Purpose, RecordType
from lms.people.consent.services import sign_consent
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm, Region, Site
from lms.spokes.drafting import draft_places
from lms.spokes.models import SpokeRun
from lms.spokes.services import choose_spoke, offer_spoke
from lms.topics.models import Topic
from lms.topics.services import propose_topic
from tests.api.support import token_of
from tests.capstone import stage
from tests.hub.attendance import made as attended
from tests.hub.calendar.made import applied, lab, snow_day
from tests.hub.competencies import made
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import grade, marking_of
from tests.hub.hours.weeks import at, log_capstone, log_week
from tests.hub.hours.weeks import hand_in as hand_in_week
from tests.hub.quizzes import made as quizzes
from tests.hub.reviews.made import to_sign
from tests.hub.roster.made import ADA, NOA, ZOE, give, open_acme
from tests.hub.roster.made import apply as apply_roster
from tests.support.cast import PASSWORD
from tests.support.regions import open_regions
from tests.support.unfrozen import unfrozen
from tests.support.web import NOW, World

# By the name in the address, with or without "_id". The first row is Ada's, Acme's or Lowell's.
ROWS: dict[str, type[Base]] = {
    "action": ReviewAction,
    "activity": Activity,
    "amendment": LineVersion,
    "artifact": Artifact,
    "appointment": Appointment,
    "assessment": SharedAssessment,
    "asked": FollowUp,
    "break": Break,
    "cohort": Cohort,
    "comment": CourseComment,
    "competency": Competency,
    "consent": Consent,
    "contract": SeatContract,
    "course": Course,
    "credential": ExternalCredential,
    "credit_request": CreditRequest,
    "delegation": Delegation,
    "dispute": Dispute,
    "energy_file": EnergyFile,
    "enrollment": Enrollment,
    "entry": HoursEntry,
    "evidence": Evidence,
    "override": GateOverride,
    "evidence_row": CompetencyEvidence,
    "excuse": Excuse,
    "file": SubmissionFile,
    "firm": Firm,
    "gate": SafetyGate,
    "group": WorkGroup,
    "holiday": Holiday,
    "item": ContentItem,
    "link": SigningLink,
    "line": BenefitLine,
    "made": GradeImport,
    "mentorship": Mentorship,
    "milestone": Milestone,
    "part": SheetPart,
    "person": Person,
    "place": GroupMembership,
    "plan": BreakPlan,
    "posting": Posting,
    "program": Program,
    "proposal": AdjustmentProposal,
    "project": Project,
    "question": QuizQuestion,
    "region": Region,
    "recommendation": EnergyRecommendation,
    "regrade": RegradeRequest,
    "remark": Annotation,
    "review": ProgressReview,
    "review_action": ReviewAction,
    "roster": RosterImport,
    "request": LeaveRequest,
    "run": SpokeRun,
    "safety": SafetySignOff,
    "sample": CalibrationSample,
    "seat": Seat,
    "section": Section,
    "session": Session,
    "sheet": WeekSheet,
    "sign_off": SignOff,
    "site": Site,
    "snapshot": BenchmarkSnapshot,
    "spell": EmploymentSpell,
    "statement": Statement,
    "submission": Submission,
    "timer": Timer,
    "token": ApiToken,
    "topic": Topic,
    "unit": Unit,
    "upload": PartialUpload,
    "version": ProgramVersion,
}
VALUES: dict[str, Any] = {
    "resource": "submissions",
    "secret": "not-a-secret",
    "week": 8,
    "page": 1,
    "monday": date(2026, 10, 26),
    "day": date(2026, 10, 27),
    "language": "es",
    "code": "PC",
    "step": "charter",
    "where": "course/PC",
    "what": "status",
}
# Where one name means something else, by endpoint and name.
EXCEPTIONS = {
    ("public.stop_mail", "token"): "not-a-token",
    ("public.stop_mail_now", "token"): "not-a-token",
    ("public.dev_letter", "message"): "a" * 20,  # the demo's pages are not there
}


OTHERS: dict[tuple[str, str], type[Base]] = {
    (f"coordinator.{view}", "plan_id"): CohortPlan for view in ("cohort_plan", "open_cohort", "take_back_cohort")
}
ONE_BYTE = {"data": b"x", "headers": {"Upload-Offset": "0"}, "content_type": "application/offset+octet-stream"}
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


def _make_energy(world: World) -> None:
    """Applied, so that a recommendation stands; Lowell's staff may look."""
    acme, dee = world.one(Firm, name="Acme"), world.actor("Dee")
    rows = "rec_id,assessment_id,fy,status,impl_cost_usd,primary_saved_usd\nA1,AM9,2019,I,100,200\n"
    with transaction():
        apply_file(dee, plan_file(dee, acme, "plant.csv", rows.encode()))
        share(dee, acme, Audience.STAFF)


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
        share_assessment(world.actor("Gus"), world.one(Program), activity, samples)


def _make_project(world: World) -> None:
    project = stage.live(world)
    (line,) = stage.lines(world, project)
    with transaction():  # the first evidence is a file, the one of the claim a reference
        file = "fixture.txt", BytesIO(b"before and after")
        add_evidence(world.actor("Ada"), line, EvidenceKind.TIME_STUDY, "", file)
    stage.claim(world, line)


def _make_statement(world: World) -> None:
    with transaction():
        issue_statement(world.actor("Dee"), world.one(Firm, name="Acme"))


def _make_snapshot(world: World) -> None:
    with transaction():
        freeze_quarter(SYSTEM, world.one(Program), "2026Q3")


def _make_follow_up(world: World) -> None:
    if not world.all(Project):
        _make_project(world)
    with transaction():
        ask_follow_up(SYSTEM, world.all(Project)[0], follow_up_dates(stage.LIVE_ON, 3))


def _make_plan(world: World) -> None:
    if not world.all(Project):
        _make_project(world)
    with transaction():
        ada, project = world.actor("Ada"), world.all(Project)[0]
        add_milestone(ada, project, "Fixtures built", date(2026, 11, 20))
        add_artifact(ada, project, ArtifactKind.REPORT, "Report", ("report.txt", BytesIO(b"what we found")))


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


def _make_consent(world: World) -> None:
    with transaction():
        firm = world.one(Firm, name="Acme")
        sign_consent(world.actor("Ada"), world.enrollment("Ada"), firm, [RecordType.HOURS], Purpose.SPONSORSHIP)


def _make_request(world: World) -> None:
    with transaction():
        days = date(2026, 11, 9), date(2026, 11, 20)
        ask_leave(world.actor("Ada"), world.enrollment("Ada"), LeaveKind.FAMILY, *days, "A newborn.")


def _make_roster(world: World) -> None:
    apply_roster(world, ADA, ZOE, NOA)


def _make_seat(world: World) -> None:
    give(world, open_acme(world), "Ole", "ole@example.org")


def _make_appointment(world: World) -> None:
    with transaction():
        acme = world.one(Firm, name="Acme")
        ask_appointment(world.actor("Dee"), acme, Relation.FINANCE, "Max", "max@example.org")


def _make_sign_off(world: World) -> None:
    made.load(world)
    made.assessor(world)
    made.show(world)
    made.sign(world)


def _make_credential(world: World) -> None:
    made.bring(world)


def _make_credit(world: World) -> None:
    proof = ("letter.pdf", BytesIO(made.PDF))
    with transaction():
        ask_credit(world.actor("Ada"), world.enrollment("Ada"), "course:PC", None, "Ten years of it.", proof)


def _make_run(world: World) -> None:
    spoke, site, cohort = world.one(Course, code="ROB"), world.one(Site, name="Lowell"), world.one(Cohort)
    with transaction():
        offer_spoke(SYSTEM, cohort, site, spoke, 2)
        choose_spoke(world.actor("Ada"), world.enrollment("Ada"), [spoke.id])
        draft_places(world.actor("Cleo"), site, cohort, {spoke.id: 2})


def _make_mentorship(world: World) -> None:
    with transaction():
        assign_mentor(world.actor("Cleo"), world.enrollment("Ada"), world.person("Ben"), date(2026, 10, 1))


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


def _make_topic(world: World) -> None:
    with transaction():
        firm, program = world.one(Firm, name="Acme"), world.one(Program)
        propose_topic(world.actor("Dee"), firm, program, "Vision sensors", "Every new cell comes with it.", "ROB")


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


def _make_roster(world: World) -> None:
    apply_roster(world, ADA, ZOE, NOA)


def _make_seat(world: World) -> None:
    give(world, open_acme(world), "Ole", "ole@example.org")


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
    EnergyFile: _make_energy,
    EnergyRecommendation: _make_energy,
    SharedAssessment: _make_shared,
    CalibrationSample: _make_shared,
    Project: _make_project,
    BenefitLine: _make_project,
    Consent: _make_consent,
    LineVersion: _make_project,
    Posting: _make_project,
    Evidence: _make_project,
    GateOverride: _make_project,
    BenchmarkSnapshot: _make_snapshot,
    FollowUp: _make_follow_up,
    Artifact: _make_plan,
    Milestone: _make_plan,
    Statement: _make_statement,
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
    Mentorship: _make_mentorship,
    SignOff: _make_sign_off,
    SpokeRun: _make_run,
    Appointment: _make_appointment,
    RosterImport: _make_roster,
    Seat: _make_seat,
    SeatContract: _make_seat,
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
    Topic: _make_topic,
}


# What is sent where an empty body would be refused before anybody asks who may: by endpoint, in terms of the subjects.
NEW_HOURS = {"client_key": str(UUID(int=1)), "day": "2026-10-26", "minutes": 30, "kind": "self_study"}
CLOCK = {"client_key": str(UUID(int=1)), "day": "2026-10-26", "start": "08:00", "end": "08:30", "kind": "self_study"}
TIMER = {"started_at": "2026-10-26T12:00:00Z", "stopped_at": "2026-10-26T12:30:00Z", "kind": "self_study"}
SCORE = {"json": {"points": "80"}, "headers": {"If-Match": '"0.0"'}}

GRADED = {"data": {"version": "0.0", "points": "80"}}

LAB_TIMES = {"day": "2026-11-19", "starts": "17:00", "ends": "19:00"}
SEATS = {"seats": 3, "from_day": "2026-10-01", "to_day": "2027-03-01"}
SOMEBODY = {"name": "Pia", "email": "pia@example.org"}
MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="site"\r\n\r\n%s\r\n'
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="roster.csv"\r\n\r\nname,email,section\r\n\r\n'
    b"--x--\r\n"
)
EVIDENCE_FILE = (
    b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nphoto\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="meter.txt"\r\n\r\n12 kWh\r\n'
    b"--x--\r\n"
)
SKILLS = [{"skill": skill.value, "level": 2} for skill in Skill]

FORM = "multipart/form-data"
TOPIC = {"program": "sample", "title": "Vision", "reason": "Every new cell comes with it."}
LEAVE = {"kind": "family", "from_day": "2026-11-23", "to_day": "2026-11-27"}
STATUS = {"status": "completed", "effective_on": "2026-10-28", "reason": "finished"}
GIVEN = {"from_day": "2026-10-28", "extra_days": 2, "note": "Letter of the disability office."}
POLICY = {
    "number": 0,
    "late_rate_bp": 500,
    "late_interval_minutes": 1440,
    "late_floor_bp": 5000,
    "missing_after_days": None,
    "missing_counts_bp": 0,
}
POLICY_FORM = {"based_on": "0", "late_rate": "5", "late_interval": "24:00", "late_floor": "50"}
MONEY = {"amount": "100.00", "currency": "USD"}
LINE_DRAFT = {"benefit_class": "hard_pl", "unit_value": "100", "go_live": "2026-10-01"}
BASELINE = {
    "metric": "Scrap",
    "unit": "kg a week",
    "value": "12.5",
    "from_day": "2026-07-01",
    "to_day": "2026-09-30",
    "source": "Scrap tickets",
}

MAIL = {"reminders": True, "results": True, "work": False, "day_begins": "15:00", "day_ends": "07:00"}
UNSEEN = {"content_sha256": "0" * 64}

BODIES: dict[str, Callable[["Subjects"], dict[str, Any]]] = {
    "api.post_grade_import": lambda _: {"json": {"rows": "enrollment\nx\n"}},
    "api.post_grade_application": lambda _: {"json": {"reason": "From the paper list."}},
    "api.post_grade_undo": lambda _: {"json": {"reason": "The wrong list."}},
    "instructor.apply_grades": lambda _: {"data": {"reason": "From the paper list."}},
    "instructor.write_cell": lambda _: GRADED,
    "api.withdraw_one_score": lambda _: {"json": {"reason": "Mixed up."}, "headers": {"If-Match": '"0.0"'}},
    "instructor.withdraw_score": lambda _: {"data": {"version": "0.0", "reason": "Mixed up."}},
    "api.post_sample_mark": lambda _: {"json": {"points": "80"}},
    "api.post_shared_assessment": lambda subjects: {
        "json": {"activity": subjects.value("", "activity"), "samples": []}
    },
    "instructor.mark_one_sample": lambda _: {"data": {"points": "80"}},
    "instructor.share_activity": lambda subjects: {"data": {"activity": subjects.value("", "activity")}},
    "api.add_competency_evidence": lambda _: {"json": {"kind": "demonstration", "day": "2026-10-27", "note": "Ran."}},
    "api.ask_for_credit": lambda _: {"data": {"requirement": "course:PC", "words": "."}, "content_type": FORM},
    "api.begin_draft": lambda _: {"json": {}},
    "api.decide_on_credit": lambda _: {"json": {"outcome": "declined", "reason": "no"}},
    "api.move_one_student": lambda _: {"json": {"reason": ""}},
    "api.move_whole_cohort": lambda subjects: {"json": {"reason": "", "cohort": subjects.value("", "cohort")}},
    "api.put_whole_document": lambda _: {"json": {"document": {}}},
    "api.rule_on_requirement": lambda _: {"json": {"requirement": "none", "kind": "waived", "reason": "."}},
    "api.sign_competency": lambda _: {"json": {"level": 9}},
    "api.take_competency_evidence_back": lambda _: {"json": {"reason": ""}},
    "api.take_sign_off_back": lambda _: {"json": {"reason": ""}},
    "api.add_topic": lambda subjects: {"json": {**TOPIC, "firm": subjects.value("", "firm")}},
    "api.endorse_one_topic": lambda subjects: {"json": {"firm": subjects.value("", "firm")}},
    "api.take_endorsement_back": lambda subjects: {"json": {"firm": subjects.value("", "firm")}},
    "api.delete_remark": lambda _: {},
    "api.post_remark": lambda _: {"json": {"text": "Which unit?", "line": 1}},
    "api.post_regrade": lambda _: {"json": {"attempt": 1, "text": "It was measured cold."}},
    "api.post_regrade_message": lambda _: {"json": {"text": "Which probe was it?"}},
    "api.post_regrade_decision": lambda _: {"json": {"note": "The method was asked for."}},
    "api.post_agreement": lambda _: {"json": {"agreed_by": "mean"}, "headers": {"If-Match": '"0.0"'}},
    "api.post_second_mark": lambda _: {"json": {"points": "80"}},
    "api.put_own_contribution": lambda _: {"json": {"text": "I measured.", "share_bp": 5_000}},
    "api.post_peer_factor": lambda _: {"json": {"reason": "The group agrees."}, "headers": {"If-Match": '"9.9"'}},
    "api.put_marking_rule": lambda _: {"json": {"is_anonymous": False, "is_double": True}},
    "api.put_release_plan": lambda _: {"json": {"mode": "hidden"}},
    "api.post_marking_tasks": lambda subjects: {"json": {"graders": [subjects.world.person("Ben").public_id]}},
    "api.post_policy_trial": lambda _: {"json": POLICY},
    "api.put_policy": lambda _: {"json": {**POLICY, "reason": "The council decided it."}},
    "instructor.add_remark": lambda _: {"data": {"text": "Which unit?", "line": "1"}},
    "instructor.answer_regrade": lambda _: {"data": {"text": "Which probe was it?"}},
    "instructor.decide_regrade": lambda _: {"data": {"decision": "keep", "note": "The method was asked for."}},
    "instructor.remove_comment": lambda _: {"data": {"shared": "yes"}},
    "instructor.save_policy": lambda _: {"data": {**POLICY_FORM, "reason": "The council decided it."}},
    "instructor.set_release_plan": lambda _: {"data": {"mode": "hidden"}},
    "instructor.set_rule": lambda _: {"data": {"is_double": "yes", "gap": "5"}},
    "instructor.share_work": lambda subjects: {"data": {"grader": subjects.world.person("Ben").public_id}},
    "instructor.try_policy": lambda _: {"data": POLICY_FORM},
    "student.ask_for_regrade": lambda _: {"data": {"attempt": "1", "text": "It was measured cold."}},
    "student.write_to_regrade": lambda _: {"data": {"text": "With that of bench 4."}},
    "api.post_approval": lambda _: {"json": UNSEEN},
    "api.post_approvals": lambda subjects: {"json": {"parts": [{**UNSEEN, "part": subjects.value("", "part")}]}},
    "api.post_return": lambda _: {"json": {**UNSEEN, "reason": "Which day?"}},
    "api.post_delegation": lambda subjects: {
        "json": {
            "section": subjects.value("", "section"),
            "holder": subjects.world.person("Ivo").public_id,
            "from_day": "2026-11-02",
            "to_day": "2026-11-06",
        }
    },
    "api.put_sheet_terms": lambda _: {"json": {"due_weekday": 3, "due_minute": 720, "grace_days": 2}},
    "api.post_sheet_reminders": lambda subjects: {
        "json": {"monday": "2026-10-19", "enrollments": [subjects.value("", "enrollment")]}
    },
    "api.post_proposal": lambda _: {
        "json": {"day": "2026-10-27", "minutes": 15, "kind": "self_study", "reason": "The log says so"}
    },
    "api.post_refusal": lambda _: {"json": {"reason": "Twice"}},
    "api.post_item_mark": lambda _: {"json": {"is_done": True}},
    "api.post_minutes": lambda _: {"json": {"source": "lms", "rows": "student,item,minutes,day\n"}},
    "api.post_xapi_statements": lambda _: {"json": []},
    "api.post_check_in": lambda _: {"json": {"code": "1234 5678"}},
    "api.post_accommodation": lambda _: {"json": GIVEN},
    "api.post_leave_decision": lambda _: {"json": {"is_granted": True}},
    "api.post_leave_request": lambda _: {"json": LEAVE},
    "api.post_status_change": lambda _: {"json": STATUS},
    "api.amend_line": lambda _: {"json": {**LINE_DRAFT, "why": "known now"}},
    "api.dispute_claim": lambda _: {"json": {"comment": "in doubt"}},
    "api.enter_cost": lambda _: {"json": {"kind": "travel", "payer": "firm", "amount": MONEY, "day": "2026-10-20"}},
    "api.enter_count": lambda subjects: {
        "json": {"enrollment": subjects.value("", "enrollment"), "monday": "2026-10-12", "minutes": 60}
    },
    "api.enter_go_live": lambda _: {"json": {"go_live": "2026-10-01"}},
    "api.post_energy_file": lambda _: {"json": {"rows": "rec_id"}},  # columns are missing
    "api.post_energy_audience": lambda _: {"json": {"audience": "firm"}},
    "api.post_energy_project": lambda subjects: {
        "json": {"enrollment": subjects.value("", "enrollment"), "title": "Less"}  # too short
    },
    "api.enter_rate": lambda _: {"json": {"rate": MONEY, "effective_on": "2026-10-01"}},
    "api.propose_project": lambda _: {"json": {"title": "Less"}},  # too short
    "api.describe_project": lambda _: {"json": {"title": "Less scrap at press 4"}},
    "api.agree_charter": lambda _: {"json": {"coach": "a" * 20, "finance_contact": "a" * 20}},
    "api.enter_baseline": lambda _: {"json": BASELINE},
    "api.enter_wages": lambda _: {"json": {"through": "2026-10-25"}},
    "api.give_back_claim": lambda _: {"json": {"comment": "which line?"}},
    "api.new_evidence": lambda _: {"json": {"kind": "meter", "reference": "Meter 7"}},
    "api.decide_at_gate": lambda _: {"json": {"role": "coach", "approved": True}},
    "api.override_at_gate": lambda _: {"json": {"reason": "The sponsor is ill until December."}},
    "api.put_capstone_template": lambda _: {"json": {"template": "a3"}},
    "api.submit_at_gate": lambda _: {"json": {"text": "Twenty changeovers were timed."}},
    "api.answer_one_follow_up": lambda _: {"json": {"in_use": "yes"}},
    "api.answer_many_follow_ups": lambda subjects: {
        "json": {"answers": [{"follow_up": subjects.value("", "asked"), "in_use": "yes"}]}
    },
    "api.new_evidence_file": lambda _: {"data": EVIDENCE_FILE, "content_type": "multipart/form-data; boundary=x"},
    "api.report_one_saving": lambda _: {
        "json": {
            "title": "Scrap at press 4",
            "amount": MONEY,
            "basis": "Scrap tickets",
            "isolation": "trend_line",
            "evidence": "meter",
            "reference": "Meter 7",
        }
    },
    "api.new_line": lambda _: {"json": {**LINE_DRAFT, "title": "Scrap on line 2"}},
    "api.realize_months": lambda _: {"json": {"months": [{"month": "2026-10", "amount": MONEY}]}},
    "api.confirm_claim": lambda _: {"json": {}},
    "api.report_claim": lambda _: {"json": {}},
    "api.review_claim": lambda _: {"json": {"checklist": []}},
    "api.say_lapsed": lambda _: {"json": {}},
    "api.say_sustained": lambda _: {"json": {}},
    "api.post_statement": lambda _: {"json": {}},
    "api.reverse_posting": lambda _: {"json": {"reason": "other", "note": "wrong line"}},
    "api.sign_token_in_again": lambda _: {"json": {"password": PASSWORD}},
    "api.take_back_claim": lambda _: {"json": {"reason": "other"}},
    "api.verify_claim": lambda _: {"json": {"amount": MONEY, "account": "5100"}},
    "api.claim_line": lambda subjects: {"json": {"line": subjects.value("", "line")}},
    "api.open_seat_contract": lambda subjects: {"json": {**SEATS, "firm": subjects.value("", "firm")}},
    "api.post_applicant": lambda subjects: {"json": {**SOMEBODY, "section": subjects.value("", "section")}},
    "api.post_application_decision": lambda _: {"json": {"decision": "waitlisted"}},
    "api.post_clock_hours": lambda _: {"json": CLOCK},
    "api.post_endorsement": lambda _: {"json": {"is_endorsed": True}},
    "api.post_firm_person": lambda _: {"json": {**SOMEBODY, "relation": "firm_viewer"}},
    "api.post_hours": lambda _: {"json": NEW_HOURS},
    "api.post_one_score": lambda _: SCORE,
    "api.post_reassignment": lambda _: {"json": SOMEBODY},
    "api.post_roster": lambda subjects: {
        "data": MULTIPART % subjects.value("", "site").encode(),
        "content_type": "multipart/form-data; boundary=x",
    },
    "api.post_score_of_nothing": lambda _: SCORE,
    "api.post_seat": lambda _: {"json": SOMEBODY},
    "api.post_seat_revocation": lambda _: {"json": {}},
    "api.post_settlement": lambda _: {"json": {"takes": True}},
    "api.post_timer": lambda _: {"json": {"client_key": str(UUID(int=9)), "kind": "mentoring"}},
    "api.post_timed_hours": lambda _: {"json": {"client_key": str(UUID(int=10))}},
    "api.post_timer_hours": lambda _: {"json": {**TIMER, "client_key": str(UUID(int=1))}},
    "api.put_application": lambda _: {
        "json": {"floor_months": 48, "job": "Lathes", "motivation": "To run the cell on my own.", "skills": SKILLS}
    },
    "api.put_draft_score": lambda _: SCORE,
    "api.put_seat_terms": lambda _: {"json": SEATS},
    "api.put_clock_hours": lambda _: {"json": CLOCK},
    "api.put_mail_settings": lambda _: {"json": MAIL},
    "api.put_hours": lambda _: {"json": NEW_HOURS},
    "api.post_session": lambda subjects: {"json": {**LAB_TIMES, "unit_id": subjects.value("", "unit")}},
    "api.post_session_move": lambda _: {"json": LAB_TIMES},
    "api.invite_to_group": lambda subjects: {"json": {"enrollment": _pair(subjects.world)[1]}},
    "api.answer_invitation": lambda _: {"json": {"answer": "leave"}},
    "api.put_group_together": lambda subjects: {"json": {"enrollments": _pair(subjects.world), "reason": "One bench."}},
    "api.put_group_members": lambda subjects: {"json": {"enrollments": _pair(subjects.world), "reason": "One bench."}},
    "student.answer_place": lambda _: {"data": {"answer": "leave"}},
    "api.save_quiz_answers": lambda _: {"json": {"answers": [], "version": 0}},
    "api.hand_in_quiz": lambda _: {"json": {"client_key": str(UUID(int=11))}},
    "api.preview_quiz_key": lambda _: {"json": {}},
    "api.correct_quiz_key": lambda _: {"json": {"key": {}, "preview": "0" * 32, "reason": "."}},
    "api.begin_file": lambda _: {"json": {"name": "new.png", "size": 70}},
    "api.append_to_upload": lambda _: ONE_BYTE,
    "student.append_file": lambda _: ONE_BYTE,
    "student.begin_file": lambda _: {"data": {"name": "new.png", "size": "70"}},
    "api.submit_week": lambda _: {"json": {}},
    "api.submit_work": lambda subjects: {
        "data": {"client_key": str(UUID(int=1)), "text": "Measured."},
        "content_type": "multipart/form-data",
    },
    "coordinator.add_gate": lambda subjects: {
        "data": {"cohort": subjects.value("", "cohort"), "unit": subjects.value("", "unit"), "code": "SAFE-CNC"}
    },
    "instructor.answer_objection": lambda _: {"data": {"answer": "stands", "reason": "Nobody saw you."}},
    "instructor.decide": lambda _: {"data": {"verdict": "granted"}},
    "instructor.sign_safety": lambda subjects: {
        "data": {"student": subjects.value("", "enrollment"), "code": "SAFE-CNC", "valid_until": "2026-12-31"}
    },
    "instructor.write_register": lambda _: {"data": {"version": "0"}},
    "student.log_queued": lambda subjects: {
        "data": {
            "person": subjects.world.person("Ada").public_id,
            "client_key": str(UUID(int=7)),
            "day": "2026-10-27",
            "unit": subjects.value("", "unit"),
            "quick": "30",
        }
    },
    "student.begin_timer": lambda _: {"data": {"client_key": str(UUID(int=9)), "other": "kind-mentoring"}},
    "student.make_up": lambda subjects: {"data": {"session": subjects.value("", "session")}},
    "coordinator.add_mentor": lambda _: {"data": {"email": "hana@example.org", "from_day": "2026-10-28"}},
    "coordinator.check": lambda _: {"data": {"found": "verified"}},
    "coordinator.decide": lambda _: {"data": {"outcome": "declined", "reason": "Not the same."}},
    "coordinator.end_mentor": lambda _: {"data": {"day": "2026-10-28"}},
    "coordinator.rule": lambda _: {"data": {"node": "course:PC", "kind": "waived", "reason": "Taught it."}},
    "employer.say_need": lambda _: {"data": {"spoke": "ROB", "is_needed": "yes"}},
    "instructor.add_evidence": lambda _: {
        "data": {"kind": "demonstration", "day": "2026-10-27", "note": "Did it alone."}
    },
    "instructor.revoke": lambda _: {"data": {"reason": "The wrong student."}},
    "instructor.sign": lambda _: {"data": {"level": "2"}},
    "instructor.take_evidence_back": lambda _: {"data": {"reason": "The wrong student."}},
    "admin.add_topic": lambda subjects: {"data": {"program": subjects.value("", "program")}},
    "admin.draft": lambda subjects: {"data": {"program": subjects.value("", "program"), "source": ""}},
    "instructor.exempt_student": lambda _: {"data": {"version": "0.0", "reason": "at the firm that week"}},
    "instructor.extend_activity": lambda _: {
        "data": {"until": "2026-11-20T23:59", "reason": "work", "note": "overtime week"}
    },
    "instructor.release_section": lambda subjects: {
        "data": {"section": subjects.value("", "section"), "activity": subjects.value("", "activity")}
    },
    "instructor.save_comment": lambda _: {"data": {"text": "Show your units."}},
    "instructor.score": lambda _: GRADED,
    "instructor.write_draft": lambda _: GRADED,
    "student.write_draft": lambda _: {"data": {"text": "Measured.", "version": "0"}},
}


class Subjects:
    """The rows that addresses name, made when the first address asks for one."""

    def __init__(self, world: World) -> None:
        self.world = world

    def make_all(self) -> None:
        """Make one of Ada's of every kind, whether an address asks for it or not."""
        for model in MAKERS:
            self._public_id(model)

    def value(self, endpoint: str, name: str) -> Any:
        """What stands at `<name>` in the address of `endpoint`."""
        if (endpoint, name) in EXCEPTIONS:
            return EXCEPTIONS[endpoint, name]
        if (endpoint, name) in OTHERS:
            return self._public_id(OTHERS[endpoint, name])
        if "group" in endpoint and name == "activity":
            return _shared_work(self.world).public_id
        if "quiz" in endpoint and name in ("activity", "submission"):
            return self._of_quiz(name)
        if endpoint == "coordinator.firm_energy":
            self._public_id(EnergyFile)  # with which the sponsor lets the staff look
        if name == "claim":
            self._public_id(Posting)  # the first posting is the forecast
            return self.world.all(Posting, kind=EntryKind.CLAIM)[0].public_id
        if name == "grant_id":  # Ben's, since the first one is Ada's own
            return self.world.one(
                GrantRow, relation=Relation.INSTRUCTOR, place_id=self.world.all(Section)[0].id
            ).public_id
        return VALUES[name] if name in VALUES else self._public_id(ROWS[name.removesuffix("_id")])

    def _of_quiz(self, name: str) -> str:
        """The activity with questions, or Ada's submission of it."""
        self._public_id(QuizQuestion)
        activity = self.world.one(Activity, has_questions=True)
        if name == "activity":
            return activity.public_id
        return self.world.all(Submission, activity_id=activity.id)[0].public_id

    def body(self, endpoint: str) -> dict[str, Any]:
        """What is sent to `endpoint`; by default nothing, as an empty form."""
        make = BODIES.get(endpoint)
        return make(self) if make else {}

    def _public_id(self, model: type[Base]) -> str:
        if not self.world.all(model):
            MAKERS[model](self.world)
        public_id: str = self.world.all(model)[0].public_id  # type: ignore[attr-defined]
        return public_id
