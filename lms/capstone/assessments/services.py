"""A firm's own file of recommendations: planned and stored, applied exactly as planned, withdrawn; who may see it.

No command here writes to a ledger: what an assessment reports is nobody's saving until a project claims it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from lms.capstone.assessments.models import (
    EnergyAudience,
    EnergyFile,
    EnergyFileLine,
    EnergyProposal,
    EnergyReading,
    EnergyRecommendation,
)
from lms.capstone.assessments.queries import (
    DESCRIPTION,
    OWN_NAMES,
    audience_of,
    firm_of_file,
    firm_of_recommendation,
    lines_of_file,
    recommendations_by_id,
    recommendations_of,
    said_of,
)
from lms.capstone.assessments.rules.plan import COLUMNS, Effect, Line, Said, digest_of, plan_of
from lms.capstone.assessments.rules.said import Audience
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import projects_of_enrollment, steps_of
from lms.capstone.projects.rules import ENDED
from lms.capstone.projects.services import open_project
from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.kernel.acting import acting_at, acting_person_id
from lms.kernel.db import session
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.facts import known, runs_on
from lms.kernel.plain import to_plain
from lms.kernel.prose import keep, prose_of
from lms.kernel.text import N_
from lms.messages.services import notify_many
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, unscoped, within

NAME_MOST = 100
US_DOLLARS = "USD"  # of the published database
NAMES = {field.into: OWN_NAMES.get(field.into, field.into) for field in COLUMNS if field.into != DESCRIPTION}
CHANGED = N_("The recommendations have changed since the file was looked at. Upload it again to see what it does now.")


@command(Action.ENERGY_IMPORT)
def plan_file(
    actor: Actor,
    firm: Firm,
    file_name: str,
    data: bytes,
    mapping: Mapping[str, str] | None = None,
    currency: str = US_DOLLARS,
    *,
    is_sample: bool = False,
) -> EnergyFile:
    """Look at a CSV file of recommendations and store what it would change; nothing else is written.

    mapping: our column to the file's, where they differ. currency: of the file's amounts, which are whole units of it.
    Raises RuleBroken for what is no table and for missing columns; every other fault stands in the plan, by row.
    """
    if currency not in (US_DOLLARS, firm.currency):
        raise RuleBroken(N_("Amounts are in US dollars or in the firm's own currency."), field="currency")
    standing = said_of(recommendations_of(firm))
    plan = plan_of(data, mapping or {}, currency, standing)
    made = EnergyFile(
        firm_id=firm.id,
        file_name="".join(one for one in file_name if one.isprintable())[-NAME_MOST:] or "recommendations.csv",
        file_sha256=hashlib.sha256(data).hexdigest(),
        base_sha256=digest_of(standing),
        mapping=dict(mapping or {}),
        currency=currency,
        is_sample=is_sample,
        rows=len(plan.lines),
        added=plan.count(Effect.ADDED),
        changed=plan.count(Effect.CHANGED),
        unchanged=plan.count(Effect.SAME),
        faults=plan.count(Effect.FAULT),
        made_at=acting_at(),
        made_by_id=acting_person_id(),
    )
    session.add(made)
    session.flush()
    session.add_all(_line(made, line) for line in plan.lines)
    return made


def _line(made: EnergyFile, line: Line) -> EnergyFileLine:
    return EnergyFileLine(
        energy_file_id=made.id,
        firm_id=made.firm_id,
        number=line.number,
        key=line.key,
        kind=line.kind,
        old=None if line.old is None else dict(line.old),
        new=None if line.new is None else dict(line.new),
        fault=to_plain(line.fault) if line.fault else None,
    )


@command(Action.ENERGY_IMPORT)
def apply_file(actor: Actor, made: EnergyFile) -> EnergyFile:
    """Keep what the stored plan says, all of it or nothing; once, the second time nothing happens.

    Raises RuleBroken where a row has an error, and Conflict where something else stands by now.
    """
    firm = _lock(made)
    if made.applied_at is not None:
        return made
    if made.faults:
        raise RuleBroken(N_("This file has errors. Correct it and upload it again."), field="file")
    rows = {row.key: row for row in recommendations_of(firm)}
    if digest_of(said_of(list(rows.values()))) != made.base_sha256:
        raise Conflict(CHANGED)
    lines = [line for line in lines_of_file(made) if line.kind in (Effect.ADDED, Effect.CHANGED)]
    said: list[Said] = [line.new or {} for line in lines]
    facts = [_fact(made, new, rows.get(line.key)) for line, new in zip(lines, said, strict=True)]
    _keep(facts, [new[DESCRIPTION] for new in said])
    for line, fact in zip(lines, facts, strict=True):
        line.recommendation_id = fact.id
    made.applied_at, made.applied_by_id = acting_at(), acting_person_id()
    return made


def _lock(made: EnergyFile) -> Firm:
    """The firm of the file; nobody else changes its recommendations meanwhile, and the file is read anew."""
    firm = firm_of_file(made)
    session.execute(unscoped(select(Firm.id).where(Firm.id == firm.id).with_for_update(), "one file at a time"))
    again = select(EnergyFile).where(EnergyFile.id == made.id).execution_options(populate_existing=True)
    session.execute(unscoped(again, "as it now stands"))
    return firm


def _fact(made: EnergyFile, said: Said, before: EnergyRecommendation | None) -> EnergyRecommendation:
    return EnergyRecommendation(
        firm_id=made.firm_id,
        energy_file_id=made.id,
        currency=said["currency"],
        is_sample=made.is_sample,
        supersedes_id=before.id if before else None,
        **{own: said[name] for name, own in NAMES.items()},
    )


def _keep(facts: Sequence[EnergyRecommendation], words: Sequence[str | None]) -> None:
    session.add_all(facts)
    session.flush()
    for fact, text in zip(facts, words, strict=True):
        keep(fact, **{DESCRIPTION: text})


@command(Action.ENERGY_IMPORT)
def withdraw_file(actor: Actor, made: EnergyFile) -> EnergyFile:
    """Take back what a file brought, row by row: what stood before stands again, or nothing does.

    A row that a later file changed stays, and says so. Raises RuleBroken if it was not applied, or was withdrawn.
    """
    firm = _lock(made)
    if made.applied_at is None:
        raise RuleBroken(N_("This file was never applied; there is nothing to take back."))
    if made.withdrawn_at is not None:
        raise RuleBroken(N_("This file was taken back already."))
    standing = {row.id: row for row in recommendations_of(firm)}
    lines = [line for line in lines_of_file(made) if line.recommendation_id is not None]
    brought = recommendations_by_id(line.recommendation_id for line in lines if line.recommendation_id)
    earlier = recommendations_by_id(row.supersedes_id for row in brought.values() if row.supersedes_id)
    back, words, said = [], [], prose_of(earlier.values(), DESCRIPTION)
    for line in lines:
        row = brought[line.recommendation_id or 0]
        line.is_withdrawn = row.id in standing
        if line.is_withdrawn:
            old = earlier.get(row.supersedes_id or 0)
            back.append(_as_before(row, old))
            words.append(said.get(old.public_id) if old else None)
    _keep(back, words)
    made.withdrawn_at, made.withdrawn_by_id = acting_at(), acting_person_id()
    return made


def _as_before(row: EnergyRecommendation, old: EnergyRecommendation | None) -> EnergyRecommendation:
    """What stood before `row`; that it is withdrawn, where nothing did."""
    source = old or row
    names: list[str] = [*NAMES.values(), "firm_id", "energy_file_id", "currency", "is_sample"]
    same: dict[str, Any] = {name: getattr(source, name) for name in names}
    return EnergyRecommendation(**same, is_withdrawn=old is None or old.is_withdrawn, supersedes_id=row.id)


@command(Action.ENERGY_SHARE)
def share(actor: Actor, firm: Firm, audience: Audience) -> EnergyAudience | None:
    """Say who may see the firm's recommendations; None where that is so already."""
    now, before = audience_of(firm)
    if now is audience:
        return None
    made = EnergyAudience(firm_id=firm.id, audience=audience, supersedes_id=before.id if before else None)
    session.add(made)
    session.flush()
    return made


