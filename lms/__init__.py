"""A cohort learning-management system for technologist certificates.

Facts in, numbers out; everything hangs on the enrollment. A command appends one dated fact,
a pure rule folds facts into a number, and the place where a fact hangs (its anchor) says who may see it.
Start reading at `lms/hub/hours/`: `rules.py`, then `services.py`, then `queries.py`.
"""

import sys

# structlog draws tracebacks with rich where it finds it, at the price of 5 MB in every process, and knows greenlets,
# another megabyte; ours are plain lines of threads.
_left_out = {"rich", "greenlet"} - set(sys.modules)
sys.modules.update(dict.fromkeys(_left_out))  # type: ignore[arg-type]  # None says that there is no such module
import structlog  # noqa: E402,F401

for _name in _left_out:
    del sys.modules[_name]

from lms.kernel import frozen  # noqa: E402

frozen.install()
