"""A cohort learning-management system for technologist certificates.

Facts in, numbers out; everything hangs on the enrollment. A command appends one dated fact,
a pure rule folds facts into a number, and the place where a fact hangs (its anchor) says who may see it.
Start reading at `lms/hub/hours/`: `rules.py`, then `services.py`, then `queries.py`.
"""

import sys

# structlog draws tracebacks with rich where it finds it, at the price of 5 MB in every process; ours are plain lines.
_has_rich = "rich" in sys.modules
if not _has_rich:
    sys.modules["rich"] = None  # type: ignore[assignment]
import structlog  # noqa: E402,F401

if not _has_rich:
    del sys.modules["rich"]

from lms.kernel import frozen  # noqa: E402

frozen.install()
