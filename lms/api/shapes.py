"""What every request and answer is made of. Unknown fields and wrong types are refused; there are no floats."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticKnownError

from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.money import decimal_text, parse
from lms.kernel.text import N_, Sentence
from lms.web.language import tell, told

EARLIEST, LATEST = 1990, 2200


def _sensible_day(day: date) -> date:
    if not EARLIEST <= day.year < LATEST:
        raise ValueError("a day between 1990 and 2200")
    return day


def _utc(instant: datetime) -> datetime:
    _sensible_day(instant.date())
    return instant.astimezone(UTC)


def _only_digits(text: object) -> object:
    if isinstance(text, str) and not WHOLE.fullmatch(text):
        raise PydanticKnownError("int_parsing")  # pydantic alone would take "1_0" and " 5"
    return int(text) if isinstance(text, str) else text


WHOLE = re.compile(r"-?[0-9]{1,18}")
NO_NUL = r"^[^\x00]*$"  # PostgreSQL stores no NUL in text
PublicId = Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{20}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]
Prose = Annotated[str, StringConstraints(max_length=20_000, pattern=NO_NUL)]
Day = Annotated[date, AfterValidator(_sensible_day)]
Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
Decimals = Annotated[
    Decimal,
    PlainSerializer(lambda value: format(value, "f"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}, mode="serialization"),
]


class Shape(BaseModel):
    """Base of every request and answer."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class NoQuery(Shape):
    """The operation reads no query parameters."""


class AsOf(Shape):
    """As of when: facts recorded later are left out. Leave it out for now."""

    as_of: Instant | None = Field(default=None, description="Only facts recorded until this instant (UTC).")


class Paged(Shape):
    """Which part of a list."""

    limit: Annotated[int, BeforeValidator(_only_digits), Field(ge=1, le=200)] = Field(
        default=50, description="How many at most."
    )
    after: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        default=None, description="`next` of the page before."
    )


class Amount(Shape):
    """Money: a decimal number as text, and its currency (ISO 4217)."""

    amount: Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,16}(\.[0-9]{1,4})?$")] = Field(examples=["42800.00"])
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(examples=["USD"])

    @classmethod
    def of(cls, minor: int, currency: str) -> "Amount":
        """From minor units (cents)."""
        return cls(amount=decimal_text(minor, currency), currency=currency)

    def minor(self, field: str) -> int:
        """In minor units. Raises RuleBroken, named after `field`."""
        return parse(self.amount, self.currency, field)

    def minor_in(self, currency: str, field: str) -> int:
        """In minor units of `currency`, which has to be the one that was sent. Raises RuleBroken."""
        if self.currency != currency:
            raise RuleBroken(N_("Send this amount in %(currency)s."), field=field, currency=currency)
        return self.minor(field)


class FactOut(Shape):
    """One fact that a number was made from. `id` is null where you may not see it."""

    kind: str
    id: str | None
    recorded_at: datetime | None
    text: str | None = Field(description="Said instead of a fact that you may not see.")


class StepOut(Shape):
    """One line of the calculation. `value` for programs, `shown` as a page has it."""

    text: str
    value: JsonValue
    shown: str


class Why(Shape):
    """How a figure was made: what the rule says, where it comes from, the facts, and the steps; the last step is it."""

    value: JsonValue
    rule: str
    source: str
    facts: list[FactOut]
    steps: list[StepOut]


HIDDEN = N_("one fact you may not see")


def why(explained: Explained[Any]) -> Why:
    """An explanation as the API gives it, in the reader's language."""
    return Why(
        value=plain(explained.value),
        rule=tell(explained.rule),
        source=tell(explained.source),
        facts=[_fact(fact) for fact in explained.facts],
        steps=[_step(step) for step in explained.steps],
    )


def _fact(fact: FactRef) -> FactOut:
    hidden = fact.public_id is None
    text = tell(HIDDEN) if hidden else None
    return FactOut(kind=fact.kind, id=fact.public_id, recorded_at=None if hidden else fact.recorded_at, text=text)


def _step(step: Step) -> StepOut:
    return StepOut(text=tell(step.text), value=plain(step.value), shown=told(step.value))


def plain(value: object) -> JsonValue:
    """Any value of a rule as JSON without floats: exact numbers as text, money with its currency, days as ISO 8601."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Sentence):
        return tell(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    return _parts(value)


def _parts(value: object) -> JsonValue:
    if hasattr(value, "minor") and hasattr(value, "currency"):
        return {"amount": decimal_text(value.minor, value.currency), "currency": value.currency}
    names = getattr(value, "__dataclass_fields__", None)
    if names is not None:
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    return str(value)
