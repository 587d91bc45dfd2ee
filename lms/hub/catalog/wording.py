"""What pydantic finds, as sentences for an author."""

from pydantic_core import ErrorDetails

from lms.kernel.text import N_, Sentence, say


def in_words(detail: ErrorDetails) -> Sentence:
    """A sentence for one of pydantic's findings."""
    key = str(detail["loc"][-1]) if detail["loc"] else ""
    limits = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return say(N_("“%(key)s” is missing here."), key=key)
        case "extra_forbidden":
            return say(N_("“%(key)s” is not a key that may stand here."), key=key)
        case "value_error":
            return say(N_("%(reason)s."), reason=detail["msg"].removeprefix("Value error, "))
        case "greater_than_equal":
            return say(N_("“%(key)s” has to be %(limit)s or more."), key=key, limit=limits["ge"])
        case "greater_than":
            return say(N_("“%(key)s” has to be more than %(limit)s."), key=key, limit=limits["gt"])
        case "less_than_equal":
            return say(N_("“%(key)s” has to be %(limit)s or less."), key=key, limit=limits["le"])
        case "int_parsing" | "int_type" | "int_from_float":
            return say(N_("“%(key)s” has to be a whole number."), key=key)
        case "string_too_short" | "string_type":
            return say(N_("“%(key)s” needs some text."), key=key)
        case "string_too_long":
            return say(
                N_("“%(key)s” has to be shorter than %(limit)s characters."), key=key, limit=limits["max_length"]
            )
        case _:
            return say(N_("“%(key)s”: %(reason)s."), key=key, reason=detail["msg"])
