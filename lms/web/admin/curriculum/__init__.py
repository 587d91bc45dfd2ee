"""The program editor: versions, their parts, files, comparisons, and moving students."""

from lms.web.admin.curriculum import comparing, files, modules, moves, parts, versions

VIEWS = (comparing, files, modules, moves, parts, versions)
