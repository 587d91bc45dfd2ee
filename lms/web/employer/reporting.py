"""The sponsor reports a saving on one screen, and whoever may read its evidence opens the files."""

from typing import Self

from flask import Response
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from lms.capstone.lines.rules.kinds import BenefitClass, HoursProof, Isolation, Stream
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import find_project, go_live_of, steps_of
from lms.capstone.projects.rules import may_claim
from lms.capstone.savings.models import EvidenceKind
from lms.capstone.savings.rules.reporting import REPORTABLE, Every, Saving
from lms.capstone.savings.services.evidence import find_evidence
from lms.capstone.savings.services.reporting import report_saving
from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.ids import new_public_id
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.employer import bp
from lms.web.fields import DayField, MoneyField
from lms.web.forms import ProductForm
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.proofs import is_proof_sent, judge_proof, proof_response, sent_proof
from lms.web.savings.forms import options


class SavingForm(ProductForm):
    """What, how much, how often, how it is known, what shows it; the rest has an answer already."""

    title = StringField(N_("What is saved?"))
    amount = MoneyField(N_("Amount"), [InputRequired()])
    every = SelectField(N_("How often?"))
    stream = SelectField(N_("Of what?"))
    basis = TextAreaField(N_("How do you know?"))
    isolation = SelectField(N_("How is the project's effect told from everything else?"))
    file = StringField(N_("Photo or document"))
    go_live = DayField(N_("In use since"), [Optional()])
    life = IntegerField(N_("Ends after how many months?"), [Optional()])
    benefit_class = SelectField(N_("How firm is it?"))
    hours_proof = SelectField(N_("If hours are saved: what shows it?"))
    kind = SelectField(N_("What shows it?"))
    reference = StringField(N_("Its number, or where it lies"))
    request_key = HiddenField()

    def offer(self, currency: str) -> Self:
        """Fill the choices and the currency; call it before validating."""
        self.amount.currency = currency
        self.every.choices = options(Every)
        self.stream.choices = options(Stream)
        self.isolation.choices = options(Isolation, N_("Choose"))
        self.benefit_class.choices = options(REPORTABLE)
        self.hours_proof.choices = options(HoursProof, N_("No hours, or soft"))
        self.kind.choices = options(EvidenceKind)
        return self

    def saving(self) -> Saving:
        """What the form says; call it after it has validated."""
        return Saving(
            title=self.title.data or "",
            amount_minor=self.amount.data or 0,
            every=Every(self.every.data),
            basis=self.basis.data or "",
            isolation=Isolation(self.isolation.data) if self.isolation.data else None,
            stream=Stream(self.stream.data),
            benefit_class=BenefitClass(self.benefit_class.data),
            since=self.go_live.data,
            life_months=self.life.data,
            hours_proof=HoursProof(self.hours_proof.data) if self.hours_proof.data else None,
        )


@bp.get("/projects/<public_id:project>/saving")
@requires(Action.SAVINGS_REPORT)
def saving(project: str) -> Response:
    found = find_project(current_actor(), project, Action.SAVINGS_REPORT)
    first = {"every": Every.YEAR.value, "stream": Stream.OTHER.value, "kind": EvidenceKind.PHOTO.value}
    form = SavingForm(**first, benefit_class=BenefitClass.HARD_PL.value, request_key=new_public_id())
    return _shown(found, form)


@bp.post("/projects/<public_id:project>/reported-savings")
@requires(Action.SAVINGS_REPORT, prepare=judge_proof, prepare_if=is_proof_sent)
def report_new_saving(project: str) -> Response:
    actor, form = current_actor(), SavingForm()
    found = find_project(actor, project, Action.SAVINGS_REPORT)
    form.offer(found.currency)
    if form.validate():
        try:
            posting = report_saving(
                actor,
                found,
                form.saving(),
                kind=EvidenceKind(form.kind.data),
                reference=form.reference.data or "",
                file=sent_proof(),
                request_key=form.request_key.data or None,
            )
        except RuleBroken as broken:
            broken_into(form, broken)
        else:
            tell_next(N_("Reported. Finance of your firm verifies it next."))
            return redirect_to("employer.claim", posting=posting.public_id)
    return _shown(found, form, 422)


@bp.get("/evidence/<public_id:evidence>/file")
@requires(Action.EVIDENCE_READ)
def evidence_file(evidence: str) -> Response:
    return proof_response(find_evidence(current_actor(), evidence))


def _shown(project: Project, form: SavingForm, status: int = 200) -> Response:
    steps = steps_of([project])[project.id]
    return page(
        "employer/saving.html",
        status,
        project=project,
        form=form.offer(project.currency),
        is_open=may_claim(steps[-1].state),
        live_on=go_live_of(steps),
    )
