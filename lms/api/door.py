"""Opens the API: its blueprint, its document and its pages of reference."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from lms.api import reference
from lms.api.kit import bp
from lms.api.v1 import RESOURCES


def install(app: Flask, csrf: CSRFProtect) -> None:
    """Register every operation. The API alone needs no CSRF token: it reads a bearer token and no cookie."""
    csrf.exempt(bp)
    app.register_blueprint(bp)


__all__ = ["RESOURCES", "install", "reference"]
