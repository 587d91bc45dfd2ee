"""A framework of three competencies for the cast's program, Ben as assessor of Lowell, and requirements that ask."""

import io
from datetime import date

from lms.hub.catalog.kinds import RequirementKind
from lms.hub.catalog.models import Program, ProgramVersion, Requirement
from lms.hub.cohorts.models import Section
from lms.hub.competencies.files import keep_proof
from lms.hub.competencies.kinds import ProofKind
from lms.hub.competencies.models import CompetencyEvidence, FrameworkImport, SignOff
from lms.hub.competencies.queries import Line, held_by
from lms.hub.competencies.services.frameworks import import_framework
from lms.hub.competencies.services.outside import add_credential
from lms.hub.competencies.services.signing import record_evidence, sign_off
from lms.kernel.db import session, transaction
from lms.people.access import Relation
from lms.people.grants.services import appoint
from tests.support.unfrozen import unfrozen
from tests.support.web import NOW, World

LEVELS = ("with help", "alone", "teaches others")
CSV = """code,title,domain,completion,minutes,kind,demonstrations,assessors,valid_days,credential
PC-3,Tunes a control loop,Process control,demonstration,,,1,,,nims-pc
SAFE,Locks out a machine,Safety,demonstration,,,1,2,365,
BENCH,Works at the bench,Shop,hybrid,600,lecture_online,1,,,
"""
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def load(world: World, data: str = CSV, code: str = "mfg") -> FrameworkImport:
    with transaction():
        program = world.one(Program)
        return import_framework(world.actor("Gus"), program, code, "Manufacturing (sample)", LEVELS, data.encode())


def assessor(world: World, name: str = "Ben", section: str = "Lowell") -> None:
    with transaction():
        place = world.one(Section, name=section)
        appoint(world.actor("Gus"), place, world.person(name), Relation.ASSESSOR, date(2026, 8, 1))


def require(world: World, kind: RequirementKind, title: str, **values: object) -> str:
    """One more requirement of the cast's version; its public id."""
    with transaction(), unfrozen():
        version = world.one(ProgramVersion)
        root = world.one(Requirement, kind=RequirementKind.ALL_OF)
        row = Requirement(
            program_version_id=version.id, parent_id=root.id, position=90, kind=kind, title=title, **values
        )
        session.add(row)
        session.flush()
        return row.public_id


def line(world: World, code: str = "PC-3", name: str = "Ada") -> Line:
    return held_by(world.enrollment(name))[f"mfg/{code}"][0]


def show(world: World, code: str = "PC-3", student: str = "Ada", by: str = "Ben") -> CompetencyEvidence:
    with transaction():
        return record_evidence(
            world.actor(by),
            world.enrollment(student),
            line(world, code, student),
            ProofKind.DEMONSTRATION,
            NOW.date(),
            "Tuned the oven loop from a cold start.",
        )


def sign(world: World, level: int = 2, code: str = "PC-3", student: str = "Ada", by: str = "Ben") -> SignOff:
    with transaction():
        return sign_off(world.actor(by), world.enrollment(student), line(world, code, student), level)


def bring(world: World, code: str = "nims-pc", student: str = "Ada", until: date | None = None):
    with transaction():
        return add_credential(
            world.actor(student),
            world.enrollment(student),
            "NIMS Process Control",
            "NIMS",
            "N-4711",
            date(2025, 5, 1),
            until,
            code=code,
            file=keep_proof("card.pdf", io.BytesIO(PDF)),
        )
