"""How one of Ada's rows comes to be at the firm: the capstone and its savings, seats, consents, topics."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

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
from lms.capstone.savings.services.evidence import add_evidence
from lms.capstone.statements.models import Statement
from lms.capstone.statements.services import issue_statement
from lms.hub.catalog.models import Program
from lms.hub.competencies.files import keep_proof
from lms.hub.roster.models.imports import RosterImport
from lms.hub.roster.models.seats import Appointment, Seat, SeatContract
from lms.hub.roster.services.appointments import ask_appointment
from lms.kernel.db import Base, transaction
from lms.people.access import SYSTEM, Relation
from lms.people.consent.models import Consent, Purpose, RecordType
from lms.people.consent.services import sign_consent
from lms.people.orgs.models import Firm
from lms.topics.models import Topic
from lms.topics.services import propose_topic
from tests.capstone import stage
from tests.hub.roster.made import ADA, NOA, ZOE, give, open_acme
from tests.hub.roster.made import apply as apply_roster
from tests.support.web import World


def _make_energy(world: World) -> None:
    """Applied, so that a recommendation stands; Lowell's staff may look."""
    acme, dee = world.one(Firm, name="Acme"), world.actor("Dee")
    rows = "rec_id,assessment_id,fy,status,impl_cost_usd,primary_saved_usd\nA1,AM9,2019,I,100,200\n"
    with transaction():
        apply_file(dee, plan_file(dee, acme, "plant.csv", rows.encode()))
        share(dee, acme, Audience.STAFF)


def _make_project(world: World) -> None:
    project = stage.live(world)
    (line,) = stage.lines(world, project)
    with transaction():  # the first evidence is a file, the one of the claim a reference
        file = keep_proof("fixture.txt", BytesIO(b"before and after"))
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
        add_artifact(ada, project, ArtifactKind.REPORT, "Report", keep_proof("report.txt", BytesIO(b"what we found")))


def _make_consent(world: World) -> None:
    with transaction():
        firm = world.one(Firm, name="Acme")
        sign_consent(world.actor("Ada"), world.enrollment("Ada"), firm, [RecordType.HOURS], Purpose.SPONSORSHIP)


def _make_roster(world: World) -> None:
    apply_roster(world, ADA, ZOE, NOA)


def _make_seat(world: World) -> None:
    give(world, open_acme(world), "Ole", "ole@example.org")


def _make_appointment(world: World) -> None:
    with transaction():
        acme = world.one(Firm, name="Acme")
        ask_appointment(world.actor("Dee"), acme, Relation.FINANCE, "Max", "max@example.org")


def _make_mentorship(world: World) -> None:
    with transaction():
        assign_mentor(world.actor("Cleo"), world.enrollment("Ada"), world.person("Ben"), date(2026, 10, 1))


def _make_topic(world: World) -> None:
    with transaction():
        firm, program = world.one(Firm, name="Acme"), world.one(Program)
        propose_topic(world.actor("Dee"), firm, program, "Vision sensors", "Every new cell comes with it.", "ROB")


MAKERS: dict[type[Base], Callable[[World], None]] = {
    EnergyFile: _make_energy,
    EnergyRecommendation: _make_energy,
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
    Mentorship: _make_mentorship,
    Appointment: _make_appointment,
    RosterImport: _make_roster,
    Seat: _make_seat,
    SeatContract: _make_seat,
    Topic: _make_topic,
}
