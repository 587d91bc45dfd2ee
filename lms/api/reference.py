"""The document for programs and the reference for people, both made from the declared operations."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, jsonify

from lms.api.kit import bp
from lms.api.spec import document
from lms.guard import public
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
    made = document(_public_url())
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in made["paths"].items():
        for method, declared in methods.items():
            entry = {**declared, "path": path, "method": method.upper(), "sent": list(_sent(declared))}
            groups.setdefault(declared["tags"][0], []).append({**entry, "given": list(_given(declared))})
    shapes = {
        name: (schema.get("description", ""), list(fields_of(schema)))
        for name, schema in sorted(made["components"]["schemas"].items())
        if schema.get("properties")
    }
    return page("api/docs.html", document=made, groups=groups, shapes=shapes)


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
