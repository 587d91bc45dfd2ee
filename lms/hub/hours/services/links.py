"""A supervisor signs one sheet without signing in, by a link that was made for it and works once (D16, H20).

The link stands for its person and for nothing else: what it may do follows from the relation "link" over that one part.
Its secret is shown in one letter and kept as SHA-256 alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from lms.hub.enrollment.anchors import SPELL_NUMBER
from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.hub.hours.models import SheetEvent, SheetPart
from lms.hub.hours.models.deciding import SigningLink
from lms.hub.hours.queries.queue import Waiting, find_part, waiting_of
from lms.hub.hours.rules.sheet import Route, State, Step
from lms.hub.hours.services.decisions import approve_part, return_part
from lms.hub.hours.services.desk import lock
from lms.kernel import clock
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.facts import runs_on, stands
from lms.kernel.text import N_
from lms.kernel.units import Span
from lms.messages.services import notify
from lms.people.access import Action, Actor, Grant, Relation
from lms.people.accounts.links import LinkEnded, check_alive, refuse_guessing, unknown_link
from lms.people.accounts.models import Person
from lms.people.accounts.tokens import new_secret, sha256_of
from lms.people.commands import command
from lms.people.scope import policy_day, unscoped, within

LIVES = timedelta(days=7)
WHY = "the link is the permission"


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that may be used now: for whom it acts, and on what."""

    link: SigningLink
    actor: Actor
    waiting: Waiting


def parts_without_link() -> list[SheetPart]:
    """The workplace parts that wait and for which, as handed in last, no link was ever made. One statement."""
    sent = select(SigningLink.id).where(
        SigningLink.sheet_part_id == SheetPart.id, SigningLink.version == _version().scalar_subquery()
    )
    statement = select(SheetPart).where(
        SheetPart.state == State.SUBMITTED, SheetPart.route == Route.WORKPLACE, ~sent.exists()
    )
    signs = select(SPELL_NUMBER).where(
        stands(EmploymentSpell), runs_on(EmploymentSpell, policy_day()), EmploymentSpell.supervisor_id.is_not(None)
    )
    statement = statement.where(SheetPart.spell_id.in_(signs)).order_by(SheetPart.id)
    return list(session.scalars(unscoped(statement, "links go to every supervisor")))


def _version() -> Select[int]:
    """How often the part was handed in, as the number of its last time."""
    return (
        select(func.max(SheetEvent.version))
        .where(
            SheetEvent.week_sheet_id == SheetPart.week_sheet_id,
            SheetEvent.step == Step.SUBMITTED,
            SheetEvent.route == SheetPart.route,
            SheetEvent.spell_id == SheetPart.spell_id,
        )
        .correlate(SheetPart)
    )


@command(Action.HOURS_LINK)
def send_link(actor: Actor, part: SheetPart, *, again: bool = True) -> SigningLink | None:
    """Mail the supervisor a link for this part as it was handed in; links sent for it before are worth nothing then.

    again False: None if one was made meanwhile. Raises RuleBroken where nobody signs, or nothing waits.
    """
    statement = select(SheetPart, _version().scalar_subquery()).where(SheetPart.id == part.id)
    found, version = session.execute(unscoped(statement, "a part that was found")).one()
    lock(session.scalars(unscoped(select(Enrollment.person_id).where(Enrollment.id == part.enrollment_id), WHY)).one())
    before = session.scalars(within(select(SigningLink), found).order_by(SigningLink.id)).all()
    if not again and any(link.version == version for link in before):
        return None
    if found.state is not State.SUBMITTED or found.route is not Route.WORKPLACE:
        raise RuleBroken(N_("Nothing of this sheet waits for a signature at the firm."))
    supervisor = _supervisor(found)
    now = clock.now()
    for link in before:
        link.revoked_at = link.revoked_at or (None if link.used_at else now)
    secret = new_secret()
    made = SigningLink(
        sheet_part_id=part.id,
        person_id=supervisor.id,
        version=version,
        token_sha256=sha256_of(secret),
        created_at=now,
        expires_at=now + LIVES,
    )
    session.add(made)
    session.flush()
    (waiting,) = waiting_of([found])
    notify(
        supervisor.id,
        "sheet-to-sign",
        made.public_id,
        path=f"/sign/{secret}",
        name=waiting.student.name,
        monday=waiting.week.monday,
        minutes=Span(waiting.minutes),
        until=made.expires_at,
    )
    return made


