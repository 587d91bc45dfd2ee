"""An address is the one that Werkzeug makes, though its making is put off and the last ones are kept."""

from datetime import date

import pytest
from flask import Flask, url_for
from werkzeug.routing import Map, Rule

from lms.web.addresses import LateRule, address

pytestmark = pytest.mark.one_engine
VALUES = {"int": 7, "default": "a b/ü", "path": "a/b c", "public_id": "abcdefghijklmnopqrst", "day": date(2026, 11, 26)}


def test_every_rule_builds_what_werkzeugs_own_builds(app: Flask) -> None:
    built = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":  # Flask's own, made before
            continue
        assert type(rule) is LateRule
        own = Map([Rule(rule.rule, endpoint=rule.endpoint, methods=rule.methods)], converters=app.url_map.converters)
        kinds = {name: type(converter) for name, converter in rule._converters.items()}
        given = {
            name: VALUES[kind] for name, found in kinds.items() for kind in VALUES if own.converters[kind] is found
        }
        if set(given) != set(rule.arguments):
            continue
        for more in ({}, {"page": 2}):
            for _ in range(2):
                late = Map([rule.empty()], converters=app.url_map.converters).bind("example.org")
                assert late.build(rule.endpoint, {**given, **more}) == own.bind("example.org").build(
                    rule.endpoint, {**given, **more}
                )
        built += 1
    assert built > 500


def test_a_kept_address_is_that_of_its_values_alone(app: Flask) -> None:
    with app.test_request_context("/"):
        for _ in range(2):
            for activity in ("abcdefghijklmnopqrst", "bbbbbbbbbbbbbbbbbbbb"):
                expected = url_for("student.activity", activity=activity)
                assert activity in expected
                assert address("student.activity", activity=activity) == expected
            assert address("static", filename="mark.svg", _anchor="a") == url_for(
                "static", filename="mark.svg", _anchor="a"
            )
            assert address("public.home", yes=True) == url_for("public.home", yes=True)
    with app.test_request_context("/", base_url="http://localhost/below"):
        assert address("public.home") == "/below/"
