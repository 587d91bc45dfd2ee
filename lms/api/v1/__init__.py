"""One file per resource. Importing a file declares its operations."""

from lms.api.v1 import (
    activities,
    enrollments,
    hours,
    ledger,
    me,
    portfolio,
    projects,
    returns,
    submissions,
    weeks,
)

RESOURCES = (activities, enrollments, hours, ledger, me, portfolio, projects, returns, submissions, weeks)
