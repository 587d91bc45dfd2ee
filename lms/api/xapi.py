"""An xAPI statement as it comes (1.0.3 and 2.0), and what of it says something here. Unknown properties are refused.

Names, descriptions, answers and extensions are taken and not kept: they are words, and no number hangs on them.
"""

import hashlib
import json
from fractions import Fraction
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, JsonValue, RootModel, StringConstraints

from lms.api.shapes import NO_NUL, Instant, Shape
from lms.hub.intake.rules import ReportedScore
from lms.hub.intake.rules.durations import seconds_in
from lms.hub.intake.rules.statements import VOIDED, Statement, at_place
from lms.kernel.clock import now
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
UUID_TEXT = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
IRI_TEXT = r"^[A-Za-z][A-Za-z0-9+.\-]*:[^\s\x00]+$"
Uuid = Annotated[str, StringConstraints(pattern=UUID_TEXT)]
Iri = Annotated[str, StringConstraints(max_length=500, pattern=IRI_TEXT)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=NO_NUL)]
Mbox = Annotated[str, StringConstraints(max_length=320, pattern=r"^mailto:[^\s@\x00]+@[^\s@\x00]+$")]
Words = dict[str, str]
Extensions = dict[str, JsonValue]


class XapiAccount(Shape):
    """`name`: the student's number at the site, address, or enrollment. `home_page` is not looked at."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True, populate_by_name=True)
    home_page: Iri = Field(alias="homePage")
    name: Text


class XapiActor(Shape):
    """The student: by address (`mbox`) or by `account`. Not a group, not a checksum of an address."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True, populate_by_name=True)
    kind: Literal["Agent"] = Field(default="Agent", alias="objectType")
    name: Text | None = None
    mbox: Mbox | None = None
    account: XapiAccount | None = None


class XapiVerb(Shape):
    """What was done."""

    id: Iri
    display: Words = Field(default={})


class XapiObject(Shape):
    """The activity by its IRI; or, for the verb voided, the statement to take back (`objectType` StatementRef)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True, populate_by_name=True)
    kind: Literal["Activity", "StatementRef"] = Field(default="Activity", alias="objectType")
    id: Iri | Uuid
    definition: Extensions = Field(default={})


class XapiScore(Shape):
    """`scaled`: of 1. `raw`: from `min` to `max`, or in points of the activity without them."""

    scaled: float | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None


class XapiResult(Shape):
    """`duration`: ISO 8601, for an item; `score`: for an activity. Where there is no such place they are refused."""

    score: XapiScore | None = None
    success: bool | None = None
    completion: bool | None = None
    response: Annotated[str, StringConstraints(max_length=20_000)] | None = None
    duration: Text | None = None
    extensions: Extensions = Field(default={})


class XapiStatement(BaseModel):
    """One statement. Send an `id`: only then the same statement sent again is known to be the same."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)
    id: Uuid | None = None
    actor: XapiActor
    verb: XapiVerb
    object: XapiObject
    result: XapiResult | None = None
    context: Extensions = Field(default={})
    timestamp: Instant | None = None
    stored: Instant | None = None
    authority: Extensions = Field(default={})
    version: Annotated[str, StringConstraints(pattern=r"^(1\.0|2\.0)(\.\d+)?$")] | None = None


class XapiStatements(RootModel[XapiStatement | Annotated[list[XapiStatement], Field(max_length=100)]]):
    """One statement, or a list of them."""


class XapiIds(RootModel[list[str]]):
    """The ids of the statements that were taken in, in their order."""


class XapiAbout(Shape):
    """Which versions of xAPI are spoken here."""

    version: list[str]


def read_statement(sent: XapiStatement, place: str = "") -> Statement:
    """In our words. place: where it stands among several. Raises RuleBroken, named after the field."""
    who, who_field = _who(sent.actor)
    is_void = sent.verb.id == VOIDED
    made = Statement(
        id=str(UUID(sent.id)) if sent.id else str(uuid4()),
        body_sha256=_digest(sent),
        who=who,
        who_field=who_field,
        verb=sent.verb.id,
        about="" if is_void else sent.object.id,
        voids=sent.object.id.lower() if is_void else None,
        within=_within(sent.context),
        sitting=_sitting(sent),
        happened_at=sent.timestamp or now(),
        is_complete=sent.result.completion if sent.result else None,
        is_success=sent.result.success if sent.result else None,
        place=place,
    )
    if is_void != (sent.object.kind == "StatementRef"):
        message = N_("Only the verb voided is about a statement, and it is about nothing else.")
        raise at_place(made, "object.objectType", RuleBroken(message))
    if not who and not is_void:
        message = N_("Name the student by mbox, or by account with the student number or enrollment as its name.")
        raise at_place(made, "actor", RuleBroken(message))
    return _with_result(made, sent.result) if sent.result and not is_void else made


def _who(actor: XapiActor) -> tuple[str, str]:
    if actor.account is not None:
        return actor.account.name.strip(), "actor.account.name"
    return (actor.mbox or "").removeprefix("mailto:").strip(), "actor.mbox"


def _digest(sent: XapiStatement) -> str:
    """Of what its sender says; what a store adds by itself does not make it another."""
    said = sent.model_dump(mode="json", exclude_unset=True, exclude={"id", "stored", "authority", "version"})
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _within(context: Extensions) -> tuple[str, ...]:
    """The IRIs of what its object is a part of, the nearest first."""
    groups = context.get("contextActivities")
    found: list[str] = []
    for name in ("parent", "grouping"):
        listed: Any = groups.get(name, []) if isinstance(groups, dict) else []
        for one in listed if isinstance(listed, list) else [listed]:
            if isinstance(one, dict) and isinstance(iri := one.get("id"), str) and "\x00" not in iri:
                found.append(iri[:500])
    return tuple(found[:20])


def _sitting(sent: XapiStatement) -> str:
    """What ties statements about one go together: the session of cmi5, else the registration, else nothing."""
    extensions = sent.context.get("extensions")
    session = extensions.get(SESSION) if isinstance(extensions, dict) else None
    for named in (session, sent.context.get("registration")):
        if isinstance(named, str) and named and "\x00" not in named:
            return named[:200]
    return sent.id or str(uuid4())


def _with_result(made: Statement, result: XapiResult) -> Statement:
    seconds = None
    if result.duration is not None:
        try:
            seconds = int(seconds_in(result.duration))
        except RuleBroken as broken:
            raise at_place(made, "result.duration", broken) from None
    score = result.score
    parts = {name: getattr(score, name) for name in ("scaled", "raw", "min", "max")} if score else {}
    exact = {name: None if part is None else Fraction(str(part)) for name, part in parts.items()}
    reported = ReportedScore(exact["scaled"], exact["raw"], exact["min"], exact["max"]) if exact else None
    return Statement(**{**_plain(made), "seconds": seconds, "score": reported})


def _plain(made: Statement) -> dict[str, Any]:
    return {name: getattr(made, name) for name in made.__dataclass_fields__}
