"""A claim: what it says, where it stands, and what sponsor and finance do with it."""

from collections.abc import Callable
from typing import Self

from flask import Response
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from lms.capstone.lines.rules.kinds import COUNTED
from lms.capstone.projects.models import Project
from lms.capstone.savings.models import EvidenceKind, Posting
from lms.capstone.savings.queries import find_posting
from lms.capstone.savings.rules.kinds import Level, Reason
from lms.capstone.savings.services.claims import line_of, report, return_claim, withdraw_claim
from lms.capstone.savings.services.evidence import add_evidence
from lms.capstone.savings.services.verifying import dispute, verify
from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.scope import policy_day
from lms.web.employer import bp
from lms.web.fields import MoneyField
from lms.web.forms import ProductForm
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.proofs import is_proof_sent, judge_proof, sent_proof
from lms.web.savings.claims import claim_values, evidence_values, view_of
from lms.web.savings.forms import EvidenceForm, options
from lms.web.savings.lines import LineView
from lms.web.savings.may import may_do


class CommentForm(EvidenceForm):
    """A decision with what one has to say about it, and what else shows it."""

    comment = TextAreaField(N_("What do you want to say about it?"))


class WithdrawForm(CommentForm):
    """The same, with the reason as a kind."""

    reason = SelectField(N_("Why?"))

    def offer(self) -> Self:
        """Fill the choices."""
        self.reason.choices = options(Reason)
        return super().offer()


class VerifyForm(WithdrawForm):
    """What finance attests of the whole line."""

    amount = MoneyField(N_("First-year amount that you attest"), [InputRequired()])
    account = StringField(N_("Account or meter that shows it"))
    reason = SelectField(N_("Reason, where it is less than reported"))
    is_owner_attested = BooleanField(N_("I am the owner; the firm has no finance person"))

    def offer(self) -> Self:
        """Fill the choices; a reason is needed only for less than was reported."""
        super().offer()
        self.reason.choices = options(Reason, N_("All that was reported"))
        return self


@bp.get("/claims/<public_id:posting>")
@requires(Action.SAVINGS_READ)
def claim(posting: str) -> Response:
    return _shown(find_posting(current_actor(), posting))


@bp.post("/claims/<public_id:posting>/reports")
@requires(Action.SAVINGS_REPORT, prepare=judge_proof, prepare_if=is_proof_sent)
def report_claim(posting: str) -> Response:
    actor, form = current_actor(), CommentForm().offer()
    found = find_posting(actor, posting, Action.SAVINGS_REPORT)

    def deed() -> None:
        _attach(actor, found, form)
        report(actor, found, form.comment.data or "")

    return _decided(found, form, deed, N_("Reported."))


@bp.post("/claims/<public_id:posting>/evidence")
@requires(Action.SAVINGS_AMEND, prepare=judge_proof, prepare_if=is_proof_sent)
def attach_evidence(posting: str) -> Response:
    actor, form = current_actor(), CommentForm().offer()
    found = find_posting(actor, posting, Action.SAVINGS_AMEND)
    return _decided(found, form, lambda: _attach(actor, found, form, is_needed=True), N_("Added."))


@bp.post("/claims/<public_id:posting>/returns")
@requires(Action.SAVINGS_REPORT)
def give_back_claim(posting: str) -> Response:
    actor, form = current_actor(), CommentForm().offer()
    found = find_posting(actor, posting, Action.SAVINGS_REPORT)
    return _decided(
        found, form, lambda: return_claim(actor, found, form.comment.data or ""), N_("Returned to the team.")
    )


@bp.post("/claims/<public_id:posting>/withdrawals")
@requires(Action.SAVINGS_REPORT)
def take_back_claim(posting: str) -> Response:
    actor, form = current_actor(), WithdrawForm().offer()
    found = find_posting(actor, posting, Action.SAVINGS_REPORT)
    reason = Reason(form.reason.data) if form.validate() else Reason.OTHER
    return _decided(
        found, form, lambda: withdraw_claim(actor, found, reason, form.comment.data or ""), N_("Withdrawn.")
    )


