"""One file per resource. Importing a file declares its operations."""

from lms.api.v1 import (
    activities,
    attendance,
    curriculum,
    enrollments,
    gradebook,
    hours,
    hours_reports,
    ledger,
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
    attendance,
    curriculum,
    enrollments,
    gradebook,
    hours,
    hours_reports,
    ledger,
    me,
    portfolio,
    projects,
    returns,
    scores,
    submissions,
    weeks,
)
