"""The OpenAPI 3.1 document, made from the declared operations; nothing in it is written twice."""

import inspect
import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema

from lms.api.kit import OPERATIONS, Operation
from lms.api.retries import HEADER, KEY, REPLAYED
from lms.api.shapes import NoQuery
from lms.web.addresses import PUBLIC_ID

TITLE = "Cohort learning management: JSON API"
ABOUT = """Send a personal token with each call: `Authorization: Bearer lms_...`. A token may do what its scopes name
and its owner may do at that moment. Money is `{"amount": "42800.00", "currency": "USD"}`; instants are ISO 8601 in
UTC; days are local calendar days. Errors are `application/problem+json` and name the field and the remedy."""
PROBLEM = "application/problem+json"
REFS = "#/components/schemas/{model}"
PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
PLACES: dict[str, dict[str, Any]] = {
    "public_id": {"type": "string", "pattern": f"^{PUBLIC_ID}$"},
    "int": {"type": "integer", "minimum": 1, "maximum": 60},  # a week
    "string": {"type": "string", "pattern": "^[a-z-]{1,40}$"},  # a word that the operation names
}


class FieldError(BaseModel):
    """One field and what to do about it."""

    field: str
    message: str


class ProblemOut(BaseModel):
    """What went wrong (RFC 9457). `errors`: per field. `yours`, `theirs`: both versions, on a 409 about a version."""

    model_config = ConfigDict(title="Problem", extra="allow")
    type: str
    title: str
    status: int
    detail: str
    request_id: str | None
    errors: list[FieldError]


@cache
def document(public_url: str) -> dict[str, Any]:
    """The whole document for the product at `public_url`; made once a process, so not to be changed."""
    schemas, named = _schemas()
    paths: dict[str, Any] = {}
    for declared in sorted(OPERATIONS.values(), key=lambda operation: (operation.rule, operation.method)):
        path = PLACE.sub(r"{\2}", declared.rule)
        paths.setdefault(path, {})[declared.method.lower()] = _operation(declared, named)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": "1", "description": ABOUT},
        "servers": [{"url": f"{public_url}/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "lms_..."}},
        },
    }


Named = dict[Any, dict[str, Any]]


def _schemas() -> tuple[dict[str, Any], Named]:
    wanted: dict[tuple[type[BaseModel], Any], None] = {(ProblemOut, "serialization"): None}
    for declared in OPERATIONS.values():
        for read in (declared.body, declared.form, declared.query):
            if read is not None:
                wanted[read, "validation"] = None
        if declared.gives is not None:
            wanted[declared.gives, "serialization"] = None
    references, definitions = models_json_schema(list(wanted), ref_template=REFS)
    schemas: dict[str, Any] = definitions.get("$defs", {})
    for declared in OPERATIONS.values():
        if declared.form is not None:
            shape = schemas[references[declared.form, "validation"]["$ref"].rsplit("/", 1)[1]]
            shape["properties"]["files"] = {"type": "array", "items": {"type": "string", "format": "binary"}}
    return schemas, dict(references)


def _operation(declared: Operation, named: Named) -> dict[str, Any]:
    summary, _, more = (inspect.getdoc(declared.run) or "").partition("\n")
    made: dict[str, Any] = {
        "operationId": declared.name,
        "tags": [declared.run.__module__.rsplit(".", 1)[-1].replace("_", " ")],
        "summary": summary.rstrip("."),
        "description": f"{more.strip()}\n\nNeeds the scope `{declared.action}`.".strip(),
        "parameters": list(_parameters(declared, named)),
        "responses": dict(_responses(declared, named)),
    }
    for model, kind in ((declared.body, "application/json"), (declared.form, "multipart/form-data")):
        if model is not None:
            content = {kind: {"schema": named[model, "validation"]}}
            made["requestBody"] = {"required": True, "content": content}
    if declared.raw is not None:
        schema = {"type": "string", "format": "binary", "minLength": 1, "maxLength": declared.raw_bytes}
        made["requestBody"] = {"required": True, "content": {declared.raw: {"schema": schema}}}
    return made


def _parameters(declared: Operation, named: Named) -> Iterator[dict[str, Any]]:
    for converter, name in PLACE.findall(declared.rule):
        yield {"name": name, "in": "path", "required": True, "schema": PLACES[converter]}
    if declared.query is not NoQuery:
        schema = declared.query.model_json_schema(ref_template=REFS)
        for name, found in schema.get("properties", {}).items():
            required = name in schema.get("required", [])
            about = found.pop("description", "")
            yield {"name": name, "in": "query", "required": required, "description": about, "schema": _bare(found)}
    if not declared.is_safe and declared.is_kept:
        schema = {"type": "string", "pattern": f"^{KEY.pattern}$"}
        about = "The same key and body again give the same answer and no second effect."
        yield {"name": HEADER, "in": "header", "required": False, "description": about, "schema": schema}
    for name, about in declared.headers.items():
        yield {
            "name": name,
            "in": "header",
            "required": True,
            "description": about,
            "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
        }


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter's schema without null, which an address cannot say."""
    options = [option for option in schema.get("anyOf", []) if option.get("type") != "null"]
    if len(options) == 1:
        rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
        return {**rest, **options[0]}
    return schema


def _responses(declared: Operation, named: Named) -> Iterator[tuple[str, Any]]:
    for status in (declared.status, *declared.also):
        yield str(status), _good(declared, status, named)
    problem = {PROBLEM: {"schema": named[ProblemOut, "serialization"]}}
    for status in sorted(problems_of(declared)):
        yield str(status), {"description": HTTPStatus(status).phrase, "content": problem}


def _good(declared: Operation, status: int, named: Named) -> dict[str, Any]:
    made: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if declared.gives is not None:
        made["content"] = {
            kind: {"schema": named[declared.gives, "serialization"] if kind.endswith("json") else {"type": "string"}}
            for kind in declared.media
        }
    elif declared.media != ("application/json",):
        made["content"] = {kind: {} for kind in declared.media}
    if not declared.is_safe and declared.is_kept:
        about = "Only on an answer that was given before"
        made["headers"] = {REPLAYED: {"description": about, "schema": {"type": "string", "const": "true"}}}
    return made


def problems_of(declared: Operation) -> set[int]:
    """Every error code with which `declared` may answer, as its declaration implies."""
    found = {401, 403, 422, *declared.problems}
    if PLACE.search(declared.rule):
        found.add(404)
    if declared.body is not None or declared.form is not None:
        found |= {400, 413, 415}
    if declared.raw is not None:
        found |= {413, 415}
    if not declared.is_safe:
        found |= {409, 413} if declared.is_kept else {413}
    return found
