"""One file per resource. Importing a file declares its operations."""

from lms.api.v1 import (
    activities,
    cohorts,
    curriculum,
    enrollments,
    gradebook,
    hours,
    hours_reports,
    ledger,
    me,
    portfolio,
    projects,
    requirements,
    returns,
    scores,
    submissions,
    weeks,
)

RESOURCES = (
    activities,
    cohorts,
    curriculum,
    enrollments,
    gradebook,
    hours,
    hours_reports,
    ledger,
    me,
    portfolio,
    projects,
    requirements,
    returns,
    scores,
    submissions,
    weeks,
)
