"""A firm with thousands of projects: how long its portfolio takes to open, in how many statements, and to be verified.

    python -m benchmarks.portfolio sqlite:////tmp/portfolio.sqlite 2000 100

The database has to be empty. Projects, entries a project: rows are written straight into the tables, the summary rows
by the product's own fold.
"""

import sys
import tempfile
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from time import perf_counter

from sqlalchemy import insert, select

from benchmarks.seed import application
from lms.capstone.lines.models import BenefitLine, LineVersion
from lms.capstone.lines.rules.kinds import BenefitClass, Isolation, LineKind, Stream
from lms.capstone.lines.rules.worth import SCALE, schedule
from lms.capstone.projects.models import Project, ProjectStep, TeamMember
from lms.capstone.projects.rules import ImplementationStatus, ProjectState
from lms.capstone.savings.models import Posting, SavingsEntry, Verification
from lms.capstone.savings.rules.kinds import Decision, EntryKind, Level
from lms.capstone.savings.services.posting import refresh_summary
from lms.capstone.savings.verify import differences
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.kernel.db import Base, db, session, transaction
from lms.kernel.money import BASIS_POINTS
from lms.people.accounts.models import Person
from lms.people.orgs.models import Firm
from lms.people.scope import unscoped
from tests.support import cast
from tests.support.statements import count_statements
from tests.support.web import World

WHY = "the benchmark's seed"
AT = datetime(2026, 10, 1, 12, tzinfo=UTC)
LIVE = date(2026, 10, 1)
MONTHS = 12
OPENED = 5


def seed(projects: int, entries: int) -> None:
    """`projects` projects of Acme, each with about `entries` savings entries in claims of twelve months."""
    firm = session.scalars(unscoped(select(Firm).where(Firm.name == "Acme"), WHY)).one()
    cohort = session.scalars(unscoped(select(Cohort), WHY)).one()
    ada = session.scalars(
        unscoped(select(Enrollment).join(Person).where(Person.email == cast.email_of("Ada")), WHY)
    ).one()
    finn = session.scalars(unscoped(select(Person).where(Person.email == cast.email_of("Finn")), WHY)).one()
    for number in range(projects):
        project = Project(
            firm_id=firm.id, cohort_id=cohort.id, title=f"Project {number}", currency="USD", arc_code=None
        )
        session.add(project)
        session.flush()
        session.add(TeamMember(project_id=project.id, enrollment_id=ada.id, credit_bp=BASIS_POINTS, from_day=LIVE))
        for state in (ProjectState.PROPOSED, ProjectState.IMPLEMENTED):
            step = ProjectStep(project_id=project.id, state=state, effective_on=LIVE, recorded_at=AT)
            step.status = ImplementationStatus.IMPLEMENTED
            session.add(step)
        for nth in range(max(1, entries // MONTHS)):
            _claim(project, number, nth, finn.id)
        session.flush()


def _claim(project: Project, number: int, nth: int, person_id: int) -> None:
    line = BenefitLine(project_id=project.id, title=f"Line {nth}", position=nth)
    session.add(line)
    session.flush()
    version = LineVersion(
        line_id=line.id, project_id=project.id, number=1, benefit_class=BenefitClass.HARD_PL, kind=LineKind.RECURRING,
        stream=list(Stream)[(number + nth) % len(Stream)], quantity_e4=SCALE, unit_value_e4=(10_000 + number) * SCALE,
        attribution_bp=10_000, confidence_bp=9_000, ramp_bp=[], go_live=LIVE, isolation_method=Isolation.TREND_LINE,
        recorded_at=AT,
    )  # fmt: skip
    session.add(version)
    session.flush()
    posting = Posting(
        project_id=project.id, number=nth + 1, kind=EntryKind.CLAIM, line_id=line.id, version_id=version.id,
        level=Level.DRAFT, effective_on=LIVE, recorded_at=AT,
    )  # fmt: skip
    session.add(posting)
    session.flush()
    rows = [
        {"posting_id": posting.id, "project_id": project.id, "number": n, "period": part.month,
         "amount_minor": part.minor, "currency": "USD", "benefit_class": version.benefit_class, "recorded_at": AT}
        for n, part in enumerate(schedule(version), 1)
    ]  # fmt: skip
    session.execute(insert(SavingsEntry), rows)
    for level in (Level.REPORTED, Level.VERIFIED):
        made = Verification(posting_id=posting.id, project_id=project.id, decision=Decision.ATTESTED, level=level)
        made.recorded_at, made.recorded_by_id = AT, person_id
        session.add(made)


def main(url: str, projects: int, entries: int) -> None:
    """Fill, sum, open, verify; prints what each took."""
    with tempfile.TemporaryDirectory() as folder:
        app = application(url, Path(folder))
        with app.app_context():
            Base.metadata.create_all(db.engine)
            with transaction():
                cast.build()
            started = perf_counter()
            for start in range(0, projects, 100):
                with transaction():
                    seed(min(100, projects - start), entries)
                session.expunge_all()
            print(f"filled in {perf_counter() - started:.1f} s")
            started = perf_counter()
            numbers = iter(session.scalars(unscoped(select(Project), WHY)).all())
            session.rollback()
            while some := list(islice(numbers, 100)):
                with transaction():
                    for project in some:
                        refresh_summary(session.merge(project, load=False))
                session.expunge_all()
            print(f"summed in {perf_counter() - started:.1f} s")
            _open(World(app), "/employer/savings")
            started = perf_counter()
            with transaction(write=False):
                found = list(differences())
            print(f"verified in {perf_counter() - started:.1f} s, differences: {len(found)}")
            session.remove()
            db.engine.dispose()


def _open(world: World, path: str) -> None:
    browser = world.browser_of("Finn")
    took = []
    for _ in range(OPENED):
        started = perf_counter()
        with count_statements() as sent:
            answer = browser.get(path)
        took.append(perf_counter() - started)
        assert answer.status_code == 200, answer.status_code
    fastest, slowest = min(took) * 1000, max(took) * 1000
    print(f"{path}: {sent.count} statements, {fastest:.0f} to {slowest:.0f} ms, {len(answer.data)} bytes")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
