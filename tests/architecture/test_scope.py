"""The policy in SQL and the policy in Python are one, and no statement gets past it.

Random grants over random placements, spells and cohorts: for every kind of anchor and every action, the rows that
`scoped` finds are exactly those for which `allowed` says yes.
"""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, delete, exists, func, insert, select, update
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import aliased

from lms.capstone.projects.models import Project, TeamMember
from lms.hub.catalog.models import Program
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Placement, Shift
from lms.hub.hours.models import SheetPart, WeekSheet
from lms.hub.hours.models.deciding import Delegation
from lms.hub.hours.rules.sheet import Route
from lms.hub.reviews.models import ProgressReview
from lms.hub.roster.kinds import AppointmentState
from lms.hub.roster.models.imports import RosterImport
from lms.hub.roster.models.seats import Appointment, SeatContract
from lms.kernel.clock import now
from lms.kernel.db import Base, session, transaction
from lms.models import MODELS
from lms.people import scope
from lms.people.access import MAY, Action, Actor, Grant, Relation, allowed
from lms.people.accounts.models import Person
from lms.people.anchors import anchor_of
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm, Region, Site
from lms.people.scope import Unscoped, ask, own_kept, plain, policy_day, scoped, scoped_kept, unscoped, within_a
from tests.support.cast import PEOPLE
from tests.support.web import World

LMS = Path(__file__).parents[2] / "lms"
assert MODELS

# Over which rows a relation is held.
PLACES: dict[Relation, str] = {
    Relation.SELF: "person",
    Relation.STUDENT: "enrollment",
    Relation.INSTRUCTOR: "section",
    Relation.ASSESSOR: "section",
    Relation.COORDINATOR: "site",
    Relation.PROGRAM_ADMIN: "program",
    Relation.REVIEWER: "program",
    Relation.AUDITOR: "program",
    Relation.COACH: "project",
    Relation.SUPERVISOR: "employment_spell",
    Relation.SPONSOR: "firm",
    Relation.FINANCE: "firm",
    Relation.FIRM_VIEWER: "firm",
    Relation.INTEGRATOR: "region",
    Relation.DELEGATE: "delegation",
    Relation.LINK: "sheet_part",
    Relation.REVIEW_LINK: "progress_review",
}


