"""One file per resource. Importing a file declares its operations."""

from lms.api.v1 import (
    activities,
    curriculum,
    enrollments,
    gradebook,
    hours,
    hours_reports,
    ledger,
    life,
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
    curriculum,
    enrollments,
    gradebook,
    hours,
    hours_reports,
    ledger,
    life,
    me,
    portfolio,
    projects,
    returns,
    scores,
    submissions,
    weeks,
)
