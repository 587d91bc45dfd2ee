"""The firm's own file of recommendations: upload, look at the plan, apply exactly that, take it back."""

from flask import Response, request

from lms.capstone.assessments.models import EnergyFile
from lms.capstone.assessments.queries import find_file, lines_of_file
from lms.capstone.assessments.rules.plan import changed_names
from lms.capstone.assessments.services import US_DOLLARS, apply_file, plan_file, withdraw_file
from lms.capstone.projects.rules import ImplementationStatus
from lms.capstone.reference.rules.reading import read_mapping
from lms.guard import current_actor, requires
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.plain import sentence_from
from lms.kernel.text import N_
from lms.people.access import Action, allowed
from lms.people.anchors import anchor_of
from lms.web.employer import bp
from lms.web.employer.energy import energy_page
from lms.web.employer.finding import own_firm
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

ONE = "/energy-files/<public_id:energy_file>"
MOST_BYTES = 5_000_000
NAMES = {
    "assessment": N_("assessment"),
    "number": N_("number"),
    "fiscal_year": N_("fiscal year"),
    "status": N_("status"),
    "cost_minor": N_("cost"),
    "saved_minor": N_("saving a year"),
    "resource": N_("resource"),
    "quantity": N_("quantity"),
    "arc_code": N_("recommendation code"),
    "description": N_("description"),
    "currency": N_("currency"),
}


@bp.post("/energy-files")
@requires(Action.ENERGY_IMPORT)
def upload_energy() -> Response:
    actor = current_actor()
    firm = own_firm(actor, Action.ENERGY_IMPORT)
    try:
        name, data = _sent("file")
        if not name:
            raise RuleBroken(N_("Choose a CSV file."), field="file")
        _, toml = _sent("mapping")
        mapping = read_mapping(toml).get("recommendations", {}) if toml else {}
        made = plan_file(actor, firm, name, data, mapping, request.form.get("currency") or US_DOLLARS)
    except RuleBroken as broken:
        return energy_page(firm, 422, broken)
    return redirect_to("employer.energy_file", energy_file=made.public_id)


def _sent(field: str) -> tuple[str, bytes]:
    """The name and the bytes of a file that was sent, both empty for none."""
    file = request.files.get(field)
    if file is None or not file.filename:
        return "", b""
    data = file.stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise RuleBroken(N_("This file is larger than %(most)s MB. Split it."), field=field, most=MOST_BYTES // 10**6)
    return file.filename, data


@bp.get(ONE)
@requires(Action.ENERGY_READ)
def energy_file(energy_file: str) -> Response:
    return _one(find_file(current_actor(), Action.ENERGY_READ, energy_file))


def _one(made: EnergyFile, status: int = 200, trouble: str = "") -> Response:
    lines = lines_of_file(made)
    return page(
        "employer/energy/file.html",
        status,
        made=made,
        lines=lines,
        statuses={status.value: status for status in ImplementationStatus},
        faults={line.id: tell(sentence_from(line.fault)) for line in lines if line.fault},
        changes={line.id: [tell(NAMES[name]) for name in changed_names(line.old, line.new)] for line in lines},
        may_import=allowed(current_actor(), Action.ENERGY_IMPORT, anchor_of(made)),
        trouble=trouble,
    )


@bp.post(f"{ONE}/application")
@requires(Action.ENERGY_IMPORT)
def apply_energy(energy_file: str) -> Response:
    actor = current_actor()
    found = find_file(actor, Action.ENERGY_IMPORT, energy_file)
    try:
        apply_file(actor, found)
    except (RuleBroken, Conflict) as trouble:
        return _one(found, trouble.status, tell(trouble.sentence))
    tell_next(N_("Kept as the file reports it. None of it is a saving in the ledger."))
    return redirect_to("employer.energy_file", energy_file=energy_file)


@bp.post(f"{ONE}/withdrawal")
@requires(Action.ENERGY_IMPORT)
def withdraw_energy(energy_file: str) -> Response:
    actor = current_actor()
    found = find_file(actor, Action.ENERGY_IMPORT, energy_file)
    try:
        withdraw_file(actor, found)
    except RuleBroken as trouble:
        return _one(found, trouble.status, tell(trouble.sentence))
    tell_next(N_("Taken back. What a later file changed stays as it is, and so do projects."))
    return redirect_to("employer.energy_file", energy_file=energy_file)
