"""Who sees my record: consents to sign and take back, what firms asked for, and every reading of one's own record."""

from flask import Response, request
from sqlalchemy import select
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.guard import current_actor, requires
from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.hub.enrollment.queries import own_enrollment
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.facts import runs_on, stands
from lms.kernel.text import N_, Sentence
from lms.people.access import Action, Actor
from lms.people.consent.models import Purpose, RecordType
from lms.people.consent.queries import find_consent, list_consents, list_disclosures, list_requests
from lms.people.consent.services import revoke_consent, sign_consent
from lms.people.consent.texts import PURPOSES, RECORDS
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, within
from lms.web.fields import DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.student import bp


class ConsentForm(ProductForm):
    """Which records, for which firm, what for, until when."""

    firm = SelectField(N_("Firm"))
    record_types = SelectMultipleField(
        N_("What the firm may see"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    purpose = SelectField(N_("What for"))
    expires_on = DayField(N_("Last day"), [Optional()])

    def offer(self, firms: list[Firm]) -> "ConsentForm":
        """Let the lists name the student's firms, every kind of record and every purpose."""
        self.firm.choices = [choice(firm.public_id, firm.name) for firm in firms]
        self.record_types.choices = [choice(kind.value, tell(RECORDS[kind])) for kind in RecordType]
        self.purpose.choices = [choice(kind.value, tell(PURPOSES[kind])) for kind in Purpose]
        return self


@bp.get("/consents")
@requires(Action.CONSENT_SIGN)
def consents() -> Response:
    enrollment = own_enrollment(current_actor())
    asked = request.args.getlist("asked")
    form = ConsentForm(formdata=None, record_types=asked, firm=request.args.get("firm")).offer(_firms(enrollment))
    return _page(current_actor(), enrollment, form)


@bp.post("/consents")
@requires(Action.CONSENT_SIGN)
def sign() -> Response:
    actor = current_actor()
    enrollment = own_enrollment(actor)
    firms = _firms(enrollment)
    form = ConsentForm(formdata=request.form).offer(firms)
    if not form.validate():
        return _page(actor, enrollment, form, 422)
    firm = next((firm for firm in firms if firm.public_id == form.firm.data), None)
    if firm is None:
        raise NotFound()
    kinds = [RecordType(value) for value in form.record_types.data or []]
    try:
        sign_consent(actor, enrollment, firm, kinds, Purpose(form.purpose.data), form.expires_on.data)
    except RuleBroken as broken:
        broken_into(form, broken)
        return _page(actor, enrollment, form, 422)
    tell_next(N_("Signed. %(firm)s can see this from now on, and you can take it back here."), firm=firm.name)
    return redirect_to("student.consents")


@bp.post("/consents/<public_id:consent_id>/revocation")
@requires(Action.CONSENT_REVOKE)
def revoke(consent_id: str) -> Response:
    actor = current_actor()
    revoke_consent(actor, find_consent(actor, consent_id, Action.CONSENT_REVOKE))
    tell_next(N_("Taken back. From now on the firm does not see this."))
    return redirect_to("student.consents")


def _firms(enrollment: Enrollment) -> list[Firm]:
    """The firms for which the student works today."""
    employed = within(select(EmploymentSpell.firm_id), enrollment, on=EmploymentSpell)
    current = employed.where(stands(EmploymentSpell), runs_on(EmploymentSpell, policy_day()))
    statement = select(Firm).join(EmploymentSpell, EmploymentSpell.firm_id == Firm.id).where(Firm.id.in_(current))
    return list(session.scalars(within(statement.distinct(), enrollment, on=EmploymentSpell)))


def _page(actor: Actor, enrollment: Enrollment, form: ConsentForm, status: int = 200) -> Response:
    return page(
        "student/consents.html",
        status,
        form=form,
        consents=list_consents(actor, enrollment),
        requests=list_requests(actor, enrollment),
        disclosures=list_disclosures(actor, enrollment),
        record_name=_record_name,
        purpose_name=_purpose_name,
        day=policy_day(),
    )


def _record_name(kind: RecordType) -> str:
    return tell(Sentence(RECORDS[kind]))


def _purpose_name(kind: Purpose) -> str:
    return tell(Sentence(PURPOSES[kind]))