def _anchors() -> dict[str, type[Base]]:
    """Every model that is an anchor itself, by its kind."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    return {model.__anchor__: model for model in models if model.__anchor__ == model.__tablename__}


class _Undo(Exception):
    """Leaves a transaction without keeping what was written in it."""


@contextmanager
def _tried() -> Iterator[None]:
    with suppress(_Undo), transaction():
        yield
        raise _Undo


def _rows(model: type[Base]) -> list[Any]:
    return list(session.scalars(unscoped(select(model).order_by(model.id), "test")))  # type: ignore[attr-defined]


def _ids(table: str) -> list[int]:
    model = next((m.class_ for m in Base.registry.mappers if m.class_.__tablename__ == table), None)
    return [row.id for row in _rows(model)] if model else []


def _more_rows() -> None:
    """What the cast has none of: a second cohort with sections and students, a project at each firm, week sheets."""
    cohort = _rows(Cohort)[0]
    session.add(Cohort(**{**_copied(cohort, "id", "public_id"), "name": "Another"}))
    session.flush()
    for site_id in _ids("site"):
        session.add(Section(cohort_id=_ids("cohort")[-1], site_id=site_id, name=f"Another {site_id}"))
    for person_id in _ids("person")[:3]:
        session.add(Enrollment(person_id=person_id, cohort_id=_ids("cohort")[-1]))
    session.add_all([Region(name=name, integrator="Integrator") for name in ("East", "West")])
    for firm_id in _ids("firm"):
        session.add(Project(firm_id=firm_id, cohort_id=cohort.id, title="A project", currency="USD"))
    program_id, person_id = _ids("program")[0], _ids("person")[0]
    for firm_id in _ids("firm"):
        session.add(
            Appointment(
                firm_id=firm_id,
                program_id=program_id,
                person_id=person_id,
                relation=Relation.FINANCE,
                state=AppointmentState.ASKED,
                asked_at=now(),
            )
        )
        for site_id in (None, *_ids("site")):
            session.add(SeatContract(firm_id=firm_id, cohort_id=cohort.id, site_id=site_id))
    for cohort_id in _ids("cohort"):
        for site_id in (None, *_ids("site")):
            session.add(_roster(cohort_id, site_id))
    section_id, day = _ids("section")[0], policy_day()
    giver_id, holder_id = (_ids("person")[PEOPLE.index(name)] for name in ("Ben", "Hana"))
    session.add(Delegation(giver_id=giver_id, holder_id=holder_id, section_id=section_id, from_day=day, to_day=day))
    for spell in _rows(EmploymentSpell):
        of = {"enrollment_id": spell.enrollment_id}
        sheet = WeekSheet(**of, monday=date(2026, 10, 19), zone="America/New_York")
        session.add(sheet)
        session.flush()
        session.add(SheetPart(**of, week_sheet_id=sheet.id, route=Route.SECTION))
        session.add(SheetPart(**of, week_sheet_id=sheet.id, route=Route.WORKPLACE, spell_id=spell.id))
        session.add(ProgressReview(**of, number=1, due_on=day, spell_id=spell.id))
        session.add(ProgressReview(**of, number=2, due_on=day))
    session.flush()


def _delegations(data: st.DataObject) -> None:
    """Two persons, a section or a firm, some days; the giver may hold it or not, may study there or not."""
    for _ in range(data.draw(st.integers(0, 3), "delegations")):
        giver, holder = data.draw(st.permutations(_ids("person")), "persons")[:2]
        from_day, to_day = data.draw(_days(), "days")
        where = data.draw(st.sampled_from(["section", "firm"]), "place")
        number = data.draw(st.sampled_from(_ids(where)), where)
        row = Delegation(giver_id=giver, holder_id=holder, from_day=from_day, to_day=to_day or from_day)
        setattr(row, f"{where}_id", number)
        row.is_ended = data.draw(st.booleans(), "ended")
        session.add(row)
        relation, place_id = data.draw(
            st.sampled_from([(grant.relation, grant.place_id) for grant in _rows(GrantRow)]), "what the giver holds"
        )
        session.add(GrantRow(person_id=giver, relation=relation, place_id=place_id, from_day=from_day, to_day=to_day))
        session.flush()


def _roster(cohort_id: int, site_id: int | None) -> RosterImport:
    counts = dict.fromkeys(("rows", "joins", "changes", "leavers", "unchanged", "faults"), 0)
    names = {"file_name": "roster.csv", "file_sha256": "0", "base_sha256": "0", "asked": {}}
    return RosterImport(cohort_id=cohort_id, site_id=site_id, made_at=now(), **names, **counts)


def _shake(data: st.DataObject) -> None:
    """Move people about: placements and spells that are over, hold now, lie ahead, or were superseded."""
    _more_rows()
    enrollments = _ids("enrollment")
    for _ in range(data.draw(st.integers(0, 3), "moves")):
        from_day, to_day = data.draw(_days(), "days")
        enrollment_id = data.draw(st.sampled_from(enrollments))
        move = data.draw(st.sampled_from([_place, _employ, _join_team]), "move")
        move(data, enrollment_id, from_day, to_day)
        session.flush()
    _delegations(data)


def _place(data: st.DataObject, enrollment_id: int, from_day: date, to_day: date | None) -> None:
    (cohort_id,) = {row.cohort_id for row in _rows(Enrollment) if row.id == enrollment_id}
    section = data.draw(st.sampled_from([row for row in _rows(Section) if row.cohort_id == cohort_id]), "section")
    session.add(
        Placement(
            enrollment_id=enrollment_id,
            site_id=section.site_id,
            section_id=section.id,
            from_day=from_day,
            to_day=to_day,
            supersedes_id=_superseded(data, Placement),
        )
    )


def _employ(data: st.DataObject, enrollment_id: int, from_day: date, to_day: date | None) -> None:
    replaced = _superseded(data, EmploymentSpell)
    numbers = {row.id: row.number for row in _rows(EmploymentSpell)}
    session.add(
        EmploymentSpell(
            enrollment_id=enrollment_id,
            firm_id=data.draw(st.sampled_from(_ids("firm")), "firm"),
            shift=Shift.DAY,
            pays_release_time=False,
            from_day=from_day,
            to_day=to_day,
            supersedes_id=replaced,
            first_id=numbers.get(replaced),
        )
    )


def _join_team(data: st.DataObject, enrollment_id: int, from_day: date, to_day: date | None) -> None:
    session.add(
        TeamMember(
            project_id=data.draw(st.sampled_from(_ids("project")), "project"),
            enrollment_id=enrollment_id,
            credit_bp=0,
            from_day=from_day,
            to_day=to_day,
            supersedes_id=_superseded(data, TeamMember),
        )
    )


def _superseded(data: st.DataObject, model: Any) -> int | None:
    """None, or a row that nothing has replaced yet."""
    replaced = {row.supersedes_id for row in _rows(model)}
    standing = [row.id for row in _rows(model) if row.id not in replaced]
    found: int | None = data.draw(st.sampled_from([None, *standing]), "supersedes")
    return found


def _copied(row: Any, *without: str) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns if column.name not in without}


@st.composite
def _days(draw: st.DrawFn) -> tuple[date, date | None]:
    start = policy_day() + timedelta(days=draw(st.integers(-3, 1)))
    return start, draw(st.none() | st.just(start + timedelta(days=draw(st.integers(0, 3)))))


@st.composite
def _grants(draw: st.DrawFn) -> frozenset[Grant]:
    held = []
    for relation in draw(st.lists(st.sampled_from(sorted(PLACES)), max_size=3)):
        place_id = draw(st.sampled_from([*_ids(PLACES[relation]), 999_999]))
        one_cohort = relation is Relation.COORDINATOR and draw(st.booleans())
        held.append(Grant(relation, place_id, draw(st.sampled_from(_ids("cohort"))) if one_cohort else None))
    return frozenset(held)


@pytest.mark.timeout(1200)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_the_policy_in_sql_is_the_policy_in_python(world: World, data: st.DataObject) -> None:
    with _tried():
        _shake(data)
        actor = Actor(person_id=None, grants=data.draw(_grants(), "grants"))
        counts = [action for action in sorted(MAY) if actor.holds(*MAY[action])]  # where something is to be found
        action = data.draw(st.sampled_from(counts or sorted(MAY)), "action")
        for kind, model in _anchors().items():
            rows = _rows(model)
            statement = select(model.id)  # type: ignore[attr-defined]
            by_sql = set(session.scalars(scoped(statement, actor, action, on=model)))
            assert set(session.scalars(scoped_kept(statement, actor, action, on=model))) == by_sql
            narrowed, own = own_kept(statement, actor, action, on=model)
            assert set(session.scalars(narrowed, own)) == by_sql
            by_python = {row.id for row in rows if allowed(actor, action, anchor_of(row))}
            assert by_sql == by_python, f"{kind}: {action} by {sorted(actor.grants, key=str)}"


def test_every_kind_of_anchor_has_both_halves_and_rows_to_try_them_on(world: World) -> None:
    used = {m.class_.__anchor__ for m in Base.registry.mappers if m.class_.__anchor__}
    assert used <= set(scope._reaches), "register reach_of and places_of for the new kind of anchor"
    anchors = _anchors()
    with _tried():
        _more_rows()
        empty = [kind for kind, model in anchors.items() if not _rows(model)]
    assert not empty, "the cast needs a row of every anchor, or the comparison above proves nothing for it"


def test_a_token_narrows_its_owner(world: World) -> None:
    actor = world.actor("Ada")
    token = Actor(person_id=actor.person_id, grants=actor.grants, scopes=frozenset({Action.HOURS_READ}))
    with transaction(write=False):
        assert session.scalars(scoped(select(Enrollment), actor, Action.ENROLLMENT_READ)).all()
        assert not session.scalars(scoped(select(Enrollment), token, Action.ENROLLMENT_READ)).all()


STATEMENTS: dict[str, Callable[[], Any]] = {
    "entity": lambda: select(Enrollment),
    "column": lambda: select(Enrollment.cohort_id),
    "count": lambda: select(func.count()).select_from(Enrollment),
    "core table": lambda: select(Enrollment.__table__),
    "core column": lambda: select(Enrollment.__table__.c.id),
    "join": lambda: select(Cohort.id).join(Enrollment, Enrollment.cohort_id == Cohort.id),
    "alias": lambda: select(aliased(Enrollment)),
    "subquery": lambda: select(select(Enrollment.id).subquery()),
    "cte": lambda: select(select(Enrollment.id).cte()),
    "exists": lambda: select(exists().where(Enrollment.id == 1)),
    "in": lambda: select(func.max(1)).where(func.max(1).in_(select(Firm.id))),
    "scalar": lambda: select(select(func.count(Site.id)).scalar_subquery()),
    "union": lambda: select(Enrollment.id).union(select(Person.id)),
    "update": lambda: update(Enrollment).values(start_offset_weeks=9),
    "core update": lambda: update(Enrollment.__table__).values(start_offset_weeks=9),
    "delete": lambda: delete(Enrollment),
    "insert from select": lambda: insert(Program).from_select(["name", "slug"], select(Firm.name, Firm.public_id)),
    "returning": lambda: update(Firm).values(naics="1").returning(Firm.id),
}


@pytest.mark.one_engine
@pytest.mark.parametrize("form", STATEMENTS)
def test_a_statement_without_a_scope_is_refused(world: World, form: str) -> None:
    with _tried(), pytest.raises(Unscoped):
        session.execute(STATEMENTS[form]())


@pytest.mark.one_engine
def test_a_lookup_by_row_number_is_refused(world: World) -> None:
    number = world.enrollment("Ada").id
    session.expunge_all()
    with _tried(), pytest.raises(Unscoped):
        session.get(Enrollment, number)


@pytest.mark.one_engine
def test_the_same_statement_with_a_scope_runs(world: World) -> None:
    with transaction(write=False):
        found = session.scalars(scoped(select(Enrollment), world.actor("Ada"), Action.ENROLLMENT_READ)).all()
    assert [row.id for row in found] == [world.enrollment("Ada").id]


@pytest.mark.one_engine
def test_a_kept_statement_gives_only_what_hangs_from_the_rows_it_is_asked_for(world: World) -> None:
    kept = within_a(select(Placement), Enrollment)
    both = [world.enrollment("Ada"), world.enrollment("Eli")]
    with transaction(write=False):
        for rows in (both[0], both[1:], both, []):
            wanted = [rows] if isinstance(rows, Enrollment) else rows
            assert {row.enrollment_id for row in ask(kept, rows).scalars()} == {row.id for row in wanted}


@pytest.mark.one_engine
def test_a_kept_statement_is_refused_for_a_row_of_another_table_and_without_any(world: World) -> None:
    kept, person = within_a(select(Placement), Enrollment), world.person("Ada")
    with _tried():
        with pytest.raises(Unscoped):
            ask(kept, person)
        with pytest.raises(Unscoped):
            ask(select(Placement), world.enrollment("Ada"))
        with pytest.raises(StatementError):
            session.execute(kept)


@pytest.mark.one_engine
def test_plain_columns_are_refused_without_a_scope_and_show_what_waits_to_be_written(world: World) -> None:
    names = select(Firm.name).where(Firm.name == bindparam("name"))
    with _tried():
        with pytest.raises(Unscoped):
            plain(names, name="Acme")
        session.add(Firm(name="Just founded"))
        assert plain(unscoped(names, "test"), name="Just founded") == [("Just founded",)]


def test_nothing_goes_around_the_session() -> None:
    """A connection of one's own, or the old Query, would not be seen by the listener."""
    around = {"connection", "exec_driver_sql", "query", "bulk_save_objects", "connect", "raw_connection"}
    allowed_in = {"kernel", "cli", "jobs"}  # pragmas, backups and leases; they read no protected rows
    found = []
    for path in sorted(LMS.rglob("*.py")):
        inside = path.relative_to(LMS)
        if inside.parts[0] in allowed_in or inside.as_posix() == "people/scope.py":  # `plain` looks at the mark itself
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in around:
                found.append(f"{path.relative_to(LMS.parent)}:{node.lineno} .{node.func.attr}()")
    assert not found


@pytest.mark.one_engine
def test_all_students_ask_one_statement_each_with_their_own_numbers(world: World) -> None:
    newest = select(Enrollment.id)
    asked = {name: own_kept(newest, world.actor(name), Action.ENROLLMENT_READ, Enrollment) for name in ("Ada", "Eli")}
    assert asked["Ada"][0] is asked["Eli"][0]
    for name, (statement, own) in asked.items():
        with transaction(write=False):
            assert list(session.scalars(statement, own)) == [world.enrollment(name).id]
    narrowed, own = own_kept(newest, world.actor("Ben"), Action.ENROLLMENT_READ, Enrollment)
    assert own == {}
    assert narrowed is not asked["Ada"][0]
