"""Form fields that speak like the shop floor: time written any way, money of one currency, days, local instants.

Each keeps what was typed when it cannot be read, with a sentence that says how to write it.
"""

import re
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from babel.numbers import get_currency_symbol
from wtforms import DateField, DateTimeLocalField, StringField

from lms.hub.hours.rules.lengths import as_hours, parse_minutes
from lms.kernel import money
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.web.language import reader, tell

GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
"""Commas between thousands. Any other comma may be meant as the point, and is refused."""
ZONES = sorted(zone for zone in available_timezones() if zone.startswith(("America/", "Pacific/", "Europe/")))


def read_money(text: str, currency: str, name: str) -> int:
    """Minor units of an amount as people type and paste it: `money.parse`, and also "$41,500.00" in dollars."""
    minus = "-" if text.startswith(("-", money.MINUS)) else ""
    digits = text.removeprefix(minus and text[0]).strip()
    digits = digits.removeprefix(str(get_currency_symbol(currency, locale=reader().locale))).strip()
    if GROUPED.fullmatch(digits) and money.exponent(currency) < 3:
        digits = digits.replace(",", "")
    return money.parse(minus + digits, currency, name)


class ReadField(StringField):
    """Text that a function of the domain reads; `data` is None while it cannot be read."""

    def read(self, text: str) -> object:
        """What `text` means. Raises RuleBroken with the remedy."""
        raise NotImplementedError

    def written(self, value: Any) -> str:
        """How the field shows a value that was not typed."""
        raise NotImplementedError

    def process_formdata(self, valuelist: list[Any]) -> None:
        """WTForms calls it with what was posted; empty text is left to the validators."""
        self.data: Any = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        try:
            self.data = self.read(text)
        except RuleBroken as broken:
            raise ValueError(tell(broken.sentence)) from broken

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)


class MinutesField(ReadField):
    """A length of time as whole minutes: "1,5", "90m", "2:30", "2h30"."""

    def read(self, text: str) -> int:
        """Minutes; a bare whole number is minutes too."""
        return parse_minutes(text, field=self.name)

    def written(self, value: int) -> str:
        """`2:30`."""
        return as_hours(value)


class MoneyField(ReadField):
    """An amount of `currency` as whole minor units; set `currency` on the bound field where it is known late."""

    def __init__(self, label: str = "", validators: Any = None, currency: str = "USD", **more: Any) -> None:
        super().__init__(label, validators, **more)
        self.currency = currency

    @property
    def symbol(self) -> str:
        """What stands before the input: `$`."""
        return str(get_currency_symbol(self.currency, locale=reader().locale))

    def read(self, text: str) -> int:
        """Minor units."""
        return read_money(text, self.currency, self.name)

    def written(self, value: int) -> str:
        """Digits and a point."""
        return money.decimal_text(value, self.currency)


class DayField(DateField):
    """A calendar day: the browser's own picker, or typed as 2026-11-23, 11/23/2026 or, in Spanish, 23/11/2026."""

    FORMATS: ClassVar[tuple[str, ...]] = ("%Y-%m-%d",)
    BY_LANGUAGE: ClassVar[dict[str, str]] = {"en": "%m/%d/%Y", "es": "%d/%m/%Y"}

    def process_formdata(self, valuelist: list[Any]) -> None:
        """WTForms calls it with what was posted."""
        self.data: date | None = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        for form in (*self.FORMATS, self.BY_LANGUAGE[reader().language]):
            try:
                self.data = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
                return
            except ValueError:
                continue
        raise ValueError(tell(N_("There is no such day. Write it as 2026-11-23.")))


class InstantField(DateTimeLocalField):
    """A local day and time that becomes an instant in UTC; the zone is the reader's unless set on the bound field."""

    zone: str | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """WTForms calls it with what was posted."""
        super().process_formdata(valuelist)
        if self.data is not None:
            self.data = self.data.replace(tzinfo=ZoneInfo(self.zone or reader().zone)).astimezone(UTC)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return (
            self.data.astimezone(ZoneInfo(self.zone or reader().zone)).strftime("%Y-%m-%dT%H:%M") if self.data else ""
        )
