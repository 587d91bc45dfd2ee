"""Templates that are compiled once for each language say the same as those that look everything up."""

from enum import StrEnum

import pytest
import wtforms.widgets
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, UndefinedError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from lms.kernel.speak import LANGUAGES, catalog
from lms.web.forms import html_params
from lms.web.templating import SpokenEnvironment, written

pytestmark = pytest.mark.one_engine

SENTENCE = "Week %(number)s of 52, %(cohort)s"
PAGES = {
    "plain.html": "<p>{{ _('Today') }}</p>",
    "values.html": "<p>{{ _('" + SENTENCE + "', number=number, cohort=cohort) }}</p>",
    "chosen.html": "<p>{{ _(name) if name else _('Hours') }} {{ _('Today') ~ '!' }}</p>",
    "inside.html": "{% macro bold(text) %}<b>{{ text }}</b>{% endmacro %}{{ bold(_('Today')) }}"
    "{{ bold(_('" + SENTENCE + "', number=number, cohort=cohort)) }}",
    "percent.html": "{{ _('100%% of <it>') }} {{ _('%(number)s%% of %(number)s', number=number) }}",
    "odd.html": "{{ _('%(number)s of %(number)s', number=number) }} {{ ngettext('%(num)d fact', '%(num)d facts', 2) }}",
}
VALUES = {"number": 3, "cohort": "<Fall & 2026>", "name": "Coursework"}


@pytest.fixture(scope="module")
def environments() -> dict[str, SpokenEnvironment]:
    """By language, with "" for the one that looks up while it renders."""
    spoken = {}
    for language in LANGUAGES:
        environment = SpokenEnvironment(Flask(__name__), loader=DictLoader(PAGES), autoescape=True)
        environment.add_extension("jinja2.ext.i18n")
        environment.install_gettext_translations(catalog(language), newstyle=True)  # type: ignore[attr-defined]
        spoken[language] = environment
    return spoken


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_compiled_sentence_is_the_one_that_was_looked_up(
    environments: dict[str, SpokenEnvironment], name: str, language: str
) -> None:
    looking_up = environments[language]
    compiled = looking_up.in_language(language)
    expected = looking_up.get_template(name).render(VALUES)
    assert compiled.get_template(name).render(VALUES) == expected
    assert "&lt;Fall" in expected or "Fall" not in expected


def test_each_language_has_its_own_templates(environments: dict[str, SpokenEnvironment]) -> None:
    environment = environments["en"]
    said = {environment.in_language(language).get_template("plain.html").render() for language in LANGUAGES}
    assert said == {"<p>Today</p>", f"<p>{catalog('es').gettext('Today')}</p>"}


def test_a_sentence_without_values_is_not_looked_up_any_more(environments: dict[str, SpokenEnvironment]) -> None:
    compiled = environments["es"].in_language("es").compile(PAGES["plain.html"], raw=True)
    assert f"<p>{catalog('es').gettext('Today')}</p>" in compiled
    assert "call" not in compiled


class _Drawn:
    def __html__(self) -> str:
        return "<b>&</b>"


class _Said(StrEnum):
    ODD = "<odd>"


VALUES_OF_PAGES = st.one_of(
    st.text(), st.text(alphabet="<>&\"'a"), st.text().map(Markup), st.integers(), st.booleans(), st.none(), st.floats(),
    st.dates(), st.sampled_from([_Drawn(), _Said.ODD, ("<", 1)]),
)  # fmt: skip


@given(VALUES_OF_PAGES)
def test_what_is_written_into_a_page_is_escaped_as_markupsafe_does(value: object) -> None:
    assert written(value) == str(escape(value))


NAMES = st.sampled_from(["class_", "data_what", "aria_label", "id", "checked", "accesskey_key"])


@given(st.dictionaries(NAMES, VALUES_OF_PAGES))
def test_the_attributes_of_an_input_are_those_that_wtforms_would_write(given_ones: dict[str, object]) -> None:
    assert html_params(**given_ones) == str(wtforms.widgets.html_params(**given_ones))


CALLS = {
    "lib.html": "{% macro card(title, tone='muted', hint='') %}"
    "[{{ tone }}|{{ title }}|{{ hint }}|{{ caller(2) if caller }}]{% endmacro %}"
    "{% macro any() %}{{ varargs }}{{ kwargs }}{% endmacro %}",
    "base.html": "{% block title %}<T>{% endblock %}{% block body %}{{ self.title() }}{% endblock %}",
    "page.html": "{% extends 'base.html' %}{% import 'lib.html' as ui %}"
    "{% block title %}{{ super() }}{{ here() }}{% endblock %}"
    "{% block body %}{{ super() }}{% for n in range(2) %}{% set k = n + 1 %}"
    "{{ ui.card('<a>', hint=k) }}{{ ui.card(text, 'good') }}{{ here() }}{{ loop.cycle('x', 'y') }}{{ text.upper() }}"
    "{% call(times) ui.card('b', tone=text) %}{{ '<i>' * times }}{{ n }}{% endcall %}"
    "{{ ui.any(1, *[2, 3], **{'class': 4}) }}{{ ui.any(class=n) }}{% endfor %}{{ bare(1)(two=2) }}{% endblock %}",
}


def _bare(one: int) -> object:
    return lambda two: f"<{one}{two}>"


@pass_context
def _here(context: Context) -> str:
    return f"<{context.get('text')}>"


def test_what_a_template_calls_gives_what_it_gives_when_jinja_calls_it() -> None:
    pages = []
    for kind in (SpokenEnvironment, Environment):
        own = (Flask(__name__),) if kind is SpokenEnvironment else ()
        environment = kind(*own, loader=DictLoader(CALLS), autoescape=True)
        environment.globals.update(here=_here, bare=_bare)
        pages.append(environment.get_template("page.html").render(text="<&>"))
    ours, jinjas = pages
    assert ours == jinjas
    assert "&lt;i&gt;&lt;i&gt;1" in ours
    assert "&lt;&lt;&amp;&gt;&gt;" in ours  # the global that wants to know where it was called from


def test_what_is_not_there_is_not_called() -> None:
    environment = SpokenEnvironment(Flask(__name__), loader=DictLoader({"page.html": "{{ nobody(1) }}"}))
    with pytest.raises(UndefinedError, match="nobody"):
        environment.get_template("page.html").render()
