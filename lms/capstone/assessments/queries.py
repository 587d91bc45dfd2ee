"""Reads of a firm's energy assessments: files, recommendations, proposals, and what the staff was shown."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select

from lms.capstone.assessments.models import (
    EnergyAudience,
    EnergyFile,
    EnergyFileLine,
    EnergyProposal,
    EnergyReading,
    EnergyRecommendation,
)
from lms.capstone.assessments.rules.plan import COLUMNS, Said
from lms.capstone.assessments.rules.said import Audience
from lms.capstone.projects.models import Project
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import known
from lms.kernel.prose import prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.orgs.models import Firm
from lms.people.scope import scoped, unscoped, within

DESCRIPTION = "description"
OWN_NAMES = {"recommendation": "key"}
"""Where a column of the file has another name in our table."""


def find_file(actor: Actor, action: Action, public_id: str) -> EnergyFile:
    """One file. Raises NotFound. One query."""
    found = session.scalar(scoped(select(EnergyFile).where(EnergyFile.public_id == public_id), actor, action))
    if found is None:
        raise NotFound()
    return found


def list_files(firm: Firm) -> list[EnergyFile]:
    """The files of a firm that the caller has found, newest first. One query."""
    return list(session.scalars(within(select(EnergyFile), firm).order_by(EnergyFile.id.desc())))


def firm_of_file(made: EnergyFile) -> Firm:
    """Whose file it is. One query."""
    return session.scalars(unscoped(select(Firm).where(Firm.id == made.firm_id), "the firm of a file found")).one()


def lines_of_file(made: EnergyFile) -> list[EnergyFileLine]:
    """What each row of a file that was found would do, in the file's order. One query."""
    statement = within(select(EnergyFileLine), made).order_by(EnergyFileLine.number, EnergyFileLine.id)
    return list(session.scalars(statement))


def find_recommendation(actor: Actor, action: Action, public_id: str) -> EnergyRecommendation:
    """One recommendation that stands. Raises NotFound. One query."""
    statement = known(select(EnergyRecommendation), EnergyRecommendation, None).where(
        EnergyRecommendation.public_id == public_id, EnergyRecommendation.is_withdrawn.is_(False)
    )
    found = session.scalar(scoped(statement, actor, action))
    if found is None:
        raise NotFound()
    return found


def firm_of_recommendation(row: EnergyRecommendation) -> Firm:
    """To whom it was recommended. One query."""
    statement = select(Firm).where(Firm.id == row.firm_id)
    return session.scalars(unscoped(statement, "the firm of a recommendation that was found")).one()


def recommendations_of(firm: Firm, as_of: datetime | None = None) -> list[EnergyRecommendation]:
    """What stands of a firm that the caller has found, by assessment and id. One query."""
    statement = known(select(EnergyRecommendation), EnergyRecommendation, as_of).where(
        EnergyRecommendation.is_withdrawn.is_(False)
    )
    rows = session.scalars(within(statement, firm))
    return sorted(rows, key=lambda row: (row.assessment, row.number or 0, row.key))


def said_of(rows: Sequence[EnergyRecommendation]) -> dict[str, Said]:
    """What each of these says, by its id, as a file of it would be read. One query."""
    words = prose_of(rows, DESCRIPTION)
    return {row.key: _said(row, words) for row in rows}


def _said(row: EnergyRecommendation, words: Mapping[str, str]) -> Said:
    names = [field.into for field in COLUMNS if field.into != DESCRIPTION]
    said = {name: getattr(row, OWN_NAMES.get(name, name)) for name in names}
    said["status"] = None if row.status is None else row.status.value
    return {**said, DESCRIPTION: words.get(row.public_id), "currency": row.currency}


def descriptions_of(rows: Iterable[EnergyRecommendation]) -> dict[str, str]:
    """What is recommended in words, by public id, where the file has words. One query."""
    return prose_of(rows, DESCRIPTION)


def recommendations_by_id(numbers: Iterable[int]) -> dict[int, EnergyRecommendation]:
    """Rows that lines of a file that was found name. One query."""
    statement = select(EnergyRecommendation).where(EnergyRecommendation.id.in_(sorted(numbers)))
    return {row.id: row for row in session.scalars(unscoped(statement, "what a file that was found made"))}


def past_of(firm: Firm, key: str) -> list[tuple[EnergyRecommendation, EnergyFile]]:
    """Everything that was ever known of one recommendation, newest first, each with its file. One query."""
    statement = (
        select(EnergyRecommendation, EnergyFile)
        .join(EnergyFile, EnergyFile.id == EnergyRecommendation.energy_file_id)
        .where(EnergyRecommendation.key == key)
        .order_by(EnergyRecommendation.id.desc())
    )
    return [(row, made) for row, made in session.execute(within(statement, firm, on=EnergyRecommendation))]


def proposals_of(firm: Firm) -> dict[str, list[Project]]:
    """The projects that were proposed from a firm's recommendations, by the recommendation's id. One query."""
    statement = (
        select(EnergyProposal.key, Project)
        .join(Project, Project.id == EnergyProposal.project_id)
        .order_by(EnergyProposal.id)
    )
    found: dict[str, list[Project]] = {}
    for key, project in session.execute(within(statement, firm, on=EnergyProposal)):
        found.setdefault(key, []).append(project)
    return found


def origin_of(project: Project) -> tuple[str, EnergyRecommendation | None] | None:
    """The id of the recommendation from which a project that was found was proposed, and what stands of it. One query.

    None for a project that was proposed otherwise; for the firm's own pages.
    """
    statement = (
        select(EnergyProposal.key, EnergyRecommendation)
        .outerjoin(
            EnergyRecommendation,
            (EnergyRecommendation.firm_id == EnergyProposal.firm_id)
            & (EnergyRecommendation.key == EnergyProposal.key)
            & EnergyRecommendation.is_withdrawn.is_(False),
        )
        .order_by(EnergyRecommendation.id.desc())
        .limit(1)
    )
    row = session.execute(within(statement, project, on=EnergyProposal)).first()
    return None if row is None else (row[0], row[1])


def audience_of(firm: Firm) -> tuple[Audience, EnergyAudience | None]:
    """Who may see a firm's recommendations, and the row that says so. One query."""
    row = session.scalar(within(known(select(EnergyAudience), EnergyAudience, None), firm))
    return (row.audience if row else Audience.FIRM), row


def readings_of(firm: Firm, limit: int = 50) -> list[tuple[EnergyReading, str]]:
    """Who of the staff looked, newest first. One query."""
    statement = (
        select(EnergyReading, Person.name)
        .join(Person, Person.id == EnergyReading.recorded_by_id)
        .order_by(EnergyReading.id.desc())
        .limit(limit)
    )
    return [(row, name) for row, name in session.execute(within(statement, firm, on=EnergyReading))]


def shared_firms(actor: Actor) -> list[Firm]:
    """The firms within the actor's reach that let the program's staff look, by name. One query."""
    return list(session.scalars(_shared(actor).order_by(Firm.name, Firm.id)))


def find_shared_firm(actor: Actor, public_id: str) -> Firm:
    """One of them; a firm that keeps it to itself is not found. Raises NotFound. One query."""
    found = session.scalar(_shared(actor).where(Firm.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def _shared(actor: Actor) -> Select[Firm]:
    shares = known(select(EnergyAudience.firm_id), EnergyAudience, None).where(
        EnergyAudience.audience == Audience.STAFF
    )
    return scoped(select(Firm).where(Firm.id.in_(shares)), actor, Action.ENERGY_OVERSEE)
