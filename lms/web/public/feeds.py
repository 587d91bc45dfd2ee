"""A person's calendar at its secret address, for calendar programs; nobody signs in there."""

from datetime import timedelta

from flask import Response

from lms.guard import public
from lms.hub.calendar.ical import TYPE, feed
from lms.hub.calendar.queries.agenda import items_of
from lms.hub.calendar.queries.firm import firm_items
from lms.hub.calendar.rules.items import Window, in_order
from lms.hub.calendar.services.feeds import owner_of
from lms.kernel.clock import now
from lms.kernel.errors import NotFound
from lms.kernel.speak import Reader, speak
from lms.kernel.text import N_, Sentence
from lms.people.access import Action, may_at_all
from lms.signin import actor_for
from lms.web.public import bp
from lms.web.shell import PRODUCT_NAME

BACK, AHEAD = timedelta(days=60), timedelta(days=400)


@bp.get("/calendar/feeds/<string:secret>.ics")
@public("the secret address is the permission: one person's calendar, read only, until it is revoked", writes=True)
def calendar_feed(secret: str) -> Response:
    moment = now()
    person = owner_of(secret, moment)
    if person is None:
        raise NotFound()
    actor, window = actor_for(person, "feed", None), Window(moment - BACK, moment + AHEAD)
    items = items_of(actor, window)
    if may_at_all(actor, Action.EMPLOYEE_READ):
        items = in_order([*items, *firm_items(actor, window, "calendar feed")[0]])
    reader = Reader(person.language, person.zone)
    name = speak(Sentence(N_("%(product)s: %(name)s"), {"product": PRODUCT_NAME, "name": person.name}), reader)
    answer = Response(feed(items, name, reader, moment), content_type=TYPE)
    answer.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
