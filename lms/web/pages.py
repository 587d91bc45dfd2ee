"""What every view of the pages uses: a page, a redirect, a broken rule put back into its form."""

from typing import Any

from flask import Response, flash, make_response, redirect, request, url_for
from wtforms import Form

from lms.guard import note_refusal
from lms.kernel.errors import LoggedRefusal, RuleBroken
from lms.kernel.text import say
from lms.web.language import tell
from lms.web.templating import render


def page(template: str, /, status: int = 200, **values: Any) -> Response:
    """The rendered template."""
    return make_response(render(template, **values), status)


def redirect_to(endpoint: str, /, **values: Any) -> Response:
    """See other: the answer to a form that did its work. 303."""
    return make_response(redirect(url_for(endpoint, **values), code=303))


def tell_next(message: str, /, tone: str = "good", **values: object) -> None:
    """Say something on the page that comes next: `tell_next(N_("Saved."))`. tone: good, warn, bad or info."""
    flash(tell(say(message, **values)), tone)


def is_fragment() -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def broken_into(form: Form, broken: RuleBroken) -> None:
    """Put the sentences of a broken rule beside the fields they are about; those of no field go on top of the form."""
    if isinstance(broken, LoggedRefusal):
        note_refusal(broken)
    for name, sentences in broken.by_field().items():
        field = form._fields.get(name)
        target = form.form_errors if field is None else field.errors
        told: list[str] = [tell(sentence) for sentence in sentences]
        if field is None:
            form.form_errors = [*target, *told]
        else:
            field.errors = [*target, *told]
