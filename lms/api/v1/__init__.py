"""One file per resource. Importing a file declares its operations."""

from lms.api.v1 import (
    activities,
    applications,
    enrollments,
    gradebook,
    hours,
    hours_reports,
    ledger,
    me,
    portfolio,
    projects,
    returns,
    rosters,
    scores,
    seats,
    submissions,
    weeks,
)

RESOURCES = (
    activities,
    applications,
    enrollments,
    gradebook,
    hours,
    hours_reports,
    ledger,
    me,
    portfolio,
    projects,
    returns,
    rosters,
    scores,
    seats,
    submissions,
    weeks,
)
