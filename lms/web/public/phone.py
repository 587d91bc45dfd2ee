"""The product on a phone's home screen: its manifest, the worker that answers without a network, and the offline page.

None of the three holds anything of a person, so each may be kept on a phone that several people use.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Response, current_app, jsonify, make_response, request, url_for
from flask_wtf.csrf import generate_csrf

from lms.guard import current_actor, public, requires
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.language import tell
from lms.web.pages import page
from lms.web.public import bp
from lms.web.shell import PRODUCT_NAME
from lms.web.statics import mark, names, static
from lms.web.templating import render

KEPT = (".js", ".css", ".svg")
COLOR = "#0f3b31"


@bp.get("/manifest.webmanifest")
@public("how the product calls itself on a home screen")
def manifest() -> Response:
    icons = [("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any")]
    icons.append(("maskable-512.png", "512x512", "maskable"))
    answer = jsonify(
        id=url_for("public.home"),
        name=PRODUCT_NAME,
        short_name=PRODUCT_NAME,
        description=tell(N_("Hours, coursework and grades of the program, also without a network.")),
        start_url=url_for("public.home"),
        scope=url_for("public.home"),
        display="standalone",
        background_color=COLOR,
        theme_color=COLOR,
        icons=[
            {"src": url_for("static", filename=f"icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": use}
            for name, sizes, use in icons
        ],
    )
    answer.mimetype = "application/manifest+json"
    return answer


@bp.get("/service-worker.js")
@public("the program that answers where there is no network; the same for everybody")
def service_worker() -> Response:
    """Served from the root, so that it may answer for every page. A release changes its text, and so replaces it."""
    files = [static(name) for name in names() if name.endswith(KEPT)]
    text = render("offline/service-worker.js", version=_version(), files=files, page=url_for("public.offline"))
    answer = make_response(text)
    answer.mimetype = "text/javascript"
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@bp.get("/offline")
@public("what a phone shows without a network: a form that its script fills, and nothing of a person")
def offline() -> Response:
    return page("offline/page.html")


@bp.get("/form-token")
@requires(Action.ACCOUNT_OWN)
def form_token() -> Response:
    """Who is signed in on this phone, and the token that what is sent from its queue has to carry."""
    return jsonify(person=current_actor().person_public_id, token=generate_csrf())


@cache
def _version() -> str:
    """The same as long as every file that the worker keeps is, and the page that it shows."""
    read = sha256(mark().encode())
    pages = Path(current_app.root_path) / "web" / "templates"
    for path in [pages / "base.html", *sorted((pages / "offline").iterdir())]:
        read.update(path.read_bytes())
    return read.hexdigest()[:12]
