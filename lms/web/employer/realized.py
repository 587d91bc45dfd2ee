"""Finance confirms, month by month, what a verified saving really brought."""

from datetime import date

from flask import Response, request

from lms.capstone.lines.models import BenefitLine
from lms.capstone.lines.queries import find_line
from lms.capstone.lines.services import project_of
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.services.realizing import due_months, realize
from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.ids import new_public_id
from lms.kernel.text import N_
from lms.people.access import Action
from lms.people.scope import policy_day
from lms.web.employer import bp
from lms.web.fields import read_money
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next


@bp.get("/lines/<public_id:line>/realized")
@requires(Action.SAVINGS_REALIZE)
def realized(line: str) -> Response:
    return _page(find_line(current_actor(), line, Action.SAVINGS_REALIZE))


@bp.post("/lines/<public_id:line>/realized")
@requires(Action.SAVINGS_REALIZE)
def confirm_months(line: str) -> Response:
    actor = current_actor()
    found = find_line(actor, line, Action.SAVINGS_REALIZE)
    project = project_of(found)
    months, errors = _entered(found, project.currency)
    if not errors:
        try:
            realize(actor, found, months, request.form.get("comment", ""), request.form.get("request_key") or None)
            tell_next(N_("Confirmed. These months count as realized."))
            return redirect_to("employer.project", project=project.public_id)
        except RuleBroken as broken:
            errors = {broken.field or "": tell(broken.sentence)}
    return _page(found, errors, 422)


def _entered(line: BenefitLine, currency: str) -> tuple[dict[date, int], dict[str, str]]:
    """The months that were filled in, and what is wrong with the others. An empty one says nothing; it is not zero."""
    months: dict[date, int] = {}
    errors: dict[str, str] = {}
    for month in due_months(ledger_of(project_of(line)), line.id, policy_day()):
        name = f"month-{month:%Y-%m}"
        text = request.form.get(name, "").strip()
        try:
            if text:
                months[month] = read_money(text, currency, name)
        except RuleBroken as broken:
            errors[name] = tell(broken.sentence)
    return months, errors


def _page(line: BenefitLine, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    project = project_of(line)
    return page(
        "employer/realized.html",
        status,
        line=line,
        project=project,
        due=due_months(ledger_of(project), line.id, policy_day()),
        errors=errors or {},
        typed=request.form,
        request_key=request.form.get("request_key") or new_public_id(),
    )
