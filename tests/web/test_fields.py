"""Fields read what people type, keep it when they cannot, and say how to write it."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from lms.web.fields import DayField, InstantField, MinutesField, MoneyField

pytestmark = pytest.mark.one_engine


class Entry(Form):
    """One of each."""

    minutes = MinutesField()
    amount = MoneyField(currency="USD")
    day = DayField()
    at = InstantField()


def typed(app: Flask, language: str = "en", **values: str) -> Entry:
    with app.test_request_context(headers={"Accept-Language": language}):
        form = Entry(MultiDict(values))
        form.validate()
        for field in form:
            field()
        return form


@pytest.mark.parametrize(("text", "minutes"), [("1,5", 90), ("90m", 90), ("2:30", 150), ("2h30", 150), ("45", 45)])
def test_time_may_be_written_any_way(app: Flask, text: str, minutes: int) -> None:
    assert typed(app, minutes=text).minutes.data == minutes


@pytest.mark.parametrize("text", ["abc", "1e3", "-30", "90 s"])
def test_what_is_no_length_of_time_is_kept_and_explained(app: Flask, text: str) -> None:
    form = typed(app, minutes=text)
    assert form.minutes.data is None
    assert form.minutes.errors == ["Write the time as 90, 1:30, 1.5 or 1h30m."]
    assert f'value="{text}"' in str(form.minutes())


def test_minutes_answer_as_hours(app: Flask) -> None:
    with app.test_request_context():
        assert 'value="1:30"' in str(Entry(data={"minutes": 90}).minutes())


@pytest.mark.parametrize("text", ["1,234.567", "NaN", "1e9", "-0", "12.345"])
def test_what_is_no_amount_is_refused(app: Flask, text: str) -> None:
    form = typed(app, amount=text)
    assert form.amount.data is None
    assert form.amount.errors


@pytest.mark.parametrize(
    ("text", "minor"),
    [("1,234", 123400), ("$41,500.00", 4150000), ("$ 5", 500), ("-$1,000,000.5", -100000050), ("12.5", 1250)],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_an_amount_may_be_pasted_as_a_sheet_shows_it(app: Flask, text: str, minor: int, language: str) -> None:
    assert typed(app, language, amount=text).amount.data == minor


@pytest.mark.parametrize(
    "text", ["1,50", "1,5000", "12,34,567", ",500", "1.234,50", "€500", "$", "1,234,", "41$500", "--5", "-$-5"]
)
def test_an_amount_that_could_mean_two_things_is_refused_and_kept(app: Flask, text: str) -> None:
    form = typed(app, amount=text)
    assert form.amount.data is None
    assert form.amount.errors
    assert f'value="{text}"' in str(form.amount())


def test_an_amount_is_minor_units(app: Flask) -> None:
    form = typed(app, amount="415.50")
    assert form.amount.data == 41550


@pytest.mark.parametrize(("language", "text"), [("en", "2026-11-23"), ("en", "11/23/2026"), ("es", "23/11/2026")])
def test_a_day_may_be_written_as_the_reader_does(app: Flask, language: str, text: str) -> None:
    assert typed(app, language, day=text).day.data == date(2026, 11, 23)


def test_a_day_that_does_not_exist_is_refused_with_the_way_to_write_it(app: Flask) -> None:
    form = typed(app, day="2026-11-31")
    assert form.day.errors == ["There is no such day. Write it as 2026-11-23."]
    assert 'value="2026-11-31"' in str(form.day())


def test_a_local_time_becomes_an_instant(app: Flask) -> None:
    form = typed(app, at="2026-07-01T09:30")
    assert form.at.data == datetime(2026, 7, 1, 13, 30, tzinfo=UTC)
