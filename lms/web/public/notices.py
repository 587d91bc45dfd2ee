"""What was written to oneself, whether or not it also went by mail; for every role."""

from dataclasses import dataclass

from flask import Response

from lms.guard import current_actor, requires
from lms.kernel.outbox import OutboxMessage
from lms.kernel.text import N_
from lms.messages.compose import Notice, notice
from lms.messages.queries import list_notices
from lms.messages.services import mark_read
from lms.people.access import Action
from lms.people.accounts.queries import find_own_account
from lms.web.pages import page, redirect_to, tell_next
from lms.web.public import bp


@dataclass(frozen=True, slots=True)
class Shown:
    """One letter in the list."""

    message: OutboxMessage
    letter: Notice


@bp.get("/notices")
@requires(Action.ACCOUNT_OWN)
def notices() -> Response:
    actor = current_actor()
    person = find_own_account(actor)
    found = [Shown(message, notice(message, person)) for message in list_notices(actor)]
    return page("public/notices.html", notices=found, unread=sum(one.message.read_at is None for one in found))


@bp.post("/notices/reading")
@requires(Action.ACCOUNT_OWN)
def read_notices() -> Response:
    actor = current_actor()
    mark_read(actor, find_own_account(actor))
    tell_next(N_("All marked as read."))
    return redirect_to("public.notices")
