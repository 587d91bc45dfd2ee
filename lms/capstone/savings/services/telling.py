"""Letters about savings: who is asked to confirm or verify one, and who hears that it changed. Once for each event.

Amounts are a firm's own: whoever no longer acts for the firm or the team gets no letter that still waits.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import firm_of, people_of_firm, team_of
from lms.capstone.savings.models import Posting, Verification
from lms.kernel.db import session
from lms.kernel.money import Money
from lms.messages.services import notify_many, still_right
from lms.people.access import Actor, Relation
from lms.people.accounts.models import Person
from lms.people.scope import policy_day, unscoped

Event = Posting | Verification


def ask_sponsors(project: Project, claim: Posting, amount_minor: int) -> None:
    """The team claims a saving: the firm's sponsors confirm it or not. Three statements."""
    people = people_of_firm(firm_of(project), Relation.SPONSOR)
    path = f"/employer/claims/{claim.public_id}"
    _tell("saving-to-report", project, claim, amount_minor, {person.id: path for person in people})


def ask_finance(project: Project, claim: Posting, event: Event, amount_minor: int) -> None:
    """The sponsor reported it: finance of the firm verifies it or not. Three statements."""
    people = people_of_firm(firm_of(project), Relation.FINANCE)
    path = f"/employer/claims/{claim.public_id}/verification"
    _tell("saving-to-verify", project, event, amount_minor, {person.id: path for person in people})


def tell_changed(actor: Actor, project: Project, event: Event, amount_minor: int) -> None:
    """Team and sponsors hear what a saving stands at now; who changed it knows. Four statements."""
    sponsors = people_of_firm(firm_of(project), Relation.SPONSOR)
    readers = {person.id: f"/employer/projects/{project.public_id}" for person in sponsors}
    readers |= dict.fromkeys(_team(project), "/student/capstone")
    readers.pop(actor.person_id or 0, None)
    _tell("saving-changed", project, event, amount_minor, readers)


def _tell(template: str, project: Project, event: Event, amount_minor: int, readers: Mapping[int, str]) -> None:
    session.flush()  # the event's public id is what keeps a letter from being written twice
    values = {
        "project": project.title,
        "project_id": project.public_id,
        "amount": Money(amount_minor, project.currency),
    }
    notify_many(template, [(number, event.public_id, {**values, "path": path}) for number, path in readers.items()])


def _team(project: Project) -> Iterable[int]:
    return (member.person_id for member in team_of([project], policy_day())[project.id])


def _project(values: Mapping[str, Any]) -> Project:
    statement = select(Project).where(Project.public_id == values["project_id"])
    return session.scalars(unscoped(statement, "the project that a letter is about")).one()


def _acts(person: Person, project: Project, relation: Relation) -> bool:
    return any(one.id == person.id for one in people_of_firm(firm_of(project), relation))


@still_right("saving-to-report")
def _may_report(person: Person, values: Mapping[str, Any]) -> bool:
    return _acts(person, _project(values), Relation.SPONSOR)


@still_right("saving-to-verify")
def _may_verify(person: Person, values: Mapping[str, Any]) -> bool:
    return _acts(person, _project(values), Relation.FINANCE)


@still_right("saving-changed")
def _may_read(person: Person, values: Mapping[str, Any]) -> bool:
    project = _project(values)
    return person.id in _team(project) or _acts(person, project, Relation.SPONSOR)
