"""The edge where sentences meet a language: English or Spanish, the reader's zone, their way to write numbers."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, format_date, format_datetime, format_decimal, get_locale, gettext

from lms.kernel.text import Sentence

LANGUAGES = {"en": "English", "es": "Español"}
COOKIE = "language"
babel = Babel()


def reader_language() -> str:
    """The reader's: what they chose, else their account's, else what the browser asks for, else English."""
    if not has_request_context():
        return "en"
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    actor = g.get("actor")
    if actor is not None:
        return str(actor.language)
    return request.accept_languages.best_match(LANGUAGES) or "en"


def reader_zone() -> str:
    """The IANA zone of the reader."""
    actor = g.get("actor") if has_request_context() else None
    return actor.zone if actor else "America/New_York"


def tell(sentence: Sentence | str) -> str:
    """A sentence in the reader's language, with its values written their way."""
    if isinstance(sentence, str):
        return str(gettext(sentence))
    return str(gettext(sentence.message, **{name: told(value) for name, value in sentence.values.items()}))


def told(value: object) -> str:
    """One value as the reader writes it."""
    if isinstance(value, Sentence):
        return tell(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(format_decimal(value))
    return str(value)


def instant(value: datetime, zone: str | None = None) -> str:
    """An instant in `zone` (the reader's by default), always with the zone's short name."""
    local = value.astimezone(ZoneInfo(zone or reader_zone()))
    pattern = "EEE d MMM y HH:mm" if _is("es") else "EEE, MMM d, y, h:mm a"
    return f"{format_datetime(local, pattern, rebase=False)} {local:%Z}"


def day(value: date) -> str:
    """A calendar day with its weekday."""
    return str(format_date(value, "EEE d MMM y" if _is("es") else "EEE, MMM d, y"))


def _is(language: str) -> bool:
    locale = get_locale()
    return bool(locale is not None and locale.language == language)


def install(app: Flask) -> None:
    """The filters that templates use."""
    app.jinja_env.filters.update(say=tell, told=told, instant=instant, day=day)
    app.jinja_env.globals.update(get_locale=get_locale)
