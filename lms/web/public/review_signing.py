"""The page behind a link in a mail: a supervisor reads one progress review and signs it. No sign-in."""

from flask import Response, g, request

from lms.guard import public
from lms.hub.reviews.services.signing import Opened, open_link, sign_by_link
from lms.kernel.errors import Conflict, RuleBroken
from lms.web.language import tell
from lms.web.pages import page
from lms.web.public import bp
from lms.web.reviews.shown import shown

WHY = "the link is the permission: one review, one person, one use, fourteen days"


@bp.get("/sign-review/<string:secret>")
@public(WHY, writes=True)
def review_signing_page(secret: str) -> Response:
    return _shown(_open(secret))


@bp.post("/sign-review/<string:secret>")
@public(WHY)
def sign_review_by_link(secret: str) -> Response:
    opened = _open(secret)
    try:
        sign_by_link(opened, request.form.get("seen", ""), request.form.get("comment", ""))
    except (RuleBroken, Conflict) as broken:
        return _shown(opened, broken)
    return page("public/review_signed.html", review=opened.review)


def _open(secret: str) -> Opened:
    opened = open_link(secret, request.remote_addr or "")
    g.actor = opened.actor  # the page speaks the language and the zone of whom the link is for
    return opened


def _shown(opened: Opened, broken: RuleBroken | Conflict | None = None) -> Response:
    return page(
        "public/sign_review.html",
        broken.status if broken else 200,
        who=opened.actor.name,
        link=opened.link,
        error=tell(broken.sentence) if broken else "",
        typed=request.form,
        may={},
        day=None,
        **shown(opened.actor, opened.review),
    )
