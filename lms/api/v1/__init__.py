"""One file per resource. Importing a file declares its operations."""

from lms.api.v1 import enrollments, me

RESOURCES = (enrollments, me)
