"""What the product writes about itself to standard output: one JSON object a line; in the demo, lines for people.

Never in a line: what somebody typed, names, addresses with a secret in them.
"""

import logging
import sys
from collections.abc import Sequence

import structlog
from structlog.types import Processor


def set_up(*, for_people: bool) -> None:
    """From now on structlog's lines, and the warnings of libraries, look like this."""
    shared: Sequence[Processor] = (
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    )
    last: Processor
    if for_people:
        errors: Sequence[Processor] = ()
        plain = structlog.dev.plain_traceback  # the default one prints local variables
        last = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=plain)
    else:
        frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)  # they hold tokens and what was typed
        errors = (structlog.processors.ExceptionRenderer(frames),)
        last = structlog.processors.JSONRenderer(default=str)
    structlog.configure(
        processors=[*shared, *errors, last],
        cache_logger_on_first_use=False,
        logger_factory=structlog.PrintLoggerFactory(),
    )
    if logging.getLogger().handlers:
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=list(shared),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *errors, last],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
