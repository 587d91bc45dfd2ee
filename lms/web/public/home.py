"""The front door: whoever is signed in goes on to their own portal."""

from collections.abc import Sequence
from typing import Any

from flask import Response, make_response, redirect, request, url_for
from sqlalchemy import select

from lms.guard import actor_or_none, public
from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.models import Course, Program, ProgramVersion
from lms.kernel.db import session
from lms.kernel.speak import LANGUAGES
from lms.people.accounts.queries import find_own_account
from lms.people.accounts.services import set_preferences
from lms.web import language
from lms.web.pages import page
from lms.web.public import bp
from lms.web.public.signin import safe_next
from lms.web.shell import portals_of


@bp.get("/")
@public("the front door")
def home() -> Response:
    actor = actor_or_none()
    portals = portals_of(actor) if actor else []
    if portals:
        return make_response(redirect(url_for(portals[0].places[0].endpoint), 303))
    return page("public/home.html", **_program())


def _program() -> dict[str, Any]:
    """What the catalog says of the newest published program: two queries, three if there is one."""
    version = session.scalar(
        select(ProgramVersion)
        .where(ProgramVersion.published_at.is_not(None))
        .order_by(ProgramVersion.published_at.desc(), ProgramVersion.id.desc())
        .limit(1)
    )
    if version is None:
        return {"program": None, "hub": [], "spokes": [], "capstone": None}
    courses = session.scalars(
        select(Course).where(Course.program_version_id == version.id).order_by(Course.position)
    ).all()
    return {
        "program": session.get(Program, version.program_id),
        "first": {course.id: _names(course.prerequisites, courses) for course in courses},
        "hub": [course for course in courses if course.kind is CourseKind.HUB],
        "spokes": [course for course in courses if course.kind is CourseKind.SPOKE],
        "capstone": next((course for course in courses if course.kind is CourseKind.CAPSTONE), None),
    }


def _names(codes: Sequence[str], courses: Sequence[Course]) -> list[str]:
    """What the courses of these codes are called."""
    return [course.name for course in courses if course.code in codes]


@bp.get("/program")
@public("what the program is, for those who think of joining")
def program() -> Response:
    return page("public/program.html", **_program())


@bp.get("/accessibility")
@public("an accessibility statement must be readable by anybody")
def accessibility() -> Response:
    return page("public/accessibility.html")


@bp.post("/language")
@public("the language of the page in hand, kept in a cookie, or in the account of who is signed in")
def choose_language() -> Response:
    wanted = request.form.get("language", "")
    chosen = wanted if wanted in LANGUAGES else "en"
    actor = actor_or_none()
    if actor is not None:
        set_preferences(actor, find_own_account(actor), chosen, actor.zone)
    answer = make_response(redirect(safe_next(request.form.get("next")).rstrip("?"), 303))
    answer.set_cookie(language.COOKIE, chosen, max_age=language.COOKIE_SECONDS, httponly=True, samesite="Lax")
    return answer
