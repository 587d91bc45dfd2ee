"""People of one program kept apart: every address of a portal and of the API, asked with the ids of somebody else.

Routes come from the url map, ids from the database; a row is a stranger's where none of the asker's grants reaches a
place at which it hangs, whatever the action. Who may do what is not asked here: a stranger's row is not found.
"""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from flask import url_for
from sqlalchemy import func, select
from werkzeug.routing import Rule

from lms.api.kit import OPERATIONS
from lms.hub.cohorts.models import Cohort, Section
from lms.kernel.db import Base, session, transaction
from lms.people.access import Action, Actor, Relation, may_at_all, reaches
from lms.people.anchors import anchor_of
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Site
from lms.people.scope import unscoped
from tests.api.support import token_of
from tests.architecture.subjects import ROWS, Subjects
from tests.support.web import World

DOORS = {
    "student": ("Zoe", "Eli"),  # of Ada's section, and of another site
    "instructor": ("Ivo", "Hana"),  # of another section of the same site, and of another site
    "coordinator": ("Ivo",),  # of another site
    "api": ("Zoe", "Eli", "Hana", "Ivo"),
}
WRITTEN_ANYWAY = {"audit_entry"}  # that somebody tried is kept
SHARED = ("student.answer_place", "api.answer_invitation")  # Zoe is in Ada's group, whose invitations both may answer
BODIES: dict[str, dict[str, Any]] = {
    "api.put_review_terms": {"every_weeks": 6, "remind_days": 5, "escalate_days": 10},
    "api.begin_student_review": {"number": 1},
    "api.settle_review_action": {"outcome": "done"},
    "api.add_review_action": {"what": "Ask.", "owner": "student", "due_on": "2026-11-04"},
    "api.sign_progress_review": {"seen": "0" * 64},
}
"""What is read before a row is looked up, where the access matrix sends nothing."""

pytestmark = [pytest.mark.one_engine, pytest.mark.timeout(300)]


