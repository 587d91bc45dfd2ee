"""What can be wrong with a request before any rule has looked at it. Each says what to send instead."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from lms.kernel.errors import Problem, RuleBroken
from lms.kernel.text import N_


class Malformed(Problem):
    """The body is not JSON. 400."""

    status = 400
    title = N_("This is not valid JSON")


class WrongType(Problem):
    """The body is of another content type than the operation reads. 415."""

    status = 415
    title = N_("Send another content type")


class TooLarge(Problem):
    """The body is over the limit. 413."""

    status = 413
    title = N_("This is too large")


class InFlight(Problem):
    """The first call with this Idempotency-Key is still at work. 409."""

    status = 409
    title = N_("The same call is being worked on")
    retry_after = 1


class VersionNeeded(Problem):
    """The operation writes over a version, and the client did not say which one it has read. 428."""

    status = 428
    title = N_("Say which version you have read")


# What pydantic found wrong, in our words. The names in %(...)s are those of pydantic's error context.
_SAID: Mapping[str, str] = {
    "missing": N_("This is required."),
    "extra_forbidden": N_("There is no field of this name here. Leave it out."),
    "int_type": N_("Send a whole number."),
    "int_parsing": N_("Send a whole number."),
    "int_from_float": N_("Send a whole number."),
    "string_type": N_("Send text."),
    "bool_type": N_("Send true or false."),
    "list_type": N_("Send a list."),
    "model_type": N_("Send a JSON object."),
    "model_attributes_type": N_("Send a JSON object."),
    "dict_type": N_("Send a JSON object."),
    "string_too_short": N_("Send at least %(min_length)s characters."),
    "string_too_long": N_("Send at most %(max_length)s characters."),
    "string_pattern_mismatch": N_("Send text of the form %(pattern)s."),
    "too_short": N_("Send at least %(min_length)s."),
    "too_long": N_("Send at most %(max_length)s."),
    "greater_than_equal": N_("Send %(ge)s or more."),
    "less_than_equal": N_("Send %(le)s or less."),
    "enum": N_("Send one of: %(expected)s."),
    "literal_error": N_("Send one of: %(expected)s."),
    "date_type": N_("Send a calendar day such as 2026-11-23."),
    "date_parsing": N_("Send a calendar day such as 2026-11-23."),
    "date_from_datetime_parsing": N_("Send a calendar day such as 2026-11-23."),
    "datetime_type": N_("Send an instant in UTC such as 2026-11-23T15:30:00Z."),
    "datetime_parsing": N_("Send an instant in UTC such as 2026-11-23T15:30:00Z."),
    "datetime_from_date_parsing": N_("Send an instant in UTC such as 2026-11-23T15:30:00Z."),
    "timezone_aware": N_("Send an instant in UTC such as 2026-11-23T15:30:00Z."),
    "uuid_type": N_("Send a UUID such as 3f1c5d52-7a34-4c9e-9f0a-2b6d1a3c4e5f."),
    "uuid_parsing": N_("Send a UUID such as 3f1c5d52-7a34-4c9e-9f0a-2b6d1a3c4e5f."),
}
_OTHER = N_("This is not valid: %(found)s.")


def refused(error: ValidationError) -> RuleBroken:
    """Everything that a model found wrong, one sentence a field."""
    return all_of(_broken(found) for found in error.errors(include_url=False, include_input=False))


def all_of(broken: Iterable[RuleBroken]) -> RuleBroken:
    """Several broken rules as one problem."""
    first, *others = broken
    first.also = tuple(others)
    return first


def _broken(found: Any) -> RuleBroken:
    field = ".".join(str(part) for part in found["loc"] if part != "[key]") or "body"
    message = _SAID.get(found["type"])
    if message is None:
        return RuleBroken(_OTHER, field=field, found=found["msg"])
    values: dict[str, Any] = {name: str(value) for name, value in found.get("ctx", {}).items()}
    return RuleBroken(message, field=field, **values)
