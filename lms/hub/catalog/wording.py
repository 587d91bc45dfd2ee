"""What pydantic finds, as sentences for an author."""

from pydantic_core import ErrorDetails

from lms.kernel.text import N_, Sentence, say


def in_words(detail: ErrorDetails) -> Sentence:
    """A sentence for one of pydantic's findings."""
    key = str(detail["loc"][-1]) if detail["loc"] else ""
    match detail["type"]:
        case "missing":
            return say(N_("“%(key)s” is missing here."), key=key)
        case "extra_forbidden":
            return say(N_("“%(key)s” is not a key that may stand here."), key=key)
        case "value_error":
            return say(N_("%(reason)s."), reason=detail["msg"].removeprefix("Value error, "))
        case _:
            return say(N_("“%(key)s”: %(reason)s."), key=key, reason=detail["msg"])