def _supervisor(part: SheetPart) -> Person:
    statement = select(Person).join(EmploymentSpell, EmploymentSpell.supervisor_id == Person.id)
    statement = statement.where(SPELL_NUMBER.in_([part.spell_id]), stands(EmploymentSpell), Person.is_active)
    found = session.scalar(unscoped(statement.where(runs_on(EmploymentSpell, policy_day())), "who signs at the firm"))
    if found is None:
        raise RuleBroken(N_("Nobody at the firm signs for this student now. Decide on the hours yourself."))
    return found


@command(Action.HOURS_LINK)
def revoke_link(actor: Actor, link: SigningLink) -> SigningLink:
    """Make a link worth nothing, at once."""
    if link.used_at is not None:
        raise RuleBroken(N_("This link was used already."))
    link.revoked_at = link.revoked_at or clock.now()
    return link


def links_of(part: SheetPart) -> list[SigningLink]:
    """Every link that was made for a part which was found, newest first. One statement."""
    return list(session.scalars(within(select(SigningLink), part).order_by(SigningLink.id.desc())))


def open_link(secret: str, address: str) -> Opened:
    """The link of this secret, if it may be used now. Raises NotFound, LinkEnded and, while throttled, TooMany.

    A secret that nobody has counts as a failed attempt of `address`; the caller's transaction may be rolled back.
    """
    now = clock.now()
    refuse_guessing(address, now)
    statement = select(SigningLink, SheetPart, Person).where(SigningLink.token_sha256 == sha256_of(secret))
    statement = statement.join(SheetPart, SheetPart.id == SigningLink.sheet_part_id)
    statement = statement.join(Person, Person.id == SigningLink.person_id)
    row = session.execute(unscoped(statement, WHY)).one_or_none()
    if row is None:
        raise unknown_link(address, now)
    link, part, person = row
    _check_open(link, part, person, now)
    actor = _actor_of(link, person)
    try:
        return Opened(link, actor, find_part(actor, part.public_id))
    except NotFound:  # the employment has ended, or somebody else supervises now
        raise LinkEnded(N_("You no longer sign for these hours. The program decides on them.")) from None


def _check_open(link: SigningLink, part: SheetPart, person: Person, now: datetime) -> None:
    check_alive(link, person, now)
    version = select(_version().scalar_subquery()).select_from(SheetPart).where(SheetPart.id == part.id)
    if part.state is not State.SUBMITTED or session.scalar(unscoped(version, WHY)) != link.version:
        raise LinkEnded(N_("This sheet was decided on meanwhile, or handed in anew. Nothing is left to sign here."))


def _actor_of(link: SigningLink, person: Person) -> Actor:
    """The person, with nothing but this one link."""
    return Actor(
        person.id,
        frozenset({Grant(Relation.LINK, link.sheet_part_id)}),
        via="link",
        name=person.name,
        language=person.language,
        zone=person.zone,
        person_public_id=person.public_id,
    )


def sign_by_link(opened: Opened, seen_hash: str, note: str = "") -> SheetEvent:
    """Approve the part, and so use the link up."""
    event = approve_part(opened.actor, opened.waiting.part, seen_hash=seen_hash, note=note)
    opened.link.used_at = clock.now()
    return event


def return_by_link(opened: Opened, seen_hash: str, reason: str, cells: dict[str, str]) -> SheetEvent:
    """Give the part back with a reason, and so use the link up."""
    event = return_part(opened.actor, opened.waiting.part, reason, cells, seen_hash=seen_hash)
    opened.link.used_at = clock.now()
    return event
