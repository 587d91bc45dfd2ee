"""The page behind a link in a mail: a supervisor looks at one sheet and signs it, or gives it back. No sign-in."""

from flask import Response, g, request, url_for

from lms.guard import public
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.services.links import Opened, open_link, return_by_link, sign_by_link
from lms.kernel.clock import now
from lms.kernel.errors import Conflict, RuleBroken
from lms.web.approvals import entries_shown, marked_cells
from lms.web.language import tell
from lms.web.pages import page
from lms.web.public import bp

WHY = "the link is the permission: one sheet, one person, one use, seven days"


@bp.get("/sign/<string:secret>")
@public(WHY, writes=True)
def signing_page(secret: str) -> Response:
    opened = _open(secret)
    opened.link.opened_at = opened.link.opened_at or now()
    return _shown(opened, secret)


@bp.post("/sign/<string:secret>/approval")
@public(WHY)
def sign_sheet(secret: str) -> Response:
    opened = _open(secret)
    try:
        sign_by_link(opened, request.form.get("seen", ""), request.form.get("note", ""))
    except (RuleBroken, Conflict) as broken:
        return _shown(opened, secret, broken)
    return page("public/signed.html", is_approved=True, waiting=opened.waiting)


@bp.post("/sign/<string:secret>/return")
@public(WHY)
def return_sheet(secret: str) -> Response:
    opened = _open(secret)
    try:
        reason = request.form.get("reason", "")
        return_by_link(opened, request.form.get("seen", ""), reason, marked_cells(request.form))
    except (RuleBroken, Conflict) as broken:
        return _shown(opened, secret, broken)
    return page("public/signed.html", is_approved=False, waiting=opened.waiting)


def _open(secret: str) -> Opened:
    opened = open_link(secret, request.remote_addr or "")
    g.actor = opened.actor  # the page speaks the language and the zone of whom the link is for
    return opened


def _shown(opened: Opened, secret: str, broken: RuleBroken | Conflict | None = None) -> Response:
    entries: list[HoursEntry] = sorted(opened.waiting.entries, key=lambda entry: (entry.day, entry.id))
    return page(
        "public/sign_sheet.html",
        broken.status if broken else 200,
        waiting=opened.waiting,
        who=opened.actor.name,
        link=opened.link,
        entries=entries,
        error=tell(broken.sentence) if broken else "",
        typed=request.form,
        approve_url=url_for("public.sign_sheet", secret=secret),
        return_url=url_for("public.return_sheet", secret=secret),
        **entries_shown(opened.waiting, entries),
    )
