"""One file per resource. Importing a file declares its operations."""

from lms.api.v1 import activities, enrollments, ledger, me, portfolio, projects, returns, submissions

RESOURCES = (activities, enrollments, ledger, me, portfolio, projects, returns, submissions)
