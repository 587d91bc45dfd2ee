"""Who may do what to a firm's savings: every action, relation and firm; and two firms' people on each other's rows."""

import random

import pytest
from flask import url_for

from lms.capstone.projects.models import Project
from lms.kernel.db import Base, transaction
from lms.people.access import Action, Actor, Grant, Relation, allowed
from lms.people.anchors import anchor_of
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from tests.api.support import token_of
from tests.architecture.subjects import ROWS, Subjects
from tests.capstone.stage import live
from tests.support.web import World

R = Relation
FIRM = {R.SPONSOR, R.FINANCE, R.FIRM_VIEWER}
# The reviewed table: whatever is not named may not. Source: the method, 4.3.
DUTIES = {
    Action.LINE_DRAFT: {R.STUDENT},
    Action.CLAIM_SUBMIT: {R.STUDENT},
    Action.BASELINE_LOCK: {R.COACH, R.SPONSOR},
    Action.PROJECT_CHARTER: {R.SPONSOR},
    Action.PROJECT_GATE: {R.COACH, R.SPONSOR, R.INSTRUCTOR},
    Action.SAVINGS_REPORT: {R.SPONSOR},
    Action.SAVINGS_ACCEPT: {R.SPONSOR},
    Action.SAVINGS_VERIFY: {R.FINANCE},
    Action.SAVINGS_REALIZE: {R.FINANCE},
    Action.SAVINGS_REVERSE: {R.FINANCE},
    Action.SAVINGS_DISPUTE: {R.SPONSOR, R.FINANCE},
    Action.SAVINGS_AMEND: {R.STUDENT, R.SPONSOR, R.FINANCE},
    Action.SAVINGS_REVIEW: {R.REVIEWER},
    Action.COST_POST: {R.FINANCE},
    Action.TUITION_POST: {R.COORDINATOR, R.PROGRAM_ADMIN},
    Action.RATE_READ: {R.FINANCE},
    Action.RATE_SET: {R.FINANCE},
    Action.SAVINGS_READ: FIRM | {R.STUDENT, R.COACH, R.COORDINATOR, R.PROGRAM_ADMIN, R.REVIEWER, R.AUDITOR},
    Action.STATEMENT_ISSUE: {R.SPONSOR, R.FINANCE},
    Action.STATEMENT_READ: FIRM,
    Action.FOLLOW_UP_ANSWER: {R.SPONSOR},
    Action.FOLLOW_UP_ASK: set(),
    Action.BENCHMARK_FREEZE: set(),
    Action.REFERENCE_IMPORT: set(),
    Action.PENDING_SETTLE: set(),
    Action.PROJECT_READ: FIRM
    | {R.STUDENT, R.COACH, R.COORDINATOR, R.PROGRAM_ADMIN, R.REVIEWER, R.AUDITOR, R.INSTRUCTOR},
    Action.PROJECT_PROPOSE: {R.STUDENT},
    Action.PROJECT_WRITE: {R.STUDENT},
    Action.PROJECT_COACH: {R.COACH, R.INSTRUCTOR},
    Action.GATE_OVERRIDE: {R.COORDINATOR},
    Action.GATE_TEMPLATE: {R.COORDINATOR, R.PROGRAM_ADMIN},
    Action.EVIDENCE_READ: {R.SPONSOR, R.FINANCE, R.COACH, R.REVIEWER},
    Action.MILESTONE_SET: {R.STUDENT, R.COACH},
    Action.ARTIFACT_ADD: {R.STUDENT},
    Action.PORTFOLIO_READ: FIRM | {R.PROGRAM_ADMIN, R.AUDITOR},
    Action.REFERENCE_READ: {R.PROGRAM_ADMIN, R.AUDITOR},
    Action.BENCHMARK_READ: FIRM | {R.COORDINATOR, R.PROGRAM_ADMIN, R.REVIEWER, R.AUDITOR},
    Action.BENCHMARK_CHOOSE: {R.SPONSOR},
    Action.ENERGY_READ: FIRM,
    Action.ENERGY_IMPORT: {R.SPONSOR},
    Action.ENERGY_SHARE: {R.SPONSOR},
    Action.ENERGY_PROPOSE: {R.SPONSOR},
    Action.ENERGY_OVERSEE: {R.COORDINATOR, R.PROGRAM_ADMIN},
    Action.FOLLOW_UP_READ: FIRM | {R.COORDINATOR, R.PROGRAM_ADMIN, R.COACH, R.REVIEWER, R.AUDITOR},
}
ABOUT_MONEY = (
    *("project", "gate", "baseline", "line", "claim", "savings", "evidence", "cost", "tuition", "rate", "portfolio"),
    *("statement", "reference", "benchmark", "energy", "follow-up", "pending", "milestone", "artifact"),
)


def test_the_table_of_duties_names_every_action_on_projects_and_their_money():
    assert {action for action in Action if action.value.partition(":")[0] in ABOUT_MONEY} == set(DUTIES)


def _places(world, project):
    """Where each relation is held over this project, and a place of the same kind that has nothing to do with it."""
    anchor = anchor_of(project)
    site, _ = next(iter(anchor.seats))
    here = {
        R.STUDENT: next(iter(anchor.enrollments)),
        R.INSTRUCTOR: next(iter(anchor.sections)),
        R.ASSESSOR: next(iter(anchor.sections)),
        R.COORDINATOR: site,
        R.PROGRAM_ADMIN: next(iter(anchor.programs)),
        R.REVIEWER: next(iter(anchor.programs)),
        R.AUDITOR: next(iter(anchor.programs)),
        R.COACH: project.id,
        R.SPONSOR: project.firm_id,
        R.FINANCE: project.firm_id,
        R.FIRM_VIEWER: project.firm_id,
    }
    return anchor, here


