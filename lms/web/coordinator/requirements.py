"""Who of a cohort still misses what, as of any day, as a page and as a table; and one student's whole tree."""

from collections.abc import Sequence
from datetime import date, datetime

from flask import Response, request

from lms.capstone.standings import Bar, CohortLine, bars_of, cohort_lines, standing_of
from lms.guard import current_actor, requires
from lms.hub.catalog.prerequisites import node_of
from lms.hub.catalog.rules import identity
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.hub.credits.queries import history_of, requests_of
from lms.hub.credits.rules import OUTCOME_NAMES, RULING_NAMES, RulingKind
from lms.hub.credits.services import leaves_by_node, rule_requirement
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import cohort_of, find_enrollment, person_of
from lms.hub.hours.queries.rooms import account_from
from lms.hub.standing.facts import State, Verdict
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.tabular import XLSX_TYPE, xlsx_chunks
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.asof import asked_as_of
from lms.web.coordinator import bp
from lms.web.downloads import csv_download, download
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.standing import COLUMNS, WORDS, rows_of


@bp.get("/requirements")
@requires(Action.COHORT_BOARD)
def requirements() -> Response:
    actor = current_actor()
    cohort = asked_cohort(actor)
    day, as_of = asked_as_of(cohort.zone)
    lines = cohort_lines(actor, cohort, as_of)
    bars = bars_of(lines)
    node = next((bar for bar in bars if bar.node == request.args.get("node")), None)
    return page(
        "coordinator/requirements.html",
        cohort=cohort,
        cohorts=list_cohorts(actor),
        bars=bars,
        node=node,
        lines=_lacking(lines, node),
        students=len(lines),
        done=sum(not line.missing for line in lines if line.standing.verdict),
        day=day,
        **WORDS,
    )


@bp.get("/requirements.csv")
@requires(Action.COHORT_BOARD)
def requirements_csv() -> Response:
    name, rows = _table(current_actor())
    return csv_download(f"{name}.csv", COLUMNS, rows)


@bp.get("/requirements.xlsx")
@requires(Action.COHORT_BOARD)
def requirements_xlsx() -> Response:
    name, rows = _table(current_actor())
    return download(f"{name}.xlsx", xlsx_chunks(COLUMNS, rows), XLSX_TYPE)


@bp.get("/enrollments/<public_id:enrollment_id>/requirements")
@requires(Action.COHORT_BOARD)
def student_requirements(enrollment_id: str) -> Response:
    return _student(current_actor(), enrollment_id)


@bp.post("/enrollments/<public_id:enrollment_id>/rulings")
@requires(Action.REQUIREMENT_RULE)
def rule(enrollment_id: str) -> Response:
    actor = current_actor()
    enrollment = find_enrollment(actor, enrollment_id, Action.REQUIREMENT_RULE)
    kind = next((kind for kind in RulingKind if kind.value == request.form.get("kind")), None)
    if kind is None:
        raise NotFound()
    try:
        rule_requirement(actor, enrollment, request.form.get("node", ""), kind, request.form.get("reason", ""))
    except RuleBroken as broken:
        return _student(actor, enrollment_id, tell(broken.sentence))
    tell_next(N_("Saved. The student sees it with its reason."))
    return redirect_to("coordinator.student_requirements", enrollment_id=enrollment_id)


def asked_cohort(actor: Actor) -> Cohort:
    """The one that the address names, else the newest. Raises NotFound."""
    if wanted := request.args.get("cohort"):
        return find_cohort(actor, wanted)
    cohorts = list_cohorts(actor)
    if not cohorts:
        raise NotFound(N_("You have no cohort yet."))
    return cohorts[0]


def _table(actor: Actor) -> tuple[str, list[tuple[object, ...]]]:
    cohort = asked_cohort(actor)
    _, as_of = asked_as_of(cohort.zone)
    only_missing = request.args.get("rows") == "missing"
    return f"{cohort.name} requirements", list(rows_of(cohort_lines(actor, cohort, as_of), only_missing=only_missing))


def _lacking(lines: Sequence[CohortLine], node: Bar | None) -> list[CohortLine]:
    """Those who miss something, of one requirement if it is named; most missing first."""
    if node is None:
        return sorted((line for line in lines if line.missing), key=lambda line: -len(line.missing))
    return [line for line in lines if any(_is_unmet(part, node) for part in line.nodes)]


def _is_unmet(part: Verdict, node: Bar) -> bool:
    return part.need.key == node.node and part.state is not State.MET


def _student(actor: Actor, enrollment_id: str, error: str = "") -> Response:
    enrollment = find_enrollment(actor, enrollment_id, Action.STANDING_READ)
    day, as_of = _asked_for(enrollment) if request.method == "GET" else (None, None)
    found = standing_of(enrollment, as_of)
    return page(
        "coordinator/student_requirements.html",
        422 if error else 200,
        enrollment=enrollment,
        person=person_of(enrollment),
        standing=found.explained,
        first=found.record.prerequisites(),
        pace=found.record.pace(),
        account=account_from(found.record.weeks, as_of),
        nodes=leaves_by_node(found.record.needs),
        courses={node_of(code): one for code, one in found.record.courses.items() if one.prerequisites},
        rulings=history_of(enrollment),
        ruled=found.record.rulings,
        ruling_names=RULING_NAMES,
        kinds=RulingKind,
        requests=requests_of(enrollment),
        outcome_names=OUTCOME_NAMES,
        brought=found.record.brought,
        identity=identity,
        day=day,
        error=error,
        typed=request.form,
        **WORDS,
    )


def _asked_for(enrollment: Enrollment) -> tuple[date | None, datetime | None]:
    return asked_as_of(cohort_of(enrollment).zone)
