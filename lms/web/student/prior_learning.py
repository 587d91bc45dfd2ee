"""A student asks that prior learning counts, brings credentials of others, and sees what became of each."""

from flask import Response, request
from wtforms import FileField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from lms.guard import current_actor, requires
from lms.hub.catalog.kinds import RequirementKind
from lms.hub.catalog.rules import Need, walk
from lms.hub.competencies.queries import Brought, brought_by, find_credential
from lms.hub.competencies.services.outside import add_credential, withdraw_credential
from lms.hub.credits.queries import find_request, history_of, requests_of
from lms.hub.credits.rules import OUTCOME_NAMES, RULING_NAMES
from lms.hub.credits.services import ask_credit, creditable, leaves_by_node, needs_for, suggestions_for
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import own_enrollment
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.people.scope import policy_day
from lms.web.fields import DayField, MinutesField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.proofs import is_proof_sent, judge_proof, proof_response, sent_proof
from lms.web.student import bp


class CreditForm(ProductForm):
    """Against which requirement, how much, why, and what shows it."""

    requirement = SelectField(N_("Requirement"))
    minutes = MinutesField(N_("How much time it was"), [Optional()])
    words = TextAreaField(N_("What you learned, where and when"), [InputRequired()])
    credential = SelectField(N_("One of your credentials"))
    file = FileField(N_("File that shows it"))

    def offer(self, needs: Need | None, brought: list[Brought]) -> "CreditForm":
        """Let the lists name what may be credited, and the student's credentials."""
        self.requirement.choices = [choice(node, need.title) for node, need in creditable(needs).items()]
        names = [choice(one.row.public_id, one.outside.name) for one in brought]
        self.credential.choices = [choice("", tell(N_("none"))), *names]
        return self


class CredentialForm(ProductForm):
    """Something that somebody else issued."""

    code = SelectField(N_("Asked for by your program"))
    name = StringField(N_("Name"), [InputRequired()])
    issuer = StringField(N_("Issued by"), [InputRequired()])
    number = StringField(N_("Number"))
    issued_on = DayField(N_("Issued on"), [InputRequired()])
    expires_on = DayField(N_("Expires on"), [Optional()])
    copy = FileField(N_("Copy"))

    def offer(self, needs: Need | None) -> "CredentialForm":
        """Let the list name the credentials that the program asks for."""
        asked = [need for need in walk(needs) if need.kind is RequirementKind.CREDENTIAL] if needs else []
        names = [choice(need.code, need.title) for need in asked]
        self.code.choices = [choice("", tell(N_("none of them"))), *names]
        return self


@bp.get("/prior-learning")
@requires(Action.CREDIT_ASK)
def prior_learning() -> Response:
    enrollment = own_enrollment(current_actor())
    return _page(enrollment, shown=request.args.get("requirement"), credential=request.args.get("credential"))


@bp.post("/prior-learning")
@requires(Action.CREDIT_ASK, prepare=judge_proof, prepare_if=is_proof_sent)
def ask_for_credit() -> Response:
    actor = current_actor()
    enrollment = own_enrollment(actor)
    brought = brought_by(enrollment).get(enrollment.id, [])
    form = CreditForm(formdata=request.form).offer(needs_for(enrollment), brought)
    if not form.validate():
        return _page(enrollment, form=form)
    named = next((one.row for one in brought if one.row.public_id == form.credential.data), None)
    try:
        ask_credit(
            actor, enrollment, form.requirement.data, form.minutes.data, form.words.data or "", sent_proof(), named
        )
    except RuleBroken as broken:
        broken_into(form, broken)
        return _page(enrollment, form=form)
    tell_next(N_("Sent. Your coordinator decides; you will get a message."))
    return redirect_to("student.prior_learning")


@bp.get("/prior-learning/<public_id:credit_request>/file")
@requires(Action.CREDIT_ASK)
def credit_file(credit_request: str) -> Response:
    return proof_response(find_request(current_actor(), credit_request, Action.CREDIT_ASK))


@bp.post("/credentials")
@requires(Action.CREDENTIAL_ADD, prepare=judge_proof, prepare_if=is_proof_sent)
def bring_credential() -> Response:
    actor = current_actor()
    enrollment = own_enrollment(actor)
    form = CredentialForm(formdata=request.form).offer(needs_for(enrollment))
    if not form.validate():
        return _page(enrollment, outside=form)
    try:
        add_credential(
            actor,
            enrollment,
            form.name.data or "",
            form.issuer.data or "",
            form.number.data or "",
            form.issued_on.data,
            form.expires_on.data,
            code=form.code.data or "",
            file=sent_proof(),
        )
    except RuleBroken as broken:
        broken_into(form, broken)
        return _page(enrollment, outside=form)
    tell_next(N_("On your record. It counts once your coordinator has verified it."))
    return redirect_to("student.prior_learning")


@bp.post("/credentials/<public_id:credential>/withdrawal")
@requires(Action.CREDENTIAL_ADD)
def take_credential_back(credential: str) -> Response:
    actor = current_actor()
    withdraw_credential(actor, find_credential(actor, credential, Action.CREDENTIAL_ADD))
    tell_next(N_("Taken off your record."))
    return redirect_to("student.prior_learning")


@bp.get("/credentials/<public_id:credential>/file")
@requires(Action.CREDENTIAL_ADD)
def credential_file(credential: str) -> Response:
    return proof_response(find_credential(current_actor(), credential, Action.CREDENTIAL_ADD))


def _page(
    enrollment: Enrollment,
    *,
    form: CreditForm | None = None,
    outside: CredentialForm | None = None,
    shown: str | None = None,
    credential: str | None = None,
) -> Response:
    needs = needs_for(enrollment)
    brought = brought_by(enrollment).get(enrollment.id, [])
    ready = form or CreditForm(formdata=None, requirement=shown, credential=credential).offer(needs, brought)
    return page(
        "student/prior_learning.html",
        422 if form or outside else 200,
        form=ready,
        outside=outside or CredentialForm(formdata=None).offer(needs),
        brought=brought,
        requests=requests_of(enrollment),
        nodes=leaves_by_node(needs),
        suggested=suggestions_for(enrollment, needs),
        rulings=history_of(enrollment),
        outcome_names=OUTCOME_NAMES,
        ruling_names=RULING_NAMES,
        today=policy_day(),
    )