@command(Action.ENERGY_OVERSEE)
def note_reading(actor: Actor, firm: Firm) -> EnergyReading:
    """Keep that somebody of the staff looks now, for the firm to see. Raises NotFound where the firm does not share."""
    if audience_of(firm)[0] is not Audience.STAFF:
        raise NotFound()
    made = EnergyReading(firm_id=firm.id)
    session.add(made)
    session.flush()
    return made


@command(Action.ENERGY_PROPOSE)
def propose_from(actor: Actor, row: EnergyRecommendation, enrollment: Enrollment, title: str, problem: str) -> Project:
    """Begin a capstone from a recommendation with one of the firm's students as its team; no figure goes along.

    Raises RuleBroken where the student does not work for the firm today, or works on another project.
    """
    firm = firm_of_recommendation(row)
    if not _works_for(enrollment, firm):
        raise RuleBroken(N_("Choose somebody who works for your firm today."), field="employee")
    projects = projects_of_enrollment(enrollment)
    steps = steps_of(projects)
    if any(steps[project.id][-1].state not in ENDED for project in projects):
        raise RuleBroken(N_("This student works on a project already. End that one first."), field="employee")
    source = f"Energy assessment {row.assessment}, recommendation {row.key}"
    project = open_project(firm, enrollment, title, problem, source)
    project.is_sample = row.is_sample
    made = EnergyProposal(firm_id=firm.id, recommendation_id=row.id, key=row.key, project_id=project.id)
    session.add(made)
    session.flush()
    notify_many("project-begun", [(enrollment.person_id, made.public_id, {"project": project.title})])
    return project


def _works_for(enrollment: Enrollment, firm: Firm) -> bool:
    spells = known(select(EmploymentSpell), EmploymentSpell, None).where(
        EmploymentSpell.firm_id == firm.id, runs_on(EmploymentSpell, policy_day())
    )
    return session.scalar(within(spells, enrollment)) is not None
