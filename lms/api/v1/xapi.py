"""What simulators and lecture systems say by themselves: xAPI statements, at `/api/v1/xapi`."""

from typing import Annotated

from flask import request
from pydantic import StringConstraints

from lms.api.kit import Answer, operation
from lms.api.shapes import Shape
from lms.api.xapi import UUID_TEXT, XapiAbout, XapiIds, XapiStatement, XapiStatements, read_statement
from lms.hub.intake.rules.statements import Statement
from lms.hub.intake.services import receive
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.text import N_
from lms.people.access import Action, Actor

VERSION = "X-Experience-API-Version"
SPOKEN = ["1.0.3", "2.0.0"]
HEADERS = {VERSION: "The version of xAPI in which the statements are: 1.0.x or 2.0.x."}


class ById(Shape):
    """Which statement is put."""

    statementId: Annotated[str, StringConstraints(pattern=UUID_TEXT)]  # the name that xAPI gives it


@operation("GET /xapi/about", Action.RESULTS_REPORT, gives=XapiAbout)
def get_xapi_about(actor: Actor) -> Answer:
    """Which versions of xAPI are spoken here."""
    return Answer(XapiAbout(version=SPOKEN), headers=_said())


@operation("POST /xapi/statements", Action.RESULTS_REPORT, gives=XapiIds, body=XapiStatements, headers=HEADERS)
def post_xapi_statements(actor: Actor, body: XapiStatements) -> Answer:
    """Take in one statement or up to 100, all or none.

    A duration becomes minutes of the item whose IRI the object bears, at evidence level 1; a score becomes that of the
    activity. The same statement again changes nothing; another one under its id is 409.
    """
    _check_version()
    many = body.root if isinstance(body.root, list) else [body.root]
    statements = _read(many, is_list=isinstance(body.root, list))
    receive(actor, statements)
    return Answer(XapiIds([one.id for one in statements]), headers=_said())


@operation(
    "PUT /xapi/statements", Action.RESULTS_REPORT, gives=None, status=204, body=XapiStatement, query=ById,
    headers=HEADERS,
)  # fmt: skip
def put_xapi_statement(actor: Actor, body: XapiStatement, query: ById) -> Answer:
    """Take in one statement under the id of the address."""
    _check_version()
    if body.id is not None and body.id.lower() != query.statementId.lower():
        raise RuleBroken(N_("Send the id of the address, or none."), field="id")
    receive(actor, _read([body.model_copy(update={"id": query.statementId})], is_list=False))
    return Answer(None, headers=_said())


def _read(sent: list[XapiStatement], *, is_list: bool) -> list[Statement]:
    """Raises RuleBroken with every fault, named by the place in the list."""
    found, faults = [], []
    for number, one in enumerate(sent):
        try:
            found.append(read_statement(one, f"{number}." if is_list else ""))
        except RuleBroken as broken:
            faults += [broken, *broken.also]
    raise_all(faults)
    return found


def _check_version() -> None:
    asked = request.headers.get(VERSION, "")
    if not asked.startswith(("1.0", "2.0")):
        raise RuleBroken(N_("Send this header with 1.0.3 or 2.0.0."), field=VERSION)


def _said() -> dict[str, str]:
    """An answer is in the version that was asked in."""
    asked = request.headers.get(VERSION, "")
    return {VERSION: SPOKEN[0] if asked.startswith("1.0") else SPOKEN[1]}
