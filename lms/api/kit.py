"""One declaration per operation: method, path, who may, what it reads and gives, and with which status codes.

The same declaration checks the request, opens the door (`lms.guard`) and writes the OpenAPI document, so the three
cannot disagree.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, make_response
from pydantic import BaseModel

from lms.api.reading import MULTIPART, expect_no_body, read_form, read_json, read_query, read_raw
from lms.api.retries import once
from lms.api.shapes import NoQuery, Shape
from lms.guard import SAFE, Prepare, current_actor, requires
from lms.people.access import Action

Run = Callable[..., "BaseModel | Answer"]
bp = Blueprint("api", __name__, url_prefix="/api/v1")
OPERATIONS: dict[str, "Operation"] = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation gives when it is not simply its shape with its usual status.

    value: None for no content, a Response for what is not JSON.
    """

    value: BaseModel | Response | None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """What one operation declares; see `operation`."""

    name: str
    method: str
    rule: str
    action: Action
    run: Run
    gives: type[BaseModel] | None
    status: int
    also: tuple[int, ...]
    body: type[BaseModel] | None
    form: type[Shape] | None
    query: type[Shape]
    media: tuple[str, ...]
    problems: tuple[int, ...]
    headers: Mapping[str, str]
    is_kept: bool
    raw: str | None = None
    raw_bytes: int = 0

    @property
    def is_safe(self) -> bool:
        """Whether it only reads."""
        return self.method in SAFE


def operation(
    line: str,
    action: Action,
    *,
    gives: type[BaseModel] | None,
    status: int = 200,
    also: tuple[int, ...] = (),
    body: type[BaseModel] | None = None,
    form: type[Shape] | None = None,
    query: type[Shape] = NoQuery,
    media: tuple[str, ...] = ("application/json",),
    problems: tuple[int, ...] = (),
    headers: Mapping[str, str] | None = None,
    writes: bool = False,
    is_kept: bool = True,
    raw: str | None = None,
    raw_bytes: int = 0,
    prepare: Prepare | None = None,
    prepare_if: Callable[[], bool] | None = None,
) -> Callable[[Run], Run]:
    """Makes `run(actor, path values..., body=, form=, query=)` the operation `line`, such as "GET /me".

    gives: shape of the answer, None for no content. status, also: with which codes. body: shape of the JSON body.
    form: shape of the text fields of a multipart body, whose files `run` takes from the request. media: what it can
    give. problems: further error codes that it answers. headers: request headers that it reads, and what they are for.
    writes: a GET that logs a disclosure. is_kept: whether an `Idempotency-Key` keeps its answer; not where the body is
    a secret, of which nothing may be stored. raw: content type of a body of bytes, of which `run` gets at most
    `raw_bytes` as `raw`. prepare, prepare_if: see `requires`.
    """
    method, rule = line.split(" ")

    def declare(run: Run) -> Run:
        name = run.__name__
        if name in OPERATIONS:
            raise ValueError(f"two operations are called {name}")
        made = Operation(
            name=name,
            method=method,
            rule=rule,
            action=action,
            run=run,
            gives=gives,
            status=status,
            also=also,
            body=body,
            form=form,
            query=query,
            media=media,
            problems=problems,
            headers=headers or {},
            is_kept=is_kept,
            raw=raw,
            raw_bytes=raw_bytes,
        )
        OPERATIONS[name] = made
        view = requires(action, writes=writes, prepare=prepare, prepare_if=prepare_if)(_view(made))
        bp.add_url_rule(rule, endpoint=name, view_func=view, methods=[method])
        return run

    return declare


def _view(declared: Operation) -> Callable[..., Response]:
    @functools.wraps(declared.run)
    def view(**path: Any) -> Response:
        read = _read(declared)

        def respond() -> Response:
            return _respond(declared, declared.run(current_actor(), **path, **read))

        return once(respond) if declared.is_kept else respond()

    return view


def _read(declared: Operation) -> dict[str, BaseModel | bytes]:
    read: dict[str, BaseModel | bytes] = {}
    query = read_query(declared.query)
    if declared.query is not NoQuery:
        read["query"] = query
    if declared.body is not None:
        read["body"] = read_json(declared.body)
    elif declared.form is not None:
        read["form"] = read_form(declared.form)
    elif declared.raw is not None:
        read["raw"] = read_raw(declared.raw, declared.raw_bytes)
    elif not declared.is_safe:
        expect_no_body()
    return read


def _respond(declared: Operation, given: BaseModel | Answer) -> Response:
    answer = given if isinstance(given, Answer) else Answer(given)
    status = answer.status or declared.status
    if isinstance(answer.value, Response):
        response = answer.value
    elif answer.value is None:
        response = make_response("", 204)
    else:
        response = make_response(answer.value.model_dump_json(), status)
        response.mimetype = "application/json"
    response.headers.update(dict(answer.headers))
    return response


__all__ = ["MULTIPART", "OPERATIONS", "Answer", "Operation", "bp", "operation"]
