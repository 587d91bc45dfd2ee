"""From a request to the models that an operation declared. Every refusal names the field and what to send instead."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from lms.api.troubles import Malformed, TooLarge, WrongType, all_of, refused
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

JSON = "application/json"
MULTIPART = "multipart/form-data"
LARGEST_JSON = 1024 * 1024  # bytes; a year of hours of one student is a tenth of it
M = TypeVar("M", bound=BaseModel)
R = TypeVar("R")


def read_query(model: type[M]) -> M:
    """The query parameters. A parameter that is unknown or given twice is refused, never ignored."""
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise all_of(RuleBroken(N_("Give this parameter once."), field=name) for name in twice)
    return _checked(lambda: model.model_validate_strings(request.args.to_dict(), strict=True))


def read_json(model: type[M]) -> M:
    """The JSON body. Raises WrongType, TooLarge, Malformed and RuleBroken."""
    _expect(JSON)
    request.max_content_length = LARGEST_JSON
    parsed = _parse(_sized(lambda: request.get_data(cache=True), LARGEST_JSON))
    return _checked(lambda: model.model_validate_json(parsed, strict=True))


def read_form(model: type[M]) -> M:
    """The text fields of a multipart body; the operation takes the files from the request itself."""
    _expect(MULTIPART)
    limit = request.max_content_length or 0
    fields = _sized(lambda: request.form, limit)
    twice = [name for name, values in fields.lists() if len(values) > 1]
    if twice:
        raise all_of(RuleBroken(N_("Give this field once."), field=name) for name in twice)
    return _checked(lambda: model.model_validate_strings(fields.to_dict(), strict=True))


def read_raw(kind: str, limit: int) -> bytes:
    """A body of bytes. Raises WrongType and TooLarge."""
    _expect(kind)
    request.max_content_length = limit
    return _sized(lambda: request.get_data(cache=True), limit)


def expect_no_body() -> None:
    """Raises RuleBroken if something was sent to an operation that reads nothing, so that nothing sent is ignored."""
    request.max_content_length = LARGEST_JSON
    if _sized(lambda: request.get_data(cache=True), LARGEST_JSON).strip() not in (b"", b"{}"):
        raise RuleBroken(N_("This operation reads no body. Send none."), field="body")


def _expect(kind: str) -> None:
    if request.mimetype != kind:
        raise WrongType(N_("Send the body as %(kind)s and say so in Content-Type."), kind=kind)


def _sized(read: Callable[[], R], limit: int) -> R:
    """What `read` gives; a body that was read before this operation had a say is measured here."""
    too_large = TooLarge(N_("Send at most %(limit)s bytes."), limit=limit)
    try:
        found = read()
    except RequestEntityTooLarge:
        raise too_large from None
    if isinstance(found, bytes) and len(found) > limit:
        raise too_large
    return found


def _checked(validate: Callable[[], M]) -> M:
    try:
        return validate()
    except ValidationError as error:
        raise refused(error) from None


def _parse(body: bytes) -> bytes:
    """The JSON again, once it was read strictly: UTF-8, no NaN, no name twice. 5.0 is written as the whole number 5."""
    try:
        parsed = json.loads(
            body.decode("utf-8"), parse_constant=_no_constant, parse_float=_number, object_pairs_hook=_once
        )
        return json.dumps(parsed, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise Malformed(N_("Nest the JSON less deeply.")) from None
    except ValueError as error:
        raise Malformed(N_("Send valid JSON in UTF-8: %(found)s."), found=str(error)) from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _number(text: str) -> int | float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found
