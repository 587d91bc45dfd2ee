"""The edge where sentences meet a language: whose language and zone a page speaks, and the filters that speak it.

A signed-in person's account decides; before that the cookie of the language switch, else what the browser asks for.
"""

from datetime import date, datetime
from functools import lru_cache

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale
from markupsafe import Markup, escape

from lms.kernel import speak
from lms.kernel.money import Money
from lms.kernel.speak import LANGUAGES, Reader
from lms.kernel.text import Sentence
from lms.kernel.units import Points, Share, Span

COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600
DEFAULT_ZONE = "America/New_York"
UNITS = {"minutes": Span, "percent": Share, "points": Points}
babel = Babel()


def reader_language() -> str:
    """The reader's language, a key of `LANGUAGES`."""
    if not has_request_context():
        return "en"
    actor = g.get("actor")
    if actor is not None:
        language: str = actor.language
        return language
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"


def reader_locale() -> str:
    """What Flask-Babel selects."""
    return speak.LOCALES[reader_language()]


def reader_zone() -> str:
    """The IANA zone of the reader."""
    actor = g.get("actor") if has_request_context() else None
    return actor.zone if actor else DEFAULT_ZONE


def reader() -> Reader:
    """Who reads the page being made."""
    actor = g.get("actor") if has_request_context() else None
    return _reader(actor.language, actor.zone) if actor else _reader(reader_language(), DEFAULT_ZONE)


_reader = lru_cache(Reader)  # a page asks for it a hundred times


def tell(sentence: Sentence | str) -> str:
    """A sentence in the reader's language; a bare string is taken for a message without values."""
    return speak.speak(sentence if isinstance(sentence, Sentence) else Sentence(sentence), reader())


def told(value: object) -> str:
    """One value as the reader writes it."""
    return speak.shown(value, reader())


def quantity(value: object, unit: str = "count", currency: str | None = None) -> str:
    """A bare int as what it is: unit "minutes", "money", "percent", "points" or "count"; other values as they are."""
    if isinstance(value, int) and not isinstance(value, bool):
        if unit == "money" and currency:
            return told(Money(value, currency))
        if unit in UNITS:
            return told(UNITS[unit](value))
    return told(value)


def instant(value: datetime, zone: str | None = None, style: str = "medium") -> Markup:
    """An instant as `<time>` in `zone` (the reader's by default), always with the zone's short name."""
    text = speak.instant_text(value, reader(), zone, style)
    return Markup(f'<time datetime="{value.isoformat(timespec="minutes")}">{escape(text)}</time>')  # noqa: S704


def as_day(text: str, style: str = "medium") -> str:
    """A day out of stored JSON, as `day`."""
    return day(date.fromisoformat(text), style)


def as_instant(text: str, zone: str | None = None) -> Markup:
    """An instant out of stored JSON, as `instant`."""
    return instant(datetime.fromisoformat(text), zone)


def hour(value: datetime, zone: str | None = None) -> str:
    """The clock time of an instant in `zone` (the reader's by default), without day and zone."""
    return speak.hour_text(value, reader(), zone)


def weekday(value: date) -> str:
    """The short name of a day of the week."""
    return speak.weekday_text(value, reader())


def day(value: date, style: str = "medium") -> str:
    """A calendar day; style: short, medium, long, numeric or month."""
    return speak.day_text(value, reader(), style)


def money(minor: int, currency: str, cents: bool = True) -> str:
    """Minor units of `currency` as the reader writes money."""
    return speak.money_text(minor, currency, reader(), cents)


def percent(bp: int) -> str:
    """Basis points as a percentage."""
    return speak.percent_text(bp, reader())


def points(hundredths: int) -> str:
    """Hundredths of a point."""
    return speak.points_text(hundredths, reader())


def install(app: Flask) -> None:
    """Give `app` its translations and the filters that templates use."""
    babel.init_app(app, locale_selector=reader_locale, timezone_selector=reader_zone)
    # A page says forty things; Flask-Babel would look up the request for each of them several times.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension that Flask-Babel adds
        gettext=lambda message: speak.catalog(reader_language()).gettext(message),
        ngettext=lambda one, many, number: speak.catalog(reader_language()).ngettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.filters.update(
        say=tell, told=told, value=told, quantity=quantity, minutes=speak.minutes_long, clock=speak.minutes_clock,
        money=money, percent=percent, points=points, day=day, instant=instant, hour=hour, as_day=as_day,
        as_instant=as_instant,
        weekday=weekday,
    )  # fmt: skip
    app.jinja_env.globals.update(get_locale=get_locale, languages=LANGUAGES, reader=reader)