class Strangers:
    """The rows of the cast's Ada, Acme and Lowell as seen by people who have nothing to do with some of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.subjects = Subjects(world)
        self.subjects.make_all()
        _second_section(world)
        names = sorted({name for names in DOORS.values() for name in names})
        self.actors = {name: world.actor(name, "api") for name in names}
        self.browsers = {name: world.browser_of(name) for name in names}
        self.tokens = {name: token_of(world, name, tuple(Action))[1] for name in names}
        self.strange = {name: self._strange_to(actor) for name, actor in self.actors.items()}

    def _strange_to(self, actor: Actor) -> dict[type[Base], str]:
        """One row of each kind that no grant of `actor` reaches, by its public id."""
        found = {}
        for model in sorted(set(ROWS.values()), key=lambda model: model.__name__):
            if model.__anchor__ is None:
                continue
            for row in self.world.all(model):
                with transaction(write=False):
                    anchor = anchor_of(row)
                if not any(reaches(grant, anchor) for grant in actor.grants):
                    found[model] = row.public_id  # type: ignore[attr-defined]
                    break
        return found

    def path(self, rule: Rule, ids: Sequence[str], public_ids: Sequence[str | None]) -> str:
        """The rule's address; where there is no stranger's id for a name, one that the address would have anyway."""
        values = {each: self.subjects.value(rule.endpoint, each) for each in sorted(rule.arguments)}
        values |= {each: public_id for each, public_id in zip(ids, public_ids, strict=True) if public_id}
        with self.world.app.test_request_context():
            return url_for(rule.endpoint, **values)

    def ask(self, rule: Rule, name: str, method: str, path: str) -> tuple[int, str]:
        """The status and where it leads."""
        body = self.subjects.body(rule.endpoint) if method != "GET" else {}
        if rule.endpoint in BODIES and method != "GET":
            body = {"json": BODIES[rule.endpoint]}
        token = {"Authorization": f"Bearer {self.tokens[name]}"} if path.startswith("/api/") else {}
        sent: dict[str, Any] = {**body, "headers": {**token, **body.get("headers", {})}}
        answer = self.browsers[name].open(path, method=method, **sent)
        return answer.status_code, answer.location or ""


def _second_section(world: World) -> None:
    """Taught at Lowell too, by somebody who coordinates another site."""
    with transaction():
        site, cohort = world.one(Site, name="Lowell"), world.all(Cohort)[0]
        section = Section(cohort_id=cohort.id, site_id=site.id, name="Lowell, evening")
        session.add(section)
        session.flush()
        day = world.all(GrantRow)[0].from_day
        ivo = world.person("Ivo").id
        session.add(GrantRow(person_id=ivo, relation=Relation.INSTRUCTOR, place_id=section.id, from_day=day))


def _rows(world: World) -> dict[str, int]:
    """How many rows each table has."""
    with transaction(write=False):
        tables = [table for name, table in Base.metadata.tables.items() if name not in WRITTEN_ANYWAY]
        return {
            table.name: session.scalar(unscoped(select(func.count()).select_from(table), "test")) or 0
            for table in tables
        }


def _ids_in(rule: Rule) -> list[str]:
    return sorted(name for name in rule.arguments if type(rule._converters[name]).__name__ == "PublicIdConverter")


def _asked(world: World, door: str) -> list[tuple[Rule, str]]:
    """Each rule of a door that takes an id, with each of its methods, in a fixed order."""
    rules = [rule for rule in world.app.url_map.iter_rules() if rule.endpoint.partition(".")[0] == door]
    pairs = [(rule, method) for rule in rules if _ids_in(rule) for method in (rule.methods or set())]
    return sorted((p for p in pairs if p[1] not in ("HEAD", "OPTIONS")), key=lambda pair: (pair[0].rule, pair[1]))


def _may_not_at_all(actor: Actor, rule: Rule) -> bool:
    declared = OPERATIONS.get(rule.endpoint.removeprefix("api."))
    return declared is not None and not may_at_all(actor, declared.action)


def test_no_address_finds_a_strangers_row_or_changes_anything_whatever_id_stands_in_it(world: World) -> None:
    strangers, chance, wrong, asked = Strangers(world), random.Random(11), [], dict.fromkeys(DOORS, 0)
    _check_control(strangers)
    before = _rows(world)
    for door, names in DOORS.items():
        for number, (rule, method) in enumerate(_asked(world, door)):
            name, ids = names[number % len(names)], _ids_in(rule)
            strange = strangers.strange[name]
            of_its_kind = [strange.get(ROWS.get(each.removesuffix("_id"), Base)) for each in ids]
            of_any_kind = [chance.choice(sorted(strange.values())) for _ in ids]
            tried = [of_its_kind, of_any_kind] if number % 2 else [of_its_kind]
            if rule.endpoint in SHARED:
                continue
            for public_ids in tried:
                if not any(public_ids):
                    continue  # nothing of this kind is a stranger's: a course, a cohort
                status, where = strangers.ask(rule, name, method, strangers.path(rule, ids, public_ids))
                if not _is_hidden(strangers.actors[name], door, rule, status, where):
                    wrong.append(f"{method} {rule.rule} by {name}: {status} {where}")
                asked[door] += 1
    assert not wrong, "\n".join(wrong)
    after = _rows(world)
    assert {table: (count, after[table]) for table, count in before.items() if after[table] != count} == {}
    assert min(asked.values()) > 40, asked


def _is_hidden(actor: Actor, door: str, rule: Rule, status: int, where: str) -> bool:
    """Not found; or refused before anything is looked up: no such page for the role, or the password again."""
    if status in (302, 303):
        return where.partition("?")[0].startswith("/sign-in")
    return status == 404 or (status == 403 and (door != "api" or _may_not_at_all(actor, rule)))


def _check_control(strangers: Strangers) -> None:
    """The same question with one's own row is answered: else nothing here could fail."""
    own = strangers.world.enrollment("Zoe").public_id
    (rule,) = [rule for rule, _ in _asked(strangers.world, "api") if rule.endpoint == "api.get_enrollment"]
    status, where = strangers.ask(rule, "Zoe", "GET", strangers.path(rule, ["enrollment"], [own]))
    assert not _is_hidden(strangers.actors["Zoe"], "api", rule, status, where)
