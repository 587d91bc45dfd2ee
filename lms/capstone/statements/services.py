"""Issuing a statement: the figures of a moment, kept with their hash, so that anybody may compare them ever after."""

from datetime import datetime

from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import projects_of_firm, steps_of
from lms.capstone.projects.services import lock
from lms.capstone.statements.models import Statement
from lms.capstone.statements.queries import portfolio_figures_at, project_figures_at
from lms.capstone.statements.rules import sha256_of
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.orgs.models import Firm


@command(Action.STATEMENT_ISSUE)
def issue_statement(
    actor: Actor, firm: Firm, project: Project | None = None, as_of: datetime | None = None
) -> Statement:
    """The statement of one project of the firm, or of all of it, as known at `as_of` (None: now). Raises RuleBroken.

    Waits for whoever is writing to these projects, so that nothing of that moment is missed.
    """
    if project is not None and project.firm_id != firm.id:
        raise NotFound()
    moment = as_of or acting_at()
    if moment > acting_at():
        raise RuleBroken(N_("A statement says what is known. Choose a day that is not to come."), field="as_of")
    projects = [project] if project is not None else projects_of_firm(firm)
    for each in projects:
        lock(each)
    if project is not None and not steps_of([project], moment)[project.id]:
        raise RuleBroken(N_("On that day the project did not exist yet. Choose a later one."), field="as_of")
    rate_bp = firm.hurdle_rate_bp
    figures = (
        portfolio_figures_at(firm, moment, rate_bp) if project is None else project_figures_at(project, moment, rate_bp)
    )
    made = Statement(
        firm_id=firm.id,
        project_id=project.id if project else None,
        as_of=moment,
        rate_bp=rate_bp,
        currency=figures["currency"],
        figures=figures,
        sha256=sha256_of(figures),
        head=figures["head"],
    )
    session.add(made)
    return made
