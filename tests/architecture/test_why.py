"""Each figure of money, time or points on a page answers "why?": the first promise of the product.

A figure is what `ui.figure` shows. One that was entered as it stands is no fold of facts but a fact, and says so here.
"""

import re
from collections.abc import Iterator

from tests.architecture.sources import TOP

TEMPLATES = TOP / "lms" / "web" / "templates"
FIGURE = re.compile(
    r"\{\{-?\s*ui\.figure\((?P<alone>.*?)\)\s*-?\}\}"
    r"|\{%-?\s*call ui\.figure\((?P<told>.*?)\)\s*-?%\}(?P<body>.*?)\{%-?\s*endcall",
    re.S,
)
NUMBER = re.compile(r"\|\s*(money|minutes|clock|percent|points|told)\b")
WHY = re.compile(r"ui\.why\(|ui\.why_link\(|because\(")
FACTS = {
    "admin/curriculum/version.html": ["Week band"],  # of the version, as it was published
    "coordinator/session.html": ["Planned"],  # of the session, as it was set
    "employer/energy/recommendation.html": ["Saving a year", "Cost"],  # as the assessment reported them
    "life/_timeline.html": ["Study time a week", "Still asked for"],  # of a plan, as it was signed
    # One "why?" below both: the forecast's.
    "student/_forecast.html": ["At your approved pace of %(pace)s a week", "A week, to be done by %(day)s"],
}


def figures_without_why(text: str) -> Iterator[str]:
    """The names of the figures of a template that do not say why."""
    for found in FIGURE.finditer(text):
        told = found["alone"] or found["told"]
        if NUMBER.search(told) and not WHY.search(found["body"] or ""):
            name = re.search(r'_\("(.*?)"', told)
            yield name[1] if name else told


def test_each_figure_says_why() -> None:
    found = {
        str(path.relative_to(TEMPLATES)): list(figures_without_why(path.read_text()))
        for path in TEMPLATES.rglob("*.html")
    }
    assert {name: figures for name, figures in found.items() if figures} == FACTS


def test_a_figure_without_why_is_noticed() -> None:
    alone = '{{ ui.figure(_("Gross"), view.gross | money("USD")) }}'
    told = '{% call ui.figure(_("Paid"), paid | clock) %}<a href="/">x</a>{% endcall %}'
    why = '{% call ui.figure(_("Cost"), cost | told) %}{{ ui.why(cost) }}{% endcall %}'
    assert list(figures_without_why(alone + told + why)) == ["Gross", "Paid"]
