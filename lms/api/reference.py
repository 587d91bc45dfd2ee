"""The document for programs and the reference for people, both made from the declared operations."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, jsonify

from lms.api.kit import bp
from lms.api.spec import document
from lms.guard import public
from lms.kernel.errors import NotFound
from lms.web.pages import page


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a table of fields."""

    name: str
    type: str
    is_required: bool
    about: str


@bp.get("/openapi.json")
@public("the API's own description holds nobody's data")
def openapi() -> Response:
    return jsonify(document(_public_url()))


@bp.get("/docs")
@public("the API's own description holds nobody's data")
def docs() -> Response:
    """Every operation in a line, by resource."""
    made = document(_public_url())
    return page("api/docs.html", document=made, groups=_by_resource(made))


@bp.get("/docs/<string:resource>")
@public("the API's own description holds nobody's data")
def resource_docs(resource: str) -> Response:
    """The operations of one resource, and the shapes that they take and give."""
    made = document(_public_url())
    groups = _by_resource(made)
    if resource not in groups:
        raise NotFound
    operations = [
        {**operation, "sent": list(_sent(operation)), "given": list(_given(operation))}
        for operation in groups[resource]
    ]
    shapes = {
        name: (schema.get("description", ""), list(fields_of(schema)))
        for name, schema in sorted(_reached(operations, made["components"]["schemas"]).items())
        if schema.get("properties")
    }
    return page("api/resource.html", resource=resource, operations=operations, shapes=shapes)


def _by_resource(made: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The declared operations by the slug of their first tag, each with its path and method."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in made["paths"].items():
        for method, declared in methods.items():
            slug = declared["tags"][0].replace(" ", "-")
            groups.setdefault(slug, []).append({**declared, "path": path, "method": method.upper()})
    return groups


def _reached(operations: list[dict[str, Any]], schemas: dict[str, Any]) -> dict[str, Any]:
    """The schemas that these operations name, and those that these name in turn."""
    reached: dict[str, Any] = {}
    waiting = list(_names(operations))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached[name] = schemas[name]
            waiting += _names(schemas[name])
    return reached


def _names(part: Any) -> Iterator[str]:
    """The schemas that a part of the document refers to."""
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].rsplit("/", 1)[-1]
        for inner in part.values():
            yield from _names(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _names(inner)


def _public_url() -> str:
    return str(current_app.config["LMS"].public_url).rstrip("/")


def _sent(declared: dict[str, Any]) -> Iterator[Field]:
    for parameter in declared["parameters"]:
        where = f"{type_of(parameter['schema'])} ({parameter['in']})"
        yield Field(parameter["name"], where, parameter["required"], parameter.get("description", ""))
    for kind, content in declared.get("requestBody", {}).get("content", {}).items():
        yield Field("body", f"{type_of(content['schema'])} ({kind})", True, "")


def _given(declared: dict[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    for status, answer in declared["responses"].items():
        kinds = [
            f"{kind}: {type_of(content['schema'])}" if content.get("schema") else kind
            for kind, content in answer.get("content", {}).items()
        ]
        yield status, answer["description"], kinds


def fields_of(schema: dict[str, Any]) -> Iterator[Field]:
    """The fields of a JSON object's schema."""
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        yield Field(name, type_of(field), name in required, field.get("description", ""))


def type_of(schema: dict[str, Any]) -> str:
    """A schema in a few words: `text (date)`, `list of HoursEntry`, `one of: firm, all`."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if "anyOf" in schema:
        return " or ".join(type_of(option) for option in schema["anyOf"])
    if "enum" in schema:
        return "one of: " + ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return f"always {schema['const']}"
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    kind = {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(
        schema.get("type", ""), schema.get("type", "any JSON")
    )
    bounds = (("minimum", "at least"), ("maximum", "at most"))
    limits = [f"{word} {schema[name]}" for name, word in bounds if name in schema]
    inside = ", ".join([*([schema["format"]] if "format" in schema else []), *limits])
    return f"{kind} ({inside})" if inside else kind