@pytest.mark.one_engine
def test_every_duty_is_held_by_whom_the_table_says_over_their_own_firm_and_by_nobody_over_another(world: World) -> None:
    project = live(world)
    with transaction(write=False):
        anchor, here = _places(world, project)
    wrong = []
    for action, holders in DUTIES.items():
        for relation in Relation:
            if relation is Relation.SYSTEM:
                continue
            own = Actor(1, frozenset({Grant(relation, here.get(relation, 1))}))
            other = Actor(1, frozenset({Grant(relation, 9_999)}))
            if allowed(own, action, anchor) != (relation in holders):
                wrong.append(f"{action} by {relation} of this firm")
            if allowed(other, action, anchor):
                wrong.append(f"{action} by {relation} of another one")
    assert not wrong
    assert not [
        action for action, holders in DUTIES.items() if {R.SPONSOR, R.FINANCE} <= holders and "verify" in action
    ]


@pytest.mark.one_engine
@pytest.mark.timeout(300)
def test_two_firms_people_find_nothing_under_each_others_ids(world: World) -> None:
    """Random pairs of an address and a row of the other firm, of whatever kind: never shown, never done."""
    subjects, chance = Subjects(world), random.Random(6)
    subjects.make_all()
    acme = world.one(Firm, name="Acme")
    theirs = sorted({row.public_id for model in _of_firms() for row in world.all(model) if _is_of(row, acme)})
    with transaction():
        from lms.kernel.db import session

        bolt, max_id = world.one(Firm, name="Bolt").id, world.person("Hana").id
        session.add(
            GrantRow(person_id=max_id, relation=R.FINANCE, place_id=bolt, from_day=world.all(GrantRow)[0].from_day)
        )
    askers = {name: world.browser_of(name) for name in ("Fay", "Hana")}
    headers = {name: {"Authorization": f"Bearer {token_of(world, name, tuple(Action))[1]}"} for name in askers}
    rules = [
        rule
        for rule in world.app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in ("employer", "api") and len(_ids_in(rule)) == 1 == len(rule.arguments)
    ]
    seen: set[int] = set()
    for _ in range(150):
        rule, public_id, name = chance.choice(rules), chance.choice(theirs), chance.choice(sorted(askers))
        method = "GET" if "GET" in rule.methods else chance.choice(sorted(rule.methods - {"HEAD", "OPTIONS"}))
        with world.app.test_request_context():
            path = url_for(rule.endpoint, **{_ids_in(rule)[0]: public_id})
        answer = askers[name].open(path, method=method, headers=headers[name] if path.startswith("/api/") else {})
        shown = answer.get_data(as_text=True)
        assert answer.status_code not in (200, 201, 204), (method, path, name)
        assert method != "GET" or answer.status_code in (404, 403, 302, 303), (path, name)
        if answer.status_code in (302, 303):  # asked for the password again, before anything is looked up
            assert "/sign-in" in answer.location, (method, path, name)
        assert "Quick-change" not in shown
        seen.add(answer.status_code)
    assert 404 in seen
    assert seen <= {404, 403, 400, 422, 303, 302, 415}


@pytest.mark.one_engine
@pytest.mark.timeout(300)
def test_every_address_of_a_firms_rows_is_nothing_to_the_people_of_another_firm(world: World) -> None:
    """Each page and operation with the ids of the right kind, by the other firm's sponsor and by its finance."""
    subjects = Subjects(world)
    subjects.make_all()
    with transaction():
        from lms.kernel.db import session

        bolt = world.one(Firm, name="Bolt").id
        day = world.all(GrantRow)[0].from_day
        session.add(GrantRow(person_id=world.person("Hana").id, relation=R.FINANCE, place_id=bolt, from_day=day))
    askers = {name: world.browser_of(name) for name in ("Fay", "Hana")}
    headers = {name: {"Authorization": f"Bearer {token_of(world, name, tuple(Action))[1]}"} for name in askers}
    asked = 0
    for rule in world.app.url_map.iter_rules():
        ids = _ids_in(rule)
        door = rule.endpoint.partition(".")[0]
        if door not in ("employer", "api", "reviewer") or not ids or not all(_is_firms(name) for name in ids):
            continue
        with world.app.test_request_context():
            path = url_for(rule.endpoint, **{name: subjects.value(rule.endpoint, name) for name in rule.arguments})
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            body = subjects.body(rule.endpoint) if method != "GET" else {}
            for name, browser in askers.items():
                sent = {**body, "headers": {**(headers[name] if door == "api" else {}), **body.get("headers", {})}}
                answer = browser.open(path, method=method, **sent)
                may_not = {404, 403} | (
                    {401} if door == "api" else {303} if "/sign-in" in (answer.location or "") else set()
                )
                assert answer.status_code in may_not, (method, path, name, answer.status_code)
                asked += 1
    assert asked > 150


def _is_firms(name):
    model = ROWS.get(name.removesuffix("_id"))
    return model is not None and model.__anchor__ in ("project", "firm")


def _ids_in(rule):
    return [name for name in rule.arguments if type(rule._converters[name]).__name__ == "PublicIdConverter"]


def _of_firms() -> list[type[Base]]:
    return [model for model in set(ROWS.values()) if model.__anchor__ in ("project", "firm")]


def _is_of(row, firm):
    if isinstance(row, Firm):
        return row.id == firm.id
    return isinstance(row, Project) or getattr(row, "firm_id", firm.id) == firm.id
