"""Links out of a mail: to choose a password, or to apply. A new one makes the older ones worth nothing."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select, update

from lms.hub.catalog.models import Program
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.roster.queries.invitations import KEY_LENGTH, LETTERS_OF, Invited, list_invited
from lms.hub.roster.rules.invitations import WANTS_ONE
from lms.hub.roster.services.bulk import add_all
from lms.hub.roster.services.changing import close_links
from lms.kernel.clock import now
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.messages.services import notify_many
from lms.people.access import Action, Actor
from lms.people.accounts.models import Invitation, Person
from lms.people.accounts.services import LINK_LIVES
from lms.people.accounts.tokens import new_secret, sha256_of
from lms.people.commands import command
from lms.people.scope import unscoped

PATHS = {"invite": "/links/%s", "apply": "/application/%s"}
AT_MOST_EVERY = timedelta(minutes=1)  # a second tap sends no second letter


@command(Action.PERSON_INVITE)
def invite_cohort(actor: Actor, cohort: Cohort) -> list[Invited]:
    """A link to everybody of `cohort` whom the actor may invite and who has no live one. Gives those invited."""
    wanting = [one for one in list_invited(actor, cohort) if one.delivery.state in WANTS_ONE]
    send_links([one.person for one in wanting], "invite", {"program": program_name(cohort.program_id)})
    return wanting


@command(Action.PERSON_INVITE)
def invite_again(actor: Actor, enrollment: Enrollment) -> Person:
    """A new link for one student; the old one dies. Raises RuleBroken for who signs in already, and within a minute."""
    person = _person_of(enrollment)
    if person.password_hash is not None:
        raise RuleBroken(
            N_("%(name)s signs in already. A forgotten password is reset at the sign-in."), name=person.name
        )
    refuse_hurry(person, "invite")
    cohort = session.scalars(unscoped(select(Cohort).where(Cohort.id == enrollment.cohort_id), "its cohort")).one()
    send_links([person], "invite", {"program": program_name(cohort.program_id)})
    return person


@command(Action.PERSON_INVITE)
def revoke_invitation(actor: Actor, enrollment: Enrollment) -> Person:
    """Make the open link of one student worth nothing. Revoking twice changes nothing."""
    person = _person_of(enrollment)
    close_links([person.id])
    return person


def refuse_hurry(person: Person, purpose: str) -> None:
    """Raises RuleBroken where a link for the same was written less than a minute ago: a second tap."""
    latest = select(Invitation.id).where(
        Invitation.person_id == person.id, Invitation.purpose == purpose, Invitation.created_at > now() - AT_MOST_EVERY
    )
    if session.scalar(unscoped(latest.limit(1), "links of a person whom the command has found")):
        raise RuleBroken(N_("A letter was written less than a minute ago. Wait for it first."))


def _person_of(enrollment: Enrollment) -> Person:
    statement = select(Person).where(Person.id == enrollment.person_id)
    return session.scalars(unscoped(statement, "the student of an enrollment found in scope")).one()


def program_name(program_id: int) -> str:
    """How letters call the program."""
    return session.scalars(select(Program.name).where(Program.id == program_id)).one()


def send_links(people: Sequence[Person], purpose: str, values: Mapping[str, object], letter: str = "") -> None:
    """A new link to each, by mail, in three statements. purpose: "invite" or "apply"; letter: where not its first."""
    if not people:
        return
    moment, letters, rows = now(), [], []
    for person in people:
        secret = new_secret()
        rows.append(
            {
                "person_id": person.id,
                "purpose": purpose,
                "token_sha256": sha256_of(secret),
                "created_at": moment,
                "expires_at": moment + LINK_LIVES[purpose],
            }
        )
        letters.append((person.id, sha256_of(secret)[:KEY_LENGTH], {**values, "path": PATHS[purpose] % secret}))
    close_links_of(purpose, [person.id for person in people])
    add_all(Invitation, rows)
    notify_many(letter or LETTERS_OF[purpose][0], letters)


def close_links_of(purpose: str, people: Sequence[int]) -> None:
    """Make the open links of one purpose worth nothing."""
    if purpose == "invite":
        close_links(people)
        return
    open_ones = update(Invitation).where(
        Invitation.person_id.in_(people), Invitation.purpose == purpose, Invitation.revoked_at.is_(None)
    )
    statement = open_ones.values(revoked_at=now()).execution_options(synchronize_session=False)
    session.execute(unscoped(statement, "links of people whom the command has found"))  # type: ignore[type-var]
