"""Turns sentences and values into text for one reader: the reader's language, number style and time zone.

Used wherever the product speaks: pages, mail, documents and the API. Knows Babel, not Flask.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_time, get_timezone_name
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision
from babel.support import Translations

from lms.kernel.money import Money, round_half_away
from lms.kernel.text import Sentence
from lms.kernel.units import Points, RoundMoney, Share, Span

LANGUAGES = {"en": "English", "es": "Español"}
LOCALES = {"en": "en_US", "es": "es_US"}
CATALOGS = Path(__file__).parent.parent / "translations"
MINUS = "\u2212"
KEPT = 4096  # texts of days, instants and numbers: Babel takes longer for one than a page for ten lines

DAY_STYLES = {"short": "MMMd", "medium": "MMMEd", "long": "yMMMEd", "numeric": "yMd", "month": "yMMMM"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a language of `LANGUAGES` and an IANA zone."""

    language: str
    zone: str

    @property
    def locale(self) -> Locale:
        """The reader's Babel locale; English where the language is unknown."""
        return _locale(self.language)


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES.get(language, LOCALES["en"]))


@lru_cache
def catalog(language: str) -> NullTranslations:
    """The message catalog of `language`; one that answers in English if there is none."""
    return Translations.load(str(CATALOGS), [language])


def speak(sentence: Sentence | str, reader: Reader) -> str:
    """The sentence in the reader's language, its values formatted. Plain text is given back as it is."""
    if isinstance(sentence, str):
        return sentence
    message = catalog(reader.language).gettext(sentence.message) if sentence.message else ""
    if not sentence.values:
        return message
    return message % {name: shown(value, reader) for name, value in sentence.values.items()}


def minutes_long(minutes: int) -> str:
    """`2 h 30`, `45 min`, `3 h`."""
    sign = MINUS if minutes < 0 else ""
    hours, rest = divmod(abs(minutes), 60)
    if hours and rest:
        return f"{sign}{hours} h {rest:02d}"
    return f"{sign}{rest} min" if rest else f"{sign}{hours} h"


def minutes_clock(minutes: int) -> str:
    """`2:30`."""
    sign = MINUS if minutes < 0 else ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{sign}{hours}:{rest:02d}"


@lru_cache(maxsize=KEPT)
def day_text(day: date, reader: Reader, style: str = "medium") -> str:
    """A calendar day; style: a key of `DAY_STYLES`."""
    return str(format_skeleton(DAY_STYLES[style], day, locale=reader.locale))


@lru_cache(maxsize=KEPT)
def instant_text(instant: datetime, reader: Reader, zone: str | None = None, style: str = "medium") -> str:
    """An aware instant as local day and time with the zone's name: `Mon, Nov 23, 10:15 PM EST`."""
    local = instant.astimezone(ZoneInfo(zone or reader.zone))
    name = get_timezone_name(local, width="short", locale=reader.locale)
    clock = format_time(local, format="short", locale=reader.locale).replace("\u202f", "\u00a0")
    return f"{day_text(local.date(), reader, style)}, {clock}\u00a0{name}"


def hour_text(instant: datetime, reader: Reader, zone: str | None = None) -> str:
    """Only the clock: `10:15 PM`. For the end of something whose day and zone stand beside it."""
    local = instant.astimezone(ZoneInfo(zone or reader.zone))
    return format_time(local, format="short", locale=reader.locale).replace("\u202f", "\u00a0")


def weekday_text(day: date, reader: Reader) -> str:
    """`Mon`."""
    return str(format_skeleton("E", day, locale=reader.locale))


def money_text(minor: int, currency: str, reader: Reader, cents: bool = True) -> str:
    """Minor units in the reader's number style. cents=False: rounded half away from zero to whole units."""
    digits = get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-digits)
    if cents:
        return str(format_currency(amount, currency, locale=reader.locale))
    sign = -1 if minor < 0 else 1
    whole = Decimal(sign * ((abs(minor) * 2 + 10**digits) // (2 * 10**digits)))
    return str(format_currency(whole, currency, format="\u00a4#,##0", locale=reader.locale, currency_digits=False))


def percent_text(bp: int, reader: Reader) -> str:
    """Basis points as a percentage with at most two decimals."""
    return str(format_percent(Decimal(bp).scaleb(-4), format="#,##0.##%", locale=reader.locale))


def points_text(hundredths: int, reader: Reader) -> str:
    """Hundredths of a point with at most two decimals."""
    return number_text(Decimal(hundredths).scaleb(-2), reader)


@lru_cache(maxsize=KEPT)
def number_text(value: Decimal | int, reader: Reader) -> str:
    """A number with grouping and at most four decimals."""
    return str(format_decimal(value, format="#,##0.####", locale=reader.locale))


_SHOWN: dict[type, Callable[..., str]] = {
    Sentence: speak,
    Span: lambda span, _reader: minutes_long(span.minutes),
    Share: lambda share, reader: percent_text(share.bp, reader),
    Points: lambda points, reader: points_text(points.hundredths, reader),
    Money: lambda money, reader: money_text(money.minor, money.currency, reader),
    RoundMoney: lambda money, reader: money_text(money.minor, money.currency, reader, cents=False),
    bool: lambda value, _reader: "\u2713" if value else "\u2717",
    int: number_text,
    Decimal: number_text,
    Fraction: lambda value, reader: number_text(round_half_away(value, 4), reader),
    datetime: instant_text,
    date: day_text,
}


def shown(value: object, reader: Reader) -> str:
    """Any value of a sentence or a step as text for the reader; what it does not know it prints as it is."""
    if value is None:
        return "\u2013"
    form = _SHOWN.get(type(value))
    return form(value, reader) if form else str(value)
