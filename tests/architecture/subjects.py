"""Whose rows the access matrix asks for: always Ada's, Acme's or Lowell's, so that everybody else is a stranger.

A new kind of row in an address needs two lines here: its model in `ROWS`, and how one of Ada's comes to be in `MAKERS`
(of `subjects_study` or `subjects_firm`) unless the cast has it. What is sent there stands in `subjects_bodies`.
"""

from datetime import date
from typing import Any

from lms.capstone.assessments.models import EnergyFile, EnergyRecommendation
from lms.capstone.benchmarks.models import BenchmarkSnapshot
from lms.capstone.followups.models import FollowUp
from lms.capstone.lines.models import BenefitLine, LineVersion
from lms.capstone.mentors.models import Mentorship
from lms.capstone.plans.models import Artifact, GateOverride, Milestone
from lms.capstone.projects.models import Project
from lms.capstone.savings.models import Evidence, Posting
from lms.capstone.savings.rules.kinds import EntryKind
from lms.capstone.statements.models import Statement
from lms.hub.attendance.models import Dispute, Excuse, SafetyGate, SafetySignOff
from lms.hub.calendar.models import BreakPlan, CohortPlan
from lms.hub.catalog.models import ContentItem, Course, Program, ProgramVersion, Unit
from lms.hub.cohorts.models import Break, Cohort, Holiday, Section, Session
from lms.hub.competencies.models import Competency, CompetencyEvidence, ExternalCredential, SignOff
from lms.hub.coursework.groups.models import GroupMembership, WorkGroup
from lms.hub.coursework.models import Activity, PartialUpload, Submission, SubmissionFile
from lms.hub.credits.models import CreditRequest
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, LeaveRequest
from lms.hub.grading.models.desk import Annotation, CourseComment
from lms.hub.grading.models.imports import GradeImport
from lms.hub.grading.models.regrades import RegradeRequest
from lms.hub.grading.models.shared import CalibrationSample, SharedAssessment
from lms.hub.hours.models import HoursEntry, SheetPart, Timer, WeekSheet
from lms.hub.hours.models.deciding import AdjustmentProposal, Delegation, SigningLink
from lms.hub.quizzes.models import QuizQuestion
from lms.hub.reviews.models import ProgressReview, ReviewAction
from lms.hub.roster.models.imports import RosterImport
from lms.hub.roster.models.seats import Appointment, Seat, SeatContract
from lms.kernel.db import Base
from lms.people.access import Relation
from lms.people.accounts.models import ApiToken, Person
from lms.people.consent.models import Consent
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm, Region, Site
from lms.spokes.models import SpokeRun
from lms.topics.models import Topic
from tests.architecture import subjects_firm, subjects_study
from tests.architecture.subjects_bodies import BODIES
from tests.architecture.subjects_study import _shared_work
from tests.support.web import World

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
MAKERS = {**subjects_study.MAKERS, **subjects_firm.MAKERS}


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
