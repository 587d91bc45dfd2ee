"""Who of a cohort was invited, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import roster
from lms.hub.enrollment.rules import ENDED
from lms.hub.roster.rules.invitations import LinkFacts, LinkState, link_state
from lms.kernel.clock import now
from lms.kernel.db import session
from lms.kernel.later import write_now
from lms.kernel.outbox import OutboxMessage
from lms.messages.services import key_of_letter
from lms.people.access import Action, Actor
from lms.people.accounts.models import Invitation, Person
from lms.people.scope import policy_day, unscoped

LETTERS_OF = {"invite": ("account-invite",), "apply": ("application-invite", "application-decided")}
KEY_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Delivery:
    """The last link to a person. note: what the mail server said, where it refused."""

    state: LinkState
    link: Invitation | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Invited:
    """One line of the page."""

    enrollment: Enrollment
    person: Person
    status: Status | None
    delivery: Delivery


def list_invited(actor: Actor, cohort: Cohort) -> list[Invited]:
    """Everybody on the way or studying whom `actor` may invite, by name. Nine statements."""
    members = [
        member for member in roster(actor, cohort, policy_day(), Action.PERSON_INVITE) if member.status not in ENDED
    ]
    found = deliveries([member.person for member in members])
    return [Invited(m.enrollment, m.person, m.status, found[m.person.id]) for m in members]


def deliveries(people: Iterable[Person], purpose: str = "invite") -> dict[int, Delivery]:
    """What became of the last link of each of these, who were found for somebody. Two queries."""
    people = list(people)
    write_now("outbox")  # letters of this very transaction count too
    why = "links of people who were found in scope"
    statement = select(Invitation).where(
        Invitation.person_id.in_([person.id for person in people]), Invitation.purpose == purpose
    )
    links = {row.person_id: row for row in session.scalars(unscoped(statement.order_by(Invitation.id), why))}
    keys = [key for row in links.values() for key in letter_keys(row)]
    letters = select(OutboxMessage.person_id, OutboxMessage.state, OutboxMessage.note)
    letters = letters.where(OutboxMessage.dedupe_key.in_(keys))
    sent = {row.person_id: row for row in session.execute(unscoped(letters, why))}
    moment = now()
    found = {}
    for person in people:
        link, letter = links.get(person.id), sent.get(person.id)
        facts = None
        if link is not None:
            facts = LinkFacts(
                link.created_at,
                link.expires_at,
                link.opened_at,
                link.used_at,
                link.revoked_at,
                letter.state.value if letter else "",
                person.bounced_at,
            )
        is_live = purpose == "invite" and person.password_hash is not None
        note = letter.note if letter and letter.state == "failed" else ""
        found[person.id] = Delivery(link_state(facts, moment, is_live=is_live), link, note)
    return found


def letter_keys(link: Invitation) -> list[str]:
    """Under what the outbox may hold the letter of a link."""
    return [
        key_of_letter(letter, link.person_id, link.token_sha256[:KEY_LENGTH]) for letter in LETTERS_OF[link.purpose]
    ]
