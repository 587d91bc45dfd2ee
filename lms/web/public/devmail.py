"""The demo's mail, readable without a mail server. Everywhere else these pages do not exist."""

from flask import Response, current_app

from lms.config import Settings
from lms.guard import public
from lms.kernel.errors import NotFound
from lms.messages.compose import write
from lms.messages.letters import LETTERS
from lms.messages.queries import find_demo_mail, list_demo_mail
from lms.web.pages import page
from lms.web.public import bp

WHY = "only the demo has it, where all persons are made up"


@bp.get("/dev/mail")
@public(WHY)
def dev_mail() -> Response:
    settings = _demo_settings()
    rows = [
        (message, person, write(message, person, settings.public_url).subject)
        for message, person in list_demo_mail()
        if message.template in LETTERS and (message.values or not LETTERS[message.template].is_secret)
    ]
    return page("public/dev_mail.html", rows=rows)


@bp.get("/dev/mail/<public_id:message>")
@public(WHY)
def dev_letter(message: str) -> Response:
    settings = _demo_settings()
    found = find_demo_mail(message)
    if found is None or found[0].template not in LETTERS:
        raise NotFound()
    row, person = found
    letter = write(row, person, settings.public_url)
    return page("public/dev_letter.html", message=row, person=person, letter=letter)


def _demo_settings() -> Settings:
    settings: Settings = current_app.config["LMS"]
    if not settings.demo:
        raise NotFound()
    return settings
