"""Changing a claimed line: the sponsor amends at once, finance proposes, the sponsor accepts; and reversals."""

from flask import Response
from wtforms import SelectField, TextAreaField

from lms.capstone.lines.models import BenefitLine, LineVersion
from lms.capstone.lines.queries import find_line, find_version, pools_of
from lms.capstone.lines.services import PROSE, project_of
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import firm_of
from lms.capstone.queries import project_figures
from lms.capstone.savings.queries import find_posting
from lms.capstone.savings.rules.kinds import Reason
from lms.capstone.savings.services.amending import accept_amendment, amend, propose_amendment, reverse
from lms.capstone.savings.services.claims import project_of_posting
from lms.guard import current_actor, requires
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.prose import prose_of
from lms.kernel.text import N_
from lms.people.access import Action, Relation
from lms.people.orgs.models import Firm
from lms.web.employer import bp
from lms.web.forms import ProductForm
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.savings.forms import AmendForm, options, shown_of
from lms.web.savings.lines import line_view


class ReverseForm(ProductForm):
    """Why a posting is cancelled."""

    reason = SelectField(N_("Why?"))
    note = TextAreaField(N_("What was wrong with it?"))

    def offer(self) -> "ReverseForm":
        """Fill the choices."""
        self.reason.choices = options(Reason)
        return self


@bp.get("/lines/<public_id:line>/amendment")
@requires(Action.SAVINGS_AMEND)
def amendment(line: str) -> Response:
    found = find_line(current_actor(), line, Action.SAVINGS_AMEND)
    project, firm, version = _around(found)
    prose = {name: prose_of([version], name).get(version.public_id, "") for name in PROSE}
    pools = [pool for pool, _ in pools_of(firm)]
    form = AmendForm(**shown_of(version, found.title, prose, pools)).offer(project.currency, pools)
    return page("employer/amendment.html", line=found, project=project, form=form)


@bp.post("/lines/<public_id:line>/amendments")
@requires(Action.SAVINGS_AMEND)
def amend_line(line: str) -> Response:
    actor = current_actor()
    found = find_line(actor, line, Action.SAVINGS_AMEND)
    project, firm, _ = _around(found)
    form = AmendForm()
    form.offer(project.currency, [pool for pool, _ in pools_of(firm)])
    if form.validate():
        try:
            if project.firm_id in actor.places(Relation.SPONSOR):
                amend(actor, found, form.draft(), form.why.data or "")
                tell_next(N_("Amended. Less counts at once; more waits for finance."))
            else:
                propose_amendment(actor, found, form.draft(), form.why.data or "")
                tell_next(N_("Proposed. It counts once the sponsor accepts it."))
            return redirect_to("employer.project", project=project.public_id)
        except RuleBroken as broken:
            broken_into(form, broken)
    return page("employer/amendment.html", 422, line=found, project=project, form=form)


@bp.post("/amendments/<public_id:amendment>/acceptances")
@requires(Action.SAVINGS_ACCEPT)
def accept_line_amendment(amendment: str) -> Response:
    actor = current_actor()
    found = find_version(actor, amendment, Action.SAVINGS_ACCEPT)
    accept_amendment(actor, found)
    tell_next(N_("Accepted. Less counts at once; more waits for finance."))
    return redirect_to("employer.project", project=project_of(found).public_id)


@bp.get("/postings/<public_id:posting>/reversal")
@requires(Action.SAVINGS_REVERSE)
def reversal(posting: str) -> Response:
    found = find_posting(current_actor(), posting, Action.SAVINGS_REVERSE)
    form = ReverseForm().offer()
    return page("employer/reversal.html", posting=found, project=project_of_posting(found), form=form)


@bp.post("/postings/<public_id:posting>/reversals")
@requires(Action.SAVINGS_REVERSE)
def reverse_posting(posting: str) -> Response:
    actor, form = current_actor(), ReverseForm().offer()
    found = find_posting(actor, posting, Action.SAVINGS_REVERSE)
    project = project_of_posting(found)
    if form.validate():
        try:
            reverse(actor, found, Reason(form.reason.data), form.note.data or "")
            tell_next(N_("Reversed. The posting and its reversal both stay in the ledger."))
            return redirect_to("employer.ledger", project=project.public_id)
        except RuleBroken as broken:
            broken_into(form, broken)
    return page("employer/reversal.html", 422, posting=found, project=project, form=form)


def _around(line: BenefitLine) -> tuple[Project, Firm, LineVersion]:
    project = project_of(line)
    view = line_view(project_figures(project), line)
    if view is None:
        raise NotFound()
    return project, firm_of(project), view.version
