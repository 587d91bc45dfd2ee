"""The named people whom every test meets, in a small program that starts on Tuesday, September 8, 2026.

Ada (student, Lowell, Acme), Ben (instructor, Lowell), Cleo (coordinator, Lowell), Dee (sponsor, Acme), Finn (finance,
Acme), Sam (Ada's supervisor, Acme), Gus (program admin); and, to be kept apart from them, Eli (student, Providence,
Bolt), Fay (sponsor, Bolt), Hana (instructor, Providence), Ivo (coordinator, Providence), Zoe (student, Lowell, Bolt).
The rows are written straight into the tables, so that a test of one slice needs no command of another.
"""

from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from lms.hub.catalog.kinds import CourseKind, Kind, RequirementKind
from lms.hub.catalog.models import Course, Program, ProgramVersion, Requirement, Unit
from lms.hub.cohorts.models import Cohort, CohortWeek, Section
from lms.hub.enrollment.kinds import Payer, Shift, Status, StatusReason
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Placement, PlanUnit, Sponsorship, StatusChange
from lms.kernel.db import Base, session
from lms.people.access import Relation
from lms.people.accounts.models import Person
from lms.people.accounts.passwords import hash_password
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm, Site, SiteKind

PASSWORD = "correct horse battery"
STARTS_ON = date(2026, 9, 8)
WEEK_ONE = date(2026, 9, 7)
WROTE_AT = datetime(2026, 8, 1, 12, tzinfo=UTC)
PEOPLE = ("Ada", "Ben", "Cleo", "Dee", "Eli", "Fay", "Finn", "Gus", "Hana", "Ivo", "Sam", "Zoe")
POLICY = {
    "grace_minutes": 15,
    "late_rate_bp": 1000,
    "late_interval_minutes": 1440,
    "late_floor_bp": 5000,
}


def email_of(name: str) -> str:
    """The address under which a member of the cast signs in."""
    return f"{name.lower()}@example.org"


def build(week_one: date = WEEK_ONE) -> None:
    """Write the cast and their program; needs a writing transaction on an empty database.

    week_one: the Monday of cohort week 1, for those who cannot hold the clock; the program starts on the Tuesday.
    """
    password_hash = hash_password(PASSWORD)
    people = {
        name: _add(Person(name=name, email=email_of(name), password_hash=password_hash, created_at=WROTE_AT))
        for name in PEOPLE
    }
    lowell = _add(Site(name="Lowell", kind=SiteKind.UNIVERSITY, city="Lowell", state="MA"))
    providence = _add(Site(name="Providence", kind=SiteKind.COLLEGE, city="Providence", state="RI"))
    acme, bolt = _add(Firm(name="Acme")), _add(Firm(name="Bolt"))
    version = _program()
    cohort = _cohort(version, week_one)
    north = _add(Section(cohort_id=cohort.id, site_id=lowell.id, name="Lowell"))
    south = _add(Section(cohort_id=cohort.id, site_id=providence.id, name="Providence"))
    _enroll(people["Ada"], cohort, north, acme, people["Sam"])
    _enroll(people["Eli"], cohort, south, bolt, None)
    _enroll(people["Zoe"], cohort, north, bolt, None)
    _grant(people["Ben"], Relation.INSTRUCTOR, north.id)
    _grant(people["Hana"], Relation.INSTRUCTOR, south.id)
    _grant(people["Cleo"], Relation.COORDINATOR, lowell.id)
    _grant(people["Ivo"], Relation.COORDINATOR, providence.id)
    _grant(people["Dee"], Relation.SPONSOR, acme.id)
    _grant(people["Finn"], Relation.FINANCE, acme.id)
    _grant(people["Fay"], Relation.SPONSOR, bolt.id)
    _grant(people["Gus"], Relation.PROGRAM_ADMIN, version.program_id)


T = TypeVar("T", bound=Base)


def _add(row: T) -> T:
    session.add(row)
    session.flush()
    return row


