"""Applications: the form, what the office decided, taking the place, and skills as both sides see them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from lms.api.finding import find
from lms.api.kit import operation
from lms.api.shapes import NO_NUL, Line, PublicId, Shape, Why, why
from lms.api.v1.seats import SkillIn, levels_of
from lms.hub.cohorts.queries import find_cohort
from lms.hub.enrollment.kinds import Shift
from lms.hub.enrollment.models import Enrollment
from lms.hub.roster.kinds import Decision, DeclineReason, Occasion, Skill
from lms.hub.roster.queries.applications import Applicant, find_applicant, list_applicants, sections_for, skills_of
from lms.hub.roster.rules.applications import Form
from lms.hub.roster.services.applications import accept_offer, decide, send_application
from lms.hub.roster.services.seats import invite_applicant
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor

OF = "/enrollments/<public_id:enrollment>"


class ApplicationIn(Shape):
    """`floor_months`: on a shop floor, in all firms together. `skills`: every skill once."""

    floor_months: Annotated[int, Field(ge=0, le=720)]
    job: Line
    motivation: Annotated[str, StringConstraints(max_length=3000, pattern=NO_NUL)]
    skills: Annotated[list[SkillIn], Field(max_length=20)]


class DecisionIn(Shape):
    """`reason`: needed to decline. `shift`: at the firm whose seat it is, when a place is offered."""

    decision: Decision
    reason: DeclineReason | None = None
    note: Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL)] = ""
    shift: Shift = Shift.DAY


class ApplicantIn(Shape):
    """Whom to ask to apply. `section`: its id."""

    name: Line
    email: Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=NO_NUL)]
    section: PublicId


class ApplicationOut(Shape):
    """One application. `waitlist_place`: from 1, null for who is not on it. `sent_at`: null before the form came."""

    enrollment_id: str
    name: str
    status: str | None
    sent_at: datetime | None
    floor_months: int | None
    job: str
    motivation: str
    is_endorsed: bool | None
    is_eligible: bool
    decision: Decision | None
    reason: DeclineReason | None
    note: str
    waitlist_place: int | None


class ApplicationsOut(Shape):
    """Who is not enrolled yet; the waitlist in its order."""

    items: list[ApplicationOut]


class SkillsQuery(Shape):
    """Of which occasion."""

    occasion: Occasion = Field(default=Occasion.ENTRY, description="When they were rated.")


class SkillOut(Shape):
    """One skill as both sides see it, from 0 to 4; null where nobody rated it."""

    skill: Skill
    student: int | None
    employer: int | None


class SkillsOut(Shape):
    """Every skill, in the order of the radar."""

    items: list[SkillOut]


@operation("GET /cohorts/<public_id:cohort>/applications", Action.APPLICATION_DECIDE, gives=ApplicationsOut)
def list_applications(actor: Actor, cohort: str) -> ApplicationsOut:
    """The applications of a cohort at your site."""
    return ApplicationsOut(items=[_out(one) for one in list_applicants(actor, find_cohort(actor, cohort))])


@operation(
    "POST /cohorts/<public_id:cohort>/applicants",
    Action.ENROLLMENT_APPLY,
    gives=ApplicationOut,
    body=ApplicantIn,
    status=201,
)
def post_applicant(actor: Actor, cohort: str, body: ApplicantIn) -> ApplicationOut:
    """Ask somebody to apply; they get a letter with the form."""
    sections = sections_for(actor, find_cohort(actor, cohort))
    section = next((one for one in sections if one.public_id == body.section), None)
    if section is None:
        raise NotFound()
    made = invite_applicant(actor, section, body.name, body.email)
    return _out(find_applicant(actor, made.public_id))


@operation(f"GET {OF}/application", Action.APPLICATION_READ, gives=ApplicationOut)
def get_application(actor: Actor, enrollment: str) -> ApplicationOut:
    """One application: your own, or one at your site."""
    return _out(find_applicant(actor, enrollment))


@operation(f"GET {OF}/application/explain", Action.APPLICATION_READ, gives=Why)
def explain_application(actor: Actor, enrollment: str) -> Why:
    """Why somebody is eligible, or not yet."""
    return why(find_applicant(actor, enrollment).eligible)


@operation(f"PUT {OF}/application", Action.APPLICATION_WRITE, gives=ApplicationOut, body=ApplicationIn)
def put_application(actor: Actor, enrollment: str, body: ApplicationIn) -> ApplicationOut:
    """Apply, or apply anew until it is decided."""
    found = find(actor, Action.APPLICATION_READ, Enrollment, enrollment)
    form = Form(body.floor_months, body.job, body.motivation, levels_of(body.skills))
    send_application(actor, found, form)
    return _out(find_applicant(actor, enrollment))


@operation(f"POST {OF}/application/decisions", Action.APPLICATION_DECIDE, gives=ApplicationOut, body=DecisionIn)
def post_application_decision(actor: Actor, enrollment: str, body: DecisionIn) -> ApplicationOut:
    """Offer the place, put on the waitlist, or decline with a reason that the applicant reads."""
    found = find(actor, Action.APPLICATION_READ, Enrollment, enrollment)
    decide(actor, found, body.decision, body.reason, body.note, body.shift)
    return _out(find_applicant(actor, enrollment))


@operation(f"POST {OF}/application/acceptance", Action.APPLICATION_WRITE, gives=ApplicationOut)
def post_application_acceptance(actor: Actor, enrollment: str) -> ApplicationOut:
    """Take the place that was offered to you."""
    accept_offer(actor, find(actor, Action.APPLICATION_READ, Enrollment, enrollment))
    return _out(find_applicant(actor, enrollment))


@operation(f"GET {OF}/skills", Action.APPLICATION_READ, gives=SkillsOut, query=SkillsQuery)
def get_skills(actor: Actor, enrollment: str, query: SkillsQuery) -> SkillsOut:
    """How the student and the employer see each skill."""
    found = find(actor, Action.APPLICATION_READ, Enrollment, enrollment)
    return SkillsOut(
        items=[
            SkillOut(
                skill=spoke.skill,
                student=None if spoke.student is None else int(spoke.student),
                employer=None if spoke.employer is None else int(spoke.employer),
            )
            for spoke in skills_of(found, query.occasion)
        ]
    )


def _out(found: Applicant) -> ApplicationOut:
    return ApplicationOut(
        enrollment_id=found.enrollment.public_id,
        name=found.person.name,
        status=found.status.value if found.status else None,
        sent_at=found.application.recorded_at if found.application else None,
        floor_months=found.application.floor_months if found.application else None,
        job=found.texts.get("job", ""),
        motivation=found.texts.get("motivation", ""),
        is_endorsed=found.endorsement.is_endorsed if found.endorsement else None,
        is_eligible=found.eligible.value,
        decision=found.decision.decision if found.decision else None,
        reason=found.decision.reason if found.decision else None,
        note=found.texts.get("note", ""),
        waitlist_place=found.place,
    )
