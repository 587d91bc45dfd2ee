"""Applications: those of a cohort for the office, one of them for whoever may read it, skills for a radar."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment, StatusChange
from lms.hub.enrollment.queries import Member, grouped, roster, standing
from lms.hub.enrollment.rules import latest
from lms.hub.roster.kinds import Decision, Occasion, Rater, Skill, SkillLevel
from lms.hub.roster.models.applications import Application, ApplicationDecision, Endorsement, SkillRating
from lms.hub.roster.models.seats import Seat, SeatContract
from lms.hub.roster.queries.invitations import Delivery, deliveries
from lms.hub.roster.rules.applications import Spoke, explain_eligible, radar, waitlist
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.explain import Explained
from lms.kernel.prose import all_prose_of, prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Invitation, Person
from lms.people.accounts.services import find_apply_link
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, scoped, unscoped

WHY = "of applications that were found in scope"


@dataclass(frozen=True, slots=True)
class Applicant:
    """One application as the office reads it. firm: whose seat it is. place: on the waitlist, from 1."""

    enrollment: Enrollment
    person: Person
    status: Status | None
    member: Member | None
    firm: Firm | None
    application: Application | None
    endorsement: Endorsement | None
    decision: ApplicationDecision | None
    texts: dict[str, str]
    eligible: Explained[bool]
    delivery: Delivery
    place: int | None = None


def list_applicants(actor: Actor, cohort: Cohort) -> list[Applicant]:
    """Who applied or was offered a place, the waitlist in its order, then by name. Eighteen statements."""
    members = roster(actor, cohort, policy_day(), Action.APPLICATION_DECIDE)
    changes = grouped(standing(StatusChange, [member.enrollment for member in members]))
    here = {
        member.enrollment.id: member
        for member in members
        if latest(changes.get(member.enrollment.id, ())) in (Status.APPLIED, Status.OFFERED)
    }
    found = applicants([(one.enrollment, one.person) for one in here.values()], here)
    return sorted(found, key=lambda one: (one.place or 0, one.person.name, one.enrollment.id))


def applicants(
    people: Sequence[tuple[Enrollment, Person]], members: dict[int, Member] | None = None
) -> list[Applicant]:
    """Applications of enrollments that were found for somebody. Ten statements."""
    enrollments = [enrollment for enrollment, _ in people]
    changes = grouped(standing(StatusChange, enrollments))
    applications = _last(standing(Application, enrollments))
    endorsements = _last(standing(Endorsement, enrollments))
    decisions = _last(standing(ApplicationDecision, enrollments))
    texts = all_prose_of([*applications.values(), *endorsements.values(), *decisions.values()])
    firms = _firms(enrollments)
    sent = deliveries([person for _, person in people], "apply")
    waiting = {key: row.recorded_at for key, row in decisions.items() if row.decision is Decision.WAITLISTED}
    places = waitlist({key: at for key, at in waiting.items() if latest(changes.get(key, ())) is Status.APPLIED})
    lines = []
    for enrollment, person in people:
        key = enrollment.id
        rows = [row for row in (applications.get(key), endorsements.get(key), decisions.get(key)) if row is not None]
        said = {name: text for row in rows for name, text in texts.get(row.public_id, {}).items()}
        application, endorsement = applications.get(key), endorsements.get(key)
        lines.append(
            Applicant(
                enrollment=enrollment,
                person=person,
                status=latest(changes.get(key, ())),
                member=(members or {}).get(key),
                firm=firms.get(key),
                application=application,
                endorsement=endorsement,
                decision=decisions.get(key),
                texts=said,
                eligible=explain_eligible(
                    application.floor_months if application else None,
                    endorsement.is_endorsed if endorsement else None,
                    [row.ref for row in (application, endorsement) if row is not None],
                ),
                delivery=sent[person.id],
                place=places.get(key),
            )
        )
    return lines


F = TypeVar("F", Application, Endorsement, ApplicationDecision)


def _last(rows: Iterable[F]) -> dict[int, F]:
    return {row.enrollment_id: row for row in rows}


def _firms(enrollments: Sequence[Enrollment]) -> dict[int, Firm]:
    """Whose seat each of them was given last. One query."""
    statement = (
        select(Seat.enrollment_id, Firm)
        .join(SeatContract, SeatContract.id == Seat.seat_contract_id)
        .join(Firm, Firm.id == SeatContract.firm_id)
        .where(Seat.enrollment_id.in_([row.id for row in enrollments]))
        .order_by(Seat.id)
    )
    return {number: firm for number, firm in session.execute(unscoped(statement, WHY)) if number is not None}


def find_applicant(actor: Actor, public_id: str, action: Action = Action.APPLICATION_READ) -> Applicant:
    """One application. Raises NotFound. Twelve statements."""
    statement = select(Enrollment, Person).join(Person, Person.id == Enrollment.person_id)
    statement = statement.where(Enrollment.public_id == public_id)
    row = session.execute(scoped(statement, actor, action, on=Enrollment)).one_or_none()
    if row is None:
        raise NotFound()
    return applicants([(row[0], row[1])])[0]


def by_link(secret: str) -> tuple[Invitation, Person, Enrollment]:
    """Whose application a link opens: their latest. Raises NotFound."""
    link, person = find_apply_link(secret)
    statement = select(Enrollment).where(Enrollment.person_id == person.id).order_by(Enrollment.id.desc()).limit(1)
    enrollment = session.scalars(unscoped(statement, "the link is the permission")).first()
    if enrollment is None:
        raise NotFound()
    return link, person, enrollment


def skills_of(enrollment: Enrollment, occasion: Occasion = Occasion.ENTRY) -> tuple[Spoke, ...]:
    """The radar of one enrollment that was found for somebody: how the student and the employer see each skill."""
    seen: dict[Rater, dict[Skill, SkillLevel]] = defaultdict(dict)
    for row in standing(SkillRating, enrollment):
        if row.occasion is occasion:
            seen[row.rater][row.skill] = row.level
    return radar(seen[Rater.STUDENT], seen[Rater.EMPLOYER])


def own_application(actor: Actor) -> tuple[Enrollment, Person]:
    """The signed-in person's enrollment that began last. Raises NotFound. One query."""
    statement = select(Enrollment, Person).join(Person, Person.id == Enrollment.person_id)
    statement = statement.where(Enrollment.person_id == actor.person_id).order_by(Enrollment.id.desc()).limit(1)
    row = session.execute(scoped(statement, actor, Action.APPLICATION_WRITE, on=Enrollment)).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]


def sections_for(actor: Actor, cohort: Cohort) -> list[Section]:
    """The sections of `cohort` to which `actor` may bring applicants, by name. One query."""
    statement = select(Section).where(Section.cohort_id == cohort.id).order_by(Section.name)
    return list(session.scalars(scoped(statement, actor, Action.ENROLLMENT_APPLY)))


def employer_view(seat: Seat) -> tuple[Endorsement | None, str, dict[Skill, SkillLevel]]:
    """What the employer itself said of whom it gave a seat: endorsement, words, levels. Nothing of the applicant's."""
    enrollment = session.scalar(unscoped(select(Enrollment).where(Enrollment.id == seat.enrollment_id), WHY))
    if enrollment is None:
        return None, "", {}
    given = _last(standing(Endorsement, enrollment)).get(enrollment.id)
    words = prose_of([given], "words").get(given.public_id, "") if given else ""
    own = {spoke.skill: spoke.employer for spoke in skills_of(enrollment) if spoke.employer is not None}
    return given, words, own
