"""The cohort's hours as a regulator counts them, as known on any day, and the audit pack."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.hub.enrollment.queries import find_enrollment
from lms.kernel.errors import NotFound
from lms.kernel.tabular import XLSX_TYPE, xlsx_chunks
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.reports.hours.queries import ledgers_of, students_of
from lms.reports.hours.rules.profiles import (
    ABOUT,
    COLUMN_NAMES,
    COLUMNS,
    PROFILE_NAMES,
    Profile,
    Row,
    explain_row,
    rows_of,
    totals_of,
)
from lms.reports.hours.services import pack_cohort, pack_student
from lms.web.asof import asked_as_of
from lms.web.coordinator import bp
from lms.web.downloads import csv_download, download
from lms.web.language import tell
from lms.web.pages import page

ZIP_TYPE = "application/zip"


@bp.get("/reports/hours")
@requires(Action.COHORT_BOARD)
def hours_report() -> Response:
    actor = current_actor()
    cohort = asked_cohort(actor)
    day, as_of = asked_as_of(cohort.zone)
    profile = asked_profile()
    rows = _rows(actor, cohort, profile, as_of)
    return page(
        "coordinator/hours_report.html",
        cohort=cohort,
        cohorts=list_cohorts(actor),
        day=day,
        profile=profile,
        profiles=PROFILE_NAMES,
        about=ABOUT[profile],
        columns=COLUMNS[profile],
        names=COLUMN_NAMES,
        rows=rows,
        totals=totals_of(profile, rows),
        explain=lambda row: explain_row(profile, row),
    )


@bp.get("/reports/hours.csv")
@requires(Action.COHORT_BOARD)
def hours_report_csv() -> Response:
    cohort, profile, rows = _asked()
    return csv_download(f"{cohort.name} {profile}.csv", header_of(profile), _cells(profile, rows))


@bp.get("/reports/hours.xlsx")
@requires(Action.COHORT_BOARD)
def hours_report_xlsx() -> Response:
    cohort, profile, rows = _asked()
    chunks = xlsx_chunks(header_of(profile), _cells(profile, rows), sheet=profile.value)
    return download(f"{cohort.name} {profile}.xlsx", chunks, XLSX_TYPE)


@bp.post("/cohorts/<public_id:cohort_id>/audit-pack")
@requires(Action.SITE_EXPORT)
def cohort_audit_pack(cohort_id: str) -> Response:
    actor = current_actor()
    pack = pack_cohort(actor, find_cohort(actor, cohort_id))
    return download(pack.name, [pack.zipped()], ZIP_TYPE)


@bp.post("/enrollments/<public_id:enrollment_id>/audit-pack")
@requires(Action.HOURS_EXPORT)
def student_audit_pack(enrollment_id: str) -> Response:
    actor = current_actor()
    pack = pack_student(actor, find_enrollment(actor, enrollment_id, Action.HOURS_EXPORT))
    return download(pack.name, [pack.zipped()], ZIP_TYPE)


def asked_cohort(actor: Actor) -> Cohort:
    """The one of `?cohort=`, else the newest. Raises NotFound."""
    if wanted := request.args.get("cohort"):
        return find_cohort(actor, wanted)
    cohorts = list_cohorts(actor)
    if not cohorts:
        raise NotFound(N_("You have no cohort yet."))
    return cohorts[0]


def asked_profile() -> Profile:
    """The profile of `?profile=`, clock hours by default. Raises NotFound for a word that is none."""
    try:
        return Profile(request.args.get("profile") or Profile.CLOCK_HOURS)
    except ValueError:
        raise NotFound() from None


def header_of(profile: Profile) -> list[str]:
    """The report's columns by name; all figures are minutes but credits, which are hundredths."""
    about = [name.lower().replace(" ", "_") for name in ABOUT[profile]]
    return ["student", "enrollment", *about, *COLUMNS[profile]]


def _asked() -> tuple[Cohort, Profile, list[Row]]:
    actor = current_actor()
    cohort, profile = asked_cohort(actor), asked_profile()
    _, as_of = asked_as_of(cohort.zone)
    return cohort, profile, _rows(actor, cohort, profile, as_of)


def _rows(actor: Actor, cohort: Cohort, profile: Profile, as_of: datetime | None) -> list[Row]:
    people = students_of(actor, cohort, Action.COHORT_BOARD)
    return rows_of(profile, ledgers_of(people, cohort, as_of))


def _cells(profile: Profile, rows: Sequence[Row]) -> Iterator[Sequence[object]]:
    for row in rows:
        about = [tell(what) for what in row.about]
        yield [row.name, row.enrollment, *about, *(row.figures[column] for column in COLUMNS[profile])]
