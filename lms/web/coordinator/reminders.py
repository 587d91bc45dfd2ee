"""Who gets which reminder of the week's hours, when and why: the week behind and the week to come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.hub.hours.queries.reminders import Foreseen, foresee
from lms.hub.hours.rules.reminders import OUTCOME_NAMES, RUNG_NAMES
from lms.kernel.errors import NotFound
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.coordinator import bp
from lms.web.downloads import csv_download
from lms.web.pages import page

COLUMNS = ("due_at", "zone", "rung", "monday", "student", "outcome", "is_past", "wants_mail", "leaves_at")


@dataclass(frozen=True, slots=True)
class Stage:
    """One rung of one week in one zone: who is reminded and who is not."""

    first: Foreseen
    reminded: Sequence[Foreseen]
    others: Sequence[Foreseen]

    @property
    def at(self) -> datetime:
        """When it goes out."""
        return self.first.due.at


@bp.get("/reminders")
@requires(Action.COHORT_BOARD)
def reminders() -> Response:
    actor = current_actor()
    cohort = _cohort(actor)
    found = foresee(actor, cohort)
    stages = list(_stages([one for one in found if not one.is_judged]))
    past = list(_stages([one for one in found if one.is_judged]))
    return page(
        "coordinator/reminders.html",
        cohort=cohort,
        cohorts=list_cohorts(actor),
        stages=stages,
        past=past[::-1],
        rung_names=RUNG_NAMES,
        outcome_names=OUTCOME_NAMES,
    )


@bp.get("/reminders.csv")
@requires(Action.COHORT_BOARD)
def reminders_csv() -> Response:
    actor = current_actor()
    cohort = _cohort(actor)
    rows = [
        (
            one.due.at,
            one.zone,
            one.due.rung.value,
            one.due.monday,
            one.student,
            one.outcome.value,
            "yes" if one.is_judged else "no",
            "yes" if one.wants_mail else "no",
            one.leaves_at or "",
        )
        for one in foresee(actor, cohort)
    ]
    return csv_download(f"{cohort.name} reminders.csv", COLUMNS, rows)


def _stages(found: Sequence[Foreseen]) -> Iterator[Stage]:
    for _, group in groupby(found, key=lambda one: (one.due.at, one.due.monday, one.zone)):
        members = list(group)
        yield Stage(
            members[0],
            [one for one in members if one.is_reminded],
            [one for one in members if not one.is_reminded],
        )


def _cohort(actor: Actor) -> Cohort:
    """The one that the address names, else the newest. Raises NotFound."""
    if wanted := request.args.get("cohort"):
        return find_cohort(actor, wanted)
    cohorts = list_cohorts(actor)
    if not cohorts:
        raise NotFound(N_("You have no cohort yet."))
    return cohorts[0]
