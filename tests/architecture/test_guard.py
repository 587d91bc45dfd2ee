"""The first lock: no view without stated access, and a refused or failed request leaves nothing behind."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import guard
from lms.guard import Access, ForgottenAccess, access_of
from lms.kernel.db import session, transaction
from lms.people.orgs.models import Firm
from lms.people.scope import unscoped


def test_an_application_with_an_unstated_view_does_not_start() -> None:
    app = Flask("forgetful")
    app.add_url_rule("/open-door", view_func=lambda: "come in", endpoint="open_door")
    with pytest.raises(ForgottenAccess, match="open_door"):
        guard.install(app)


@pytest.mark.one_engine
def test_every_view_states_its_access_and_a_public_one_says_why(app: Flask) -> None:
    for endpoint in app.view_functions:
        access = access_of(app, endpoint)
        assert access.action is not None or len(access.why) > 5, endpoint


def _firms() -> int:
    with transaction(write=False):
        return session.scalars(unscoped(select(func.count()).select_from(Firm), "test")).one()


@pytest.mark.parametrize(("status", "kept"), [(200, 1), (303, 1), (400, 0), (403, 0), (409, 0), (422, 0), (500, 0)])
def test_an_error_keeps_nothing_of_the_request(app: Flask, status: int, kept: int) -> None:
    def view() -> tuple[str, int]:
        session.add(Firm(name="Acme"))
        session.flush()
        return "answer", status

    guarded = guard._guarded(view, Access(None, why="a test"), False)
    with app.test_request_context("/", method="POST"):
        guarded()
    with app.app_context():
        assert _firms() == kept


def test_reading_a_page_cannot_write(app: Flask) -> None:
    def view() -> str:
        session.add(Firm(name="Acme"))
        session.flush()
        return "written"

    guarded = guard._guarded(view, Access(None, why="a test"), False)
    with app.test_request_context("/", method="GET"), pytest.raises(RuntimeError, match="only reads"):
        guarded()
