"""One file per resource. Importing a file declares its operations."""

from lms.api.v1 import (
    activities,
    claims,
    costs,
    enrollments,
    gradebook,
    hours,
    hours_reports,
    ledger,
    lines,
    me,
    portfolio,
    projects,
    returns,
    scores,
    submissions,
    weeks,
)

RESOURCES = (
    activities,
    claims,
    costs,
    enrollments,
    gradebook,
    hours,
    hours_reports,
    ledger,
    lines,
    me,
    portfolio,
    projects,
    returns,
    scores,
    submissions,
    weeks,
)
