"""The form that every form of the product is: WTForms, filled by Flask-WTF from the request."""

from functools import cache
from typing import Any

import wtforms
from babel.support import NullTranslations, Translations
from flask_wtf import FlaskForm
from markupsafe import escape
from wtforms.i18n import messages_path
from wtforms.widgets import core

from lms.web.language import reader_locale

choice = wtforms.SelectChoice  # type: ignore[attr-defined]  # of WTForms 3.3, which its stubs do not know yet


class ProductForm(FlaskForm):
    """Reads what was posted; keyword arguments are what it shows first."""

    class Meta(FlaskForm.Meta):
        """What WTForms asks about the form."""

        csrf = False  # CSRFProtect (`lms.app`) looks at whatever comes in, and templates put the token in

        def get_translations(self, form: wtforms.form.BaseForm) -> NullTranslations:
            """The sentences of WTForms itself."""
            return _sentences(reader_locale())

    def __init__(self, **shown: Any) -> None:
        super().__init__(**shown)  # type: ignore[no-untyped-call]  # Flask-WTF has no types


def html_params(**given: Any) -> str:
    """WTForms' own attributes of an input, without a formatter for each of them: a tenth of the time."""
    parts = []
    for name, value in sorted(given.items()):
        key = core.clean_key(name)  # type: ignore[attr-defined]  # its stubs do not know it
        if value is True:
            parts.append(key)
        elif value is not False:
            said = str(escape(value)).replace('"', "&quot;")  # markup may hold some
            parts.append(f'{key}="{said}"')
    return " ".join(parts)


core.html_params = html_params
core.Input.html_params = staticmethod(html_params)  # type: ignore[method-assign]


@cache
def _sentences(locale: str) -> NullTranslations:
    """Read once: Flask-WTF reads the file anew for every request that makes a form."""
    return Translations.load(messages_path(), [locale], domain="wtforms")
