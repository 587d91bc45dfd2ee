"""The password again, in the middle of something: what was typed travels along and arrives."""

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired

from lms.kernel.text import N_
from lms.web.forms import ProductForm

OWN = frozenset({"csrf_token", "again_password", "again_next", "again_resend"})


class AgainForm(ProductForm):
    """The password once more. next: where to go on; resend: whether the other fields are to be posted there again."""

    password = PasswordField(N_("Password"), [InputRequired()], name="again_password")
    next = HiddenField(name="again_next")
    resend = HiddenField(name="again_resend")


def carried(sent: MultiDict[str, str]) -> list[tuple[str, str]]:
    """The fields of the form that was interrupted, in their order, without those of this one."""
    return [(name, value) for name, value in sent.items(multi=True) if name not in OWN]
