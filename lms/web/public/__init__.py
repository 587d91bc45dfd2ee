"""What anybody can reach: the front door, signing in, the program's page."""

from flask import Blueprint

bp = Blueprint("public", __name__)

# The views register themselves on the blueprint when their files are imported.
from lms.web.public import (  # noqa: E402, F401
    applications,
    check_in,
    devmail,
    feeds,
    followups,
    health,
    home,
    hours_rules,
    links,
    mail,
    mail_settings,
    notices,
    phone,
    profile,
    review_signing,
    signin,
    signing,
)