def _program() -> ProgramVersion:
    program = _add(Program(slug="sample", name="Technologist certificate (sample)", is_sample=True))
    version = _add(
        ProgramVersion(
            program_id=program.id, number=1, published_at=None, policy=POLICY, source_sha256="0" * 64, note="sample"
        )
    )
    plan = (
        ("PC", "Process controls", CourseKind.HUB, Kind.LECTURE_ONLINE, 1, 26, 300),
        ("MS", "Manufacturing systems", CourseKind.HUB, Kind.SELF_STUDY, 1, 26, 240),
        ("ROB", "Robotics", CourseKind.SPOKE, Kind.LAB_IN_PERSON, 5, 40, 180),
        ("CAP", "Capstone", CourseKind.CAPSTONE, Kind.CAPSTONE_ONSITE, 9, 52, 240),
    )
    root = _add(
        Requirement(
            program_version_id=version.id, position=0, kind=RequirementKind.ALL_OF, title="Certificate (sample)"
        )
    )
    for position, (code, name, kind, hours_kind, first, last, minutes) in enumerate(plan):
        course = _add(
            Course(program_version_id=version.id, code=code, name=name, kind=kind, position=position, pass_bp=7000)
        )
        _add(
            Unit(
                course_id=course.id,
                code=f"{code}-1",
                title=f"{name}, unit 1",
                kind=hours_kind,
                first_week=first,
                last_week=last,
                minutes_a_week=minutes,
                position=0,
            )
        )
        if kind is not CourseKind.SPOKE:
            _add(
                Requirement(
                    program_version_id=version.id,
                    parent_id=root.id,
                    position=position,
                    kind=RequirementKind.COURSE,
                    title=name,
                    course_id=course.id,
                )
            )
    version.published_at = WROTE_AT  # from here on the database keeps it as it is
    session.flush()
    return version


def _cohort(version: ProgramVersion, week_one: date) -> Cohort:
    cohort = _add(
        Cohort(
            program_id=version.program_id,
            program_version_id=version.id,
            name="Fall 2026 (sample)",
            starts_on=week_one + timedelta(days=1),
            ends_on=week_one + timedelta(days=363),
            week_one_monday=week_one,
            zone="America/New_York",
        )
    )
    for number in range(1, 53):
        _add(CohortWeek(cohort_id=cohort.id, number=number, monday=week_one + timedelta(weeks=number - 1)))
    return cohort


def _enroll(person: Person, cohort: Cohort, section: Section, firm: Firm, supervisor: Person | None) -> Enrollment:
    enrollment = _add(Enrollment(person_id=person.id, cohort_id=cohort.id))
    of = {"enrollment_id": enrollment.id, "recorded_at": WROTE_AT}
    _add(StatusChange(**of, status=Status.ACTIVE, effective_on=cohort.starts_on, reason=StatusReason.START))
    _add(Placement(**of, site_id=section.site_id, section_id=section.id, from_day=cohort.starts_on))
    spell = _add(
        EmploymentSpell(
            **of,
            firm_id=firm.id,
            supervisor_id=supervisor.id if supervisor else None,
            shift=Shift.DAY,
            pays_release_time=True,
            from_day=cohort.starts_on,
        )
    )
    _add(Sponsorship(**of, payer=Payer.FIRM, firm_id=firm.id, amount_minor=500_000, currency="USD"))
    _add(Sponsorship(**of, payer=Payer.GRANT, amount_minor=900_000, currency="USD"))
    courses = session.query(Course).filter(Course.kind != CourseKind.SPOKE).order_by(Course.position)
    for course in courses:
        _add(PlanUnit(**of, course_id=course.id))
    _grant(person, Relation.STUDENT, enrollment.id)
    if supervisor:
        _grant(supervisor, Relation.SUPERVISOR, spell.id)
    return enrollment


def _grant(person: Person, relation: Relation, place_id: int, cohort_id: int | None = None) -> None:
    _add(
        GrantRow(
            person_id=person.id,
            relation=relation,
            place_id=place_id,
            cohort_id=cohort_id,
            from_day=date(2026, 8, 1),
            granted_at=WROTE_AT,
        )
    )
