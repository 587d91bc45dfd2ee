"""The audit log, to be searched."""

from flask import Response, request
from wtforms import BooleanField, StringField

from lms.guard import current_actor, requires
from lms.kernel.text import N_
from lms.people.access import Action
from lms.people.grants.trail import Wanted, names_of, search_audit
from lms.web.admin import bp
from lms.web.fields import InstantField
from lms.web.forms import ProductForm
from lms.web.pages import page


class AuditForm(ProductForm):
    """A search is a GET, so its address can be kept."""

    email = StringField(N_("E-mail address of who acted"))
    action = StringField(N_("Action begins with"))
    subject = StringField(N_("Id of what it was about"))
    before = InstantField(N_("Before"))
    is_denied = BooleanField(N_("Only what was refused"))


@bp.get("/audit")
@requires(Action.AUDIT_READ)
def audit() -> Response:
    form = AuditForm(formdata=request.args)
    wanted = Wanted(
        form.email.data or "", form.action.data or "", form.subject.data or "", form.is_denied.data, form.before.data
    )
    found = search_audit(current_actor(), wanted, request.args.get("after"))
    kept = {name: value for name, value in request.args.items() if name != "after"}
    return page("admin/audit.html", form=form, found=found, names=names_of(found), kept=kept, actions=sorted(Action))
