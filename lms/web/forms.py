"""The form that every form of the product is: WTForms with the CSRF token of Flask-WTF."""

from typing import Any

from flask_wtf import FlaskForm


class ProductForm(FlaskForm):
    """Reads what was posted; keyword arguments are what it shows first."""

    def __init__(self, **shown: Any) -> None:
        super().__init__(**shown)  # type: ignore[no-untyped-call]  # Flask-WTF has no types
