"""A cohort's hours as a regulator counts them."""

from datetime import datetime

from lms.api.kit import operation
from lms.api.shapes import AsOf, Shape, Why, why
from lms.hub.cohorts.queries import find_cohort
from lms.people.access import Action, Actor
from lms.reports.hours.queries import ledgers_of, students_of
from lms.reports.hours.rules.profiles import Profile, Row, explain_row, rows_of, totals_of
from lms.web.language import told


class ReportQuery(AsOf):
    """profile: whose way of counting."""

    profile: Profile = Profile.CLOCK_HOURS


class ReportRow(Shape):
    """about: course, or firm, part, work process and method. figures: minutes; `credit_hundredths` is what it says."""

    enrollment: str
    student: str
    about: list[str]
    figures: dict[str, int]
    explanation: Why


class HoursReportOut(Shape):
    """Only approved hours count; the totals are the sums of the rows."""

    as_of: datetime | None
    cohort: str
    profile: Profile
    rows: list[ReportRow]
    totals: dict[str, int]


@operation("GET /cohorts/<public_id:cohort>/hours-report", Action.COHORT_BOARD, gives=HoursReportOut, query=ReportQuery)
def get_hours_report(actor: Actor, cohort: str, query: ReportQuery) -> HoursReportOut:
    """The hours of the cohort's students whom you may see, counted by one profile, as known at any moment."""
    found = find_cohort(actor, cohort)
    people = students_of(actor, found, Action.COHORT_BOARD)
    rows = rows_of(query.profile, ledgers_of(people, found, query.as_of))
    return HoursReportOut(
        as_of=query.as_of,
        cohort=cohort,
        profile=query.profile,
        rows=[_row(query.profile, row) for row in rows],
        totals=totals_of(query.profile, rows),
    )


def _row(profile: Profile, row: Row) -> ReportRow:
    return ReportRow(
        enrollment=row.enrollment,
        student=row.name,
        about=[told(what) for what in row.about],
        figures=dict(row.figures),
        explanation=why(explain_row(profile, row)),
    )
