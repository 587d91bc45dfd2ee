"""Forms about benefit lines and evidence, for the team and for the firm."""

from collections.abc import Iterable
from enum import Enum
from typing import Any, Self, TypeVar

from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from lms.capstone.lines.models import LineVersion, SavingsPool
from lms.capstone.lines.rules.kinds import BenefitClass, HoursProof, Isolation, LineKind, Stream
from lms.capstone.lines.services import Draft
from lms.capstone.savings.models import EvidenceKind
from lms.kernel.text import N_
from lms.web.fields import DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.savings.fields import PercentField, QuantityField, RampField, UnitValueField
from lms.web.savings.words import named

WHOLE = 10_000
T = TypeVar("T")


def given(value: T | None) -> T:
    """What a required field of a form that has validated holds."""
    if value is None:
        raise ValueError("the form has not validated")
    return value


def options(kinds: Iterable[Enum], empty: str = "") -> list[Any]:
    """The choices of a select, in the reader's words; empty: a first choice for none."""
    first = [choice("", tell(empty))] if empty else []
    return [*first, *(choice(kind.value, named(kind)) for kind in kinds)]


class LineForm(ProductForm):
    """A version of a benefit line. `currency` stands before the unit value."""

    title = StringField(N_("What is saved?"), [InputRequired()])
    benefit_class = SelectField(N_("How firm is it?"))
    kind = SelectField(N_("How often?"))
    stream = SelectField(N_("Of what?"))
    quantity = QuantityField(N_("How many units a year (or once)?"), [InputRequired()])
    unit = StringField(N_("Unit, such as kg, h, part"))
    unit_value = UnitValueField(N_("What is one unit worth?"), [InputRequired()])
    margin = PercentField(N_("Contribution margin in percent"), [Optional()])
    margin_source = StringField(N_("Where the margin comes from"))
    attribution = PercentField(N_("Caused by the project, in percent"), [InputRequired()])
    confidence = PercentField(N_("How certain, in percent"), [InputRequired()])
    ramp = RampField(N_("Share reached in the first months, in percent"), [Optional()])
    life = IntegerField(N_("Ends after how many months?"), [Optional()])
    go_live = DayField(N_("In use since"), [Optional()])
    isolation = SelectField(N_("How is the project's effect told from everything else?"))
    hours_proof = SelectField(N_("If hours are saved: what shows it?"))
    pool = SelectField(N_("Shared account or meter"))
    basis = TextAreaField(N_("How do you know? Show the calculation."))

    def offer(self, currency: str, pools: list[SavingsPool]) -> Self:
        """Fill the choices and the currency; call it before validating."""
        self.benefit_class.choices = options(BenefitClass)
        self.kind.choices = options(LineKind)
        self.stream.choices = options(Stream)
        self.isolation.choices = options(Isolation, N_("Not yet decided"))
        self.hours_proof.choices = options(HoursProof, N_("No hours, or soft"))
        self.pool.choices = [choice("", tell(N_("None"))), *(choice(pool.public_id, pool.name) for pool in pools)]
        self.pools = {pool.public_id: pool.id for pool in pools}
        self.unit_value.currency = currency
        return self

    def draft(self) -> Draft:
        """What the form says; call it after it has validated."""
        return Draft(
            benefit_class=BenefitClass(self.benefit_class.data),
            kind=LineKind(self.kind.data),
            stream=Stream(self.stream.data),
            quantity_e4=self.quantity.data,
            unit_value_e4=self.unit_value.data,
            margin_bp=self.margin.data,
            attribution_bp=self.attribution.data,
            confidence_bp=self.confidence.data,
            ramp_bp=self.ramp.data or (),
            life_months=self.life.data,
            go_live=self.go_live.data,
            isolation_method=Isolation(self.isolation.data) if self.isolation.data else None,
            hours_proof=HoursProof(self.hours_proof.data) if self.hours_proof.data else None,
            pool_id=self.pools.get(self.pool.data),
            basis=self.basis.data or "",
            unit=self.unit.data or "",
            margin_source=self.margin_source.data or "",
        )


def shown_of(version: LineVersion, title: str, prose: dict[str, str], pools: list[SavingsPool]) -> dict[str, object]:
    """What a form about this version shows first."""
    return {
        "title": title,
        "benefit_class": version.benefit_class.value,
        "kind": version.kind.value,
        "stream": version.stream.value,
        "quantity": version.quantity_e4,
        "unit_value": version.unit_value_e4,
        "margin": version.margin_bp,
        "attribution": version.attribution_bp,
        "confidence": version.confidence_bp,
        "ramp": tuple(version.ramp_bp or ()) or None,
        "life": version.life_months,
        "go_live": version.go_live,
        "isolation": version.isolation_method.value if version.isolation_method else "",
        "hours_proof": version.hours_proof.value if version.hours_proof else "",
        "pool": next((pool.public_id for pool in pools if pool.id == version.pool_id), ""),
        **prose,
    }


NEW_LINE: dict[str, object] = {
    "benefit_class": BenefitClass.HARD_PL.value,
    "kind": LineKind.RECURRING.value,
    "stream": Stream.OTHER.value,
    "attribution": WHOLE,
    "confidence": WHOLE,
}


class AmendForm(LineForm):
    """The same, with why it changes."""

    why = TextAreaField(N_("Why does it change?"), [InputRequired()])


class EvidenceForm(ProductForm):
    """What shows a saving."""

    kind = SelectField(N_("What shows it?"), default=EvidenceKind.PHOTO.value)
    reference = StringField(N_("Its number, or where it lies"))
    file = StringField(N_("Photo or document"))

    def offer(self) -> Self:
        """Fill the choices."""
        self.kind.choices = options(EvidenceKind)
        return self


class ClaimForm(ProductForm):
    """One button; the key makes a double tap one claim."""

    request_key = HiddenField()
