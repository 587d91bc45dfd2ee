"""Sheet parts that wait for the caller: the list with what is unusual about each, approving and returning."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from lms.api.kit import operation
from lms.api.shapes import Prose, PublicId, Shape
from lms.api.v1.hours import HoursOut, entries_out
from lms.hub.hours.models import SheetEvent, SheetPart
from lms.hub.hours.models.deciding import SigningLink
from lms.hub.hours.queries.queue import Waiting, find_part, find_parts, queue_of
from lms.hub.hours.services.decisions import approve_many, approve_part, return_part
from lms.hub.hours.services.links import links_of, revoke_link, send_link
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor
from lms.web.language import tell


class ReasonOut(Shape):
    """Something to look at. `needs_note`: approving takes a comment."""

    why: str
    text: str
    needs_note: bool


class WaitingOut(Shape):
    """One part of a week sheet. `content_sha256`: of what it says now; send it back with your decision."""

    id: str
    enrollment: str
    student: str
    week: int
    monday: date
    route: str
    state: str
    version: int
    minutes: int
    is_clean: bool
    reasons: list[ReasonOut]
    content_sha256: str


class ApprovalsOut(Shape):
    """Exceptions first. `count`: of all that wait, also beyond this list."""

    items: list[WaitingOut]
    count: int


class SheetPartOut(WaitingOut):
    """A part with its entries."""

    entries: list[HoursOut]


class NewApproval(Shape):
    """`note`: needed for hours logged late and for excessive weeks."""

    content_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    note: Prose = ""


class Marked(Shape):
    """An entry that the return is about, and what is wrong with it."""

    entry: PublicId
    reason: Prose = ""


class NewReturn(Shape):
    """`reason`: for the student; it may be empty where each marked entry has its own."""

    content_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    reason: Prose = ""
    cells: list[Marked] = Field(default=[], max_length=200)


class Ticked(Shape):
    """One part of many, as it was looked at."""

    part: PublicId
    content_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class NewApprovals(Shape):
    """Parts to approve together. `note`: of all of them."""

    parts: list[Ticked] = Field(min_length=1, max_length=200)
    note: Prose = ""


class DecidedOut(Shape):
    """What became of one part. `left`: why it was left as it was; null if it was approved."""

    part: str
    left: str | None


class DecisionsOut(Shape):
    """In the order in which the parts came to be; those that you may not see are not among them."""

    items: list[DecidedOut]


class SignatureOut(Shape):
    """A decision on a part. `minutes`, `content_sha256`: as frozen by an approval. `manner`: how it was signed."""

    id: str
    part: str
    step: str
    manner: str
    version: int
    minutes: int | None
    content_sha256: str | None


class LinkOut(Shape):
    """A link for one signature, without its secret. `used_at`: when it was signed or returned by."""

    id: str
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


class LinksOut(Shape):
    """Newest first."""

    items: list[LinkOut]


@operation("GET /approvals", Action.HOURS_APPROVE, gives=ApprovalsOut)
def list_approvals(actor: Actor) -> ApprovalsOut:
    """What waits for you, the oldest hundred: exceptions first, then what is clean."""
    queue = queue_of(actor)
    return ApprovalsOut(items=[WaitingOut(**_out(one)) for one in (*queue.exceptions, *queue.clean)], count=queue.count)


@operation("POST /approvals", Action.HOURS_APPROVE, gives=DecisionsOut, body=NewApprovals)
def post_approvals(actor: Actor, body: NewApprovals) -> DecisionsOut:
    """Approve several parts, each on its own: one that changed since, or needs a comment, is left and says why."""
    hashes = {one.part: one.content_sha256 for one in body.parts}
    decided = approve_many(actor, find_parts(actor, list(hashes)), hashes, body.note)
    left = [(one.part.public_id, tell(one.broken.sentence) if one.broken else None) for one in decided]
    return DecisionsOut(items=[DecidedOut(part=part, left=why) for part, why in left])


@operation("GET /sheet-parts/<public_id:part>", Action.HOURS_APPROVE, gives=SheetPartOut)
def get_sheet_part(actor: Actor, part: str) -> SheetPartOut:
    """One part that is yours to decide on, in whatever state."""
    found = find_part(actor, part)
    return SheetPartOut(**_out(found), entries=entries_out(found.entries))


@operation(
    "POST /sheet-parts/<public_id:part>/approvals",
    Action.HOURS_APPROVE,
    gives=SignatureOut,
    body=NewApproval,
    status=201,
)
def post_approval(actor: Actor, part: str, body: NewApproval) -> SignatureOut:
    """Approve one part: its total and hash are frozen. 409 if it says something else than what you looked at."""
    found = find_part(actor, part).part
    return signature_out(found, approve_part(actor, found, seen_hash=body.content_sha256, note=body.note))


@operation(
    "POST /sheet-parts/<public_id:part>/returns", Action.HOURS_APPROVE, gives=SignatureOut, body=NewReturn, status=201
)
def post_return(actor: Actor, part: str, body: NewReturn) -> SignatureOut:
    """Give one part back to its student, with a reason for all of it or for single entries."""
    found = find_part(actor, part).part
    cells = {cell.entry: cell.reason for cell in body.cells}
    return signature_out(found, return_part(actor, found, body.reason, cells, seen_hash=body.content_sha256))


@operation("GET /sheet-parts/<public_id:part>/links", Action.HOURS_LINK, gives=LinksOut)
def list_links(actor: Actor, part: str) -> LinksOut:
    """The links that were mailed to the supervisor for this part; never their secrets."""
    return LinksOut(items=[_link(one) for one in links_of(find_part(actor, part, Action.HOURS_LINK).part)])


@operation("POST /sheet-parts/<public_id:part>/links", Action.HOURS_LINK, gives=LinkOut, status=201)
def post_link(actor: Actor, part: str) -> LinkOut:
    """Mail the supervisor a new link for this one part; the ones before are worth nothing then."""
    made = send_link(actor, find_part(actor, part, Action.HOURS_LINK).part)
    if made is None:
        raise NotFound()
    return _link(made)


@operation("POST /sheet-parts/<public_id:part>/links/<public_id:link>/revocation", Action.HOURS_LINK, gives=LinkOut)
def post_link_revocation(actor: Actor, part: str, link: str) -> LinkOut:
    """Make a link worth nothing, at once."""
    links = links_of(find_part(actor, part, Action.HOURS_LINK).part)
    found = next((one for one in links if one.public_id == link), None)
    if found is None:
        raise NotFound()
    return _link(revoke_link(actor, found))


def _link(link: SigningLink) -> LinkOut:
    return LinkOut(
        id=link.public_id,
        created_at=link.created_at,
        expires_at=link.expires_at,
        opened_at=link.opened_at,
        used_at=link.used_at,
        revoked_at=link.revoked_at,
    )


def signature_out(part: SheetPart, event: SheetEvent) -> SignatureOut:
    """A decision as the API gives it."""
    session.flush()
    return SignatureOut(
        id=event.public_id,
        part=part.public_id,
        step=event.step,
        manner=event.manner,
        version=event.version,
        minutes=event.minutes,
        content_sha256=event.content_sha256,
    )


def _out(waiting: Waiting) -> dict[str, Any]:
    reasons = [
        ReasonOut(why=reason.why, text=tell(reason.sentence), needs_note=reason.needs_note)
        for reason in waiting.verdict.reasons
    ]
    return {
        "id": waiting.part.public_id,
        "enrollment": waiting.week.situation.enrollment.public_id,
        "student": waiting.student.name,
        "week": waiting.week.number,
        "monday": waiting.week.monday,
        "route": waiting.part.route,
        "state": waiting.part.state,
        "version": waiting.week.sheet.version,
        "minutes": waiting.minutes,
        "is_clean": not reasons,
        "reasons": reasons,
        "content_sha256": waiting.content_hash,
    }
