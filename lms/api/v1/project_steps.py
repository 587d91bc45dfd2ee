"""How a project gets under way: proposed, chartered, measured, locked, begun and shown; the figures come after."""

from datetime import date

from pydantic import Field

from lms.api.kit import operation
from lms.api.shapes import Day, Line, Prose, PublicId, Shape
from lms.api.v1.lines import Number
from lms.api.v1.projects import PROJECT, ProjectOut, project_out
from lms.capstone.plans.rules import Template
from lms.capstone.projects.models import Baseline, BaselineLock, Charter, Confidentiality, Direction, WageSource
from lms.capstone.projects.queries import (
    baseline_of,
    charter_of,
    coaches_for,
    find_project,
    firm_of,
    people_of_firm,
)
from lms.capstone.projects.services import (
    Measured,
    Terms,
    charter,
    describe,
    lock_baseline,
    propose,
    record_baseline,
    report_out,
    start_work,
)
from lms.capstone.savings.queries import names_of
from lms.hub.enrollment.queries import own_enrollment
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.prose import all_prose_of
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.web.savings.fields import exact, written


class Proposal(Shape):
    """What will be improved, and what the problem is today."""

    title: Line
    problem: Prose = ""


class Contact(Shape):
    """Somebody who may be named in a charter."""

    id: str
    name: str


class ContactsOut(Shape):
    """`coaches`: instructors of the team's sections. `finance`: the firm's finance people, who may verify."""

    coaches: list[Contact]
    finance: list[Contact]


class NewCharter(Shape):
    """`coach`, `finance_contact`: from `GET .../charter-contacts`. The sponsor is whoever agrees."""

    coach: PublicId
    finance_contact: PublicId
    confidentiality: Confidentiality = Confidentiality.FIRM_ONLY
    wage_source: WageSource = WageSource.CONSENT
    template: Template | None = Field(default=None, description="The steps; without it, what the cohort begins with.")


class CharterOut(Shape):
    """What sponsor and program agreed on; the people by name."""

    sponsor: str
    coach: str
    finance_contact: str
    confidentiality: Confidentiality
    wage_source: WageSource


class NewBaseline(Shape):
    """What was measured before anything changed. `value`, `target`: decimal text in `unit`, four decimals at most."""

    metric: Line
    unit: Line
    value: Number
    target: Number | None = None
    direction: Direction = Direction.LOWER
    from_day: Day
    to_day: Day
    source: Line
    driver: Prose = Field(default="", description="What else moves it, such as volume.")


class BaselineOut(Shape):
    """`is_locked`: coach or sponsor holds it to be right, so it stays."""

    metric: str
    unit: str
    value: str
    target: str | None
    direction: Direction
    from_day: date
    to_day: date
    source: str
    driver: str
    is_locked: bool


@operation("POST /projects", Action.PROJECT_PROPOSE, gives=ProjectOut, body=Proposal, status=201)
def propose_project(actor: Actor, body: Proposal) -> ProjectOut:
    """A student proposes a project at the firm for which they work today."""
    return project_out(propose(actor, own_enrollment(actor), body.title, body.problem))


@operation(f"PUT {PROJECT}/description", Action.PROJECT_WRITE, gives=ProjectOut, body=Proposal)
def describe_project(actor: Actor, project: str, body: Proposal) -> ProjectOut:
    """The team words it anew, until the charter is agreed."""
    return project_out(describe(actor, find_project(actor, project), body.title, body.problem))


@operation(f"GET {PROJECT}/charter-contacts", Action.PROJECT_CHARTER, gives=ContactsOut)
def list_contacts(actor: Actor, project: str) -> ContactsOut:
    """Who can coach and who can verify; for the sponsor who agrees to the charter."""
    found = find_project(actor, project)
    return ContactsOut(
        coaches=[_contact(person) for person in coaches_for(found)],
        finance=[_contact(person) for person in people_of_firm(firm_of(found), Relation.FINANCE)],
    )


@operation(f"POST {PROJECT}/charters", Action.PROJECT_CHARTER, gives=CharterOut, body=NewCharter, status=201)
def agree_charter(actor: Actor, project: str, body: NewCharter) -> CharterOut:
    """The sponsor agrees: who coaches, who verifies, who may know, where paid hours come from."""
    found = find_project(actor, project)
    terms = Terms(
        coach=_chosen(coaches_for(found), body.coach, "coach"),
        finance_contact=_chosen(
            people_of_firm(firm_of(found), Relation.FINANCE), body.finance_contact, "finance_contact"
        ),
        confidentiality=body.confidentiality,
        wage_source=body.wage_source,
        template=body.template,
    )
    return _charter(charter(actor, found, terms))


