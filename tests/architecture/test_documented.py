"""What the program knows about itself and what its pages say are the same: settings, commands, jobs, actions, links."""

import re

import pytest
from flask import Flask

from lms.sample.names import CAST, DOMAIN
from lms.sample.player import PASSWORD
from tests.architecture.sources import TOP, tracked
from tools.docs import PAGES, TABLES, rendered

LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)")
PATH = re.compile(r"`((?:lms|tests|docs|deploy|tools|migrations|benchmarks)/[\w./-]+)`")


@pytest.mark.one_engine
@pytest.mark.parametrize("name", PAGES)
def test_the_tables_of_a_page_are_the_programs_own(app: Flask, name: str) -> None:
    assert rendered(TOP / name, app) == (TOP / name).read_text(), "run .venv/bin/python tools/docs.py"


def test_every_table_stands_on_a_page() -> None:
    pages = "".join((TOP / name).read_text() for name in PAGES)
    assert [name for name in TABLES if f"<!-- table: {name} -->" not in pages] == []


@pytest.mark.one_engine
def test_every_command_and_option_says_what_it_does(app: Flask) -> None:
    silent = []
    for name, command in app.cli.commands.items():
        ours = [command, *getattr(command, "commands", {}).values()]
        for one in ours:
            if one.callback is None or not one.callback.__module__.startswith("lms"):
                continue
            silent += [name] if not one.help else []
            silent += [f"{name} {p.opts[0]}" for p in one.params if p.param_type_name == "option" and not p.help]  # type: ignore[attr-defined]
    assert not silent


def test_links_pictures_and_paths_on_our_pages_lead_somewhere() -> None:
    lost = []
    for page in tracked("*.md"):
        text = page.read_text()
        lost += [f"{page.name}: {link}" for link in LINK.findall(text) if not (page.parent / link).exists()]
        lost += [f"{page.name}: {path}" for path in PATH.findall(text) if not (TOP / path).exists()]
    assert not lost


def test_the_readme_says_who_signs_in() -> None:
    text = (TOP / "README.md").read_text()
    assert [name for name, _ in CAST if f"`{name}@{DOMAIN}`" not in text] == []
    assert f"`{PASSWORD}`" in text
