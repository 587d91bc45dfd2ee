"""The form that every form of the product is: WTForms with the CSRF token of Flask-WTF."""

from typing import Any

import wtforms
from flask_wtf import FlaskForm

choice = wtforms.SelectChoice  # type: ignore[attr-defined]  # of WTForms 3.3, which its stubs do not know yet


class ProductForm(FlaskForm):
    """Reads what was posted; keyword arguments are what it shows first."""

    def __init__(self, **shown: Any) -> None:
        super().__init__(**shown)  # type: ignore[no-untyped-call]  # Flask-WTF has no types