@operation(f"GET {PROJECT}/charter", Action.PROJECT_READ, gives=CharterOut)
def get_charter(actor: Actor, project: str) -> CharterOut:
    """The charter that stands; 404 before there is one."""
    agreed = charter_of(find_project(actor, project))
    if agreed is None:
        raise NotFound()
    return _charter(agreed)


@operation(f"POST {PROJECT}/baselines", Action.PROJECT_WRITE, gives=BaselineOut, body=NewBaseline, status=201)
def enter_baseline(actor: Actor, project: str, body: NewBaseline) -> BaselineOut:
    """The team records what was measured; a newer one replaces it until it is locked."""
    measured = Measured(
        metric=body.metric,
        unit=body.unit,
        source=body.source,
        value_e4=exact(body.value, PLACES, "value"),
        target_e4=None if body.target is None else exact(body.target, PLACES, "target"),
        direction=body.direction,
        from_day=body.from_day,
        to_day=body.to_day,
        driver=body.driver,
    )
    return _baseline(record_baseline(actor, find_project(actor, project), measured), None)


@operation(f"GET {PROJECT}/baseline", Action.PROJECT_READ, gives=BaselineOut)
def get_baseline(actor: Actor, project: str) -> BaselineOut:
    """The baseline that stands; 404 before there is one."""
    baseline, locked = baseline_of(find_project(actor, project))
    if baseline is None:
        raise NotFound()
    return _baseline(baseline, locked)


@operation(f"POST {PROJECT}/baseline-locks", Action.BASELINE_LOCK, gives=BaselineOut, status=201)
def lock_project_baseline(actor: Actor, project: str) -> BaselineOut:
    """Coach or sponsor holds the baseline to be right; from now on it stays."""
    found = find_project(actor, project)
    lock_baseline(actor, found)
    baseline, locked = baseline_of(found)
    assert baseline is not None  # or it could not have been locked
    return _baseline(baseline, locked)


@operation(f"POST {PROJECT}/starts", Action.PROJECT_WRITE, gives=ProjectOut)
def start_project(actor: Actor, project: str) -> ProjectOut:
    """The team begins to change things; the baseline must be locked."""
    found = find_project(actor, project)
    start_work(actor, found)
    return project_out(found)


@operation(f"POST {PROJECT}/report-outs", Action.PROJECT_WRITE, gives=ProjectOut)
def report_project_out(actor: Actor, project: str) -> ProjectOut:
    """The team has shown its results."""
    found = find_project(actor, project)
    report_out(actor, found)
    return project_out(found)


PLACES = 4


def _chosen(people: list[Person], public_id: str, field: str) -> Person:
    """Raises RuleBroken for somebody who cannot be named there."""
    for person in people:
        if person.public_id == public_id:
            return person
    raise RuleBroken(N_("Choose one of the people that charter-contacts lists."), field=field)


def _contact(person: Person) -> Contact:
    return Contact(id=person.public_id, name=person.name)


def _charter(agreed: Charter) -> CharterOut:
    names = names_of({agreed.sponsor_id, agreed.coach_id, agreed.finance_contact_id})
    return CharterOut(
        sponsor=names[agreed.sponsor_id],
        coach=names[agreed.coach_id],
        finance_contact=names[agreed.finance_contact_id],
        confidentiality=agreed.confidentiality,
        wage_source=agreed.wage_source,
    )


def _baseline(baseline: Baseline, locked: BaselineLock | None) -> BaselineOut:
    session.flush()
    words = all_prose_of([baseline])[baseline.public_id]
    return BaselineOut(
        metric=words.get("metric", ""),
        unit=words.get("unit", ""),
        value=written(baseline.value_e4, PLACES),
        target=None if baseline.target_e4 is None else written(baseline.target_e4, PLACES),
        direction=baseline.direction,
        from_day=baseline.from_day,
        to_day=baseline.to_day,
        source=words.get("source", ""),
        driver=words.get("driver", ""),
        is_locked=locked is not None,
    )
