"""One file per resource. Importing a file declares its operations."""

from lms.api.v1 import (
    activities,
    attendance,
    enrollments,
    gradebook,
    hours,
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
    enrollments,
    gradebook,
    hours,
    ledger,
    me,
    portfolio,
    projects,
    returns,
    scores,
    submissions,
    weeks,
)
