"""Problems become answers: a page, an htmx fragment or problem JSON (RFC 9457), in the reader's language."""

from collections.abc import Mapping

import structlog
from flask import Flask, Response, g, jsonify, make_response, redirect, request, url_for
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from lms.guard import log_denial
from lms.kernel.deadline import TooLate
from lms.kernel.errors import Conflict, LoggedRefusal, NotAllowed, NotFound, NotFresh, NotSignedIn, Problem, RuleBroken
from lms.kernel.text import N_, say
from lms.web.again import AgainForm, carried
from lms.web.language import tell
from lms.web.templating import render

log = structlog.get_logger()


def install(app: Flask) -> None:
    """Register one handler per family of problems."""
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(TooLate, answer_too_late)
    app.register_error_handler(CSRFError, answer_csrf)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(OperationalError, answer_unavailable)
    app.register_error_handler(DBAPIError, answer_unavailable)
    app.register_error_handler(Exception, answer_unexpected)


def answer_problem(problem: Problem) -> Response:
    """What a rule, the policy or a query had to say."""
    if isinstance(problem, NotAllowed | NotFound | LoggedRefusal):
        log_denial(problem)
    if isinstance(problem, NotFresh) and request.method == "POST" and not _is_api():
        return ask_again()
    if isinstance(problem, NotSignedIn | NotFresh) and not _is_api():
        where = "public.sign_in_again" if isinstance(problem, NotFresh) else "public.sign_in"
        wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
        return make_response(redirect(url_for(where, next=wanted or None), code=303))
    fields = {}
    if isinstance(problem, RuleBroken):
        fields = {name: [tell(s) for s in told] for name, told in problem.by_field().items() if name}
    versions = {}
    if isinstance(problem, Conflict) and isinstance(problem.yours, Mapping):  # the API has put both into its shapes
        versions = {"yours": problem.yours, "theirs": problem.theirs}
    remedy = {"sign_in_again": "/api/v1/me/sign-in-again"} if isinstance(problem, NotFresh) else {}
    response = _answer(problem.status, tell(problem.title), tell(problem.sentence), fields, {**versions, **remedy})
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def ask_again() -> Response:
    """Ask for the password, and carry along what was typed, so that it is sent again once the password was right."""
    form = AgainForm(formdata=None, next=request.full_path.rstrip("?"), resend="yes")
    return make_response(render("public/sign_in_again.html", form=form, carried=carried(request.form)), 401)


def answer_csrf(error: CSRFError) -> Response:
    """A form that was open too long, or that another site sent."""
    return _answer(400, tell(N_("This form has expired")), tell(N_("Go back, reload the page and send it again.")))


def answer_http(error: HTTPException) -> Response:
    """Werkzeug's own: no such page, wrong method, too large."""
    status = error.code or 500
    titles = {
        404: N_("We could not find this"),
        405: N_("This cannot be done here"),
        413: N_("This is too large"),
        415: N_("Send JSON"),
    }
    if error.response is not None or status < 400:
        return make_response(error.get_response())
    detail = ""
    if status == 413:
        detail = tell(say(N_("Send at most %(limit)s MB at once."), limit=(request.max_content_length or 0) // 1024**2))
    response = _answer(status, tell(titles.get(status, N_("Something went wrong"))), detail)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            response.headers[name] = value
    return response


def answer_unavailable(error: DBAPIError) -> Response:
    """The database is away, slow or full. Nothing was acknowledged, so nothing is lost."""
    if not isinstance(error, OperationalError) and not error.connection_invalidated:
        return answer_unexpected(error)
    log.error("database", error=str(error.orig), request_id=g.get("request_id"))
    _ask_nothing_more()
    status = 507 if "full" in str(error.orig) or "No space" in str(error.orig) else 503
    response = _answer(
        status,
        tell(N_("We cannot save right now")),
        tell(N_("Nothing was lost that we had confirmed. Keep this page open and try again in a minute.")),
    )
    response.headers["Retry-After"] = "5"
    return response


def answer_too_late(problem: TooLate) -> Response:
    """The deadline has passed."""
    _ask_nothing_more()
    response = answer_problem(problem)
    response.headers["Retry-After"] = "5"
    return response


def _ask_nothing_more() -> None:
    """The page that says so must not ask the database for anything: not who is signed in, nor what waits for them."""
    g._login_user = AnonymousUserMixin()


def answer_unexpected(error: Exception) -> Response:
    """A mistake of ours: logged with the request's id, which the page shows."""
    log.exception("unexpected", request_id=g.get("request_id"), exc_info=error)
    return _answer(500, tell(N_("Something went wrong")), tell(N_("It is our mistake, and it has been logged.")))


def _is_api() -> bool:
    """Whether the answer is problem JSON: for the API, and for scripts of ours that ask for JSON by name."""
    return request.path.startswith("/api/") or request.headers.get("Accept") == "application/json"


def _answer(
    status: int,
    title: str,
    detail: str,
    fields: dict[str, list[str]] | None = None,
    more: Mapping[str, object] | None = None,
) -> Response:
    request_id = g.get("request_id")
    if _is_api():
        response = problem_json(status, title, detail, fields, more)
        if status == 401 and request.path.startswith("/api/"):
            response.headers["WWW-Authenticate"] = "Bearer"
        return response
    template = "errors/fragment.html" if request.headers.get("HX-Request") == "true" else "errors/page.html"
    html = render(template, status=status, title=title, detail=detail, fields=fields, request_id=request_id)
    return make_response(html, status)


def problem_json(
    status: int,
    title: str,
    detail: str,
    fields: Mapping[str, list[str]] | None = None,
    more: Mapping[str, object] | None = None,
) -> Response:
    """RFC 9457, with an error for each sentence about a field."""
    errors = [{"field": name, "message": told} for name, all_ in (fields or {}).items() for told in all_]
    given = {"title": title, "status": status, "detail": detail, "request_id": g.get("request_id")}
    response = jsonify({"type": "about:blank", **given, "errors": errors, **(more or {})})
    response.mimetype = "application/problem+json"
    response.status_code = status
    return response