@bp.post("/claims/<public_id:posting>/disputes")
@requires(Action.SAVINGS_DISPUTE)
def dispute_claim(posting: str) -> Response:
    actor, form = current_actor(), CommentForm().offer()
    found = find_posting(actor, posting, Action.SAVINGS_DISPUTE)
    return _decided(
        found,
        form,
        lambda: dispute(actor, found, form.comment.data or ""),
        N_("Disputed; it no longer counts as verified."),
    )


@bp.get("/claims/<public_id:posting>/verification")
@requires(Action.SAVINGS_VERIFY, fresh=True)
def verification(posting: str) -> Response:
    found = find_posting(current_actor(), posting, Action.SAVINGS_VERIFY)
    view, project = view_of(found)
    is_verified = view.level >= Level.VERIFIED and not view.waits_for_finance
    level = Level.VERIFIED if is_verified else Level.REPORTED
    form = VerifyForm(amount=view.first_year[level].value.minor).offer()
    return _verification(found, project, view, form)


@bp.post("/claims/<public_id:posting>/verifications")
@requires(Action.SAVINGS_VERIFY, fresh=True, prepare=judge_proof, prepare_if=is_proof_sent)
def verify_claim(posting: str) -> Response:
    actor, form = current_actor(), VerifyForm().offer()
    found = find_posting(actor, posting, Action.SAVINGS_VERIFY)
    view, project = view_of(found)
    form.amount.currency = project.currency
    if not form.validate():
        return _verification(found, project, view, form, 422)
    try:
        _attach(actor, found, form)
        verify(
            actor,
            found,
            form.amount.data,
            form.account.data or "",
            reason=Reason(form.reason.data) if form.reason.data else None,
            comment=form.comment.data or "",
            is_owner_attested=form.is_owner_attested.data,
        )
    except RuleBroken as broken:
        broken_into(form, broken)
        return _verification(found, project, view, form, 422)
    tell_next(N_("Verified. It counts from now on."))
    return redirect_to("employer.claim", posting=posting)


def _attach(actor: Actor, posting: Posting, form: EvidenceForm, *, is_needed: bool = False) -> None:
    """Keep the evidence that the form sent beside its decision; is_needed: it was sent for nothing else."""
    file, reference = sent_proof(), (form.reference.data or "").strip()
    if file or reference or is_needed:
        kind = EvidenceKind(form.kind.data) if form.kind.data in set(EvidenceKind) else EvidenceKind.STATEMENT
        add_evidence(actor, line_of(posting), kind, reference, file)


def _decided(posting: Posting, form: ProductForm, deed: Callable[[], object], done: str) -> Response:
    """Do it and go back to the claim, or show the claim again with what is wrong and everything typed."""
    try:
        deed()
    except RuleBroken as broken:
        broken_into(form, broken)
        return _shown(posting, form, 422)
    tell_next(done)
    return redirect_to("employer.claim", posting=posting.public_id)


def _shown(posting: Posting, form: ProductForm | None = None, status: int = 200) -> Response:
    values = claim_values(posting)
    return page(
        "employer/claim.html",
        status,
        **values,
        may=may_do(current_actor(), values["project"]),
        today=policy_day(),
        form=form or CommentForm(formdata=None).offer(),
        withdraw_form=WithdrawForm(formdata=None).offer(),
    )


def _verification(posting: Posting, project: Project, view: LineView, form: VerifyForm, status: int = 200) -> Response:
    form.amount.currency = project.currency
    return page(
        "employer/verification.html",
        status,
        posting=posting,
        project=project,
        view=view,
        form=form,
        needs_account=view.version.benefit_class in COUNTED,
        falls_back=view.level > Level.VERIFIED,
        **evidence_values(view.line),
    )
