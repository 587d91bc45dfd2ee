"""The product's files speak of the product alone, and its code of one clock."""

import ast
import re

import pytest

import lms.models  # noqa: F401 - every table
from lms.kernel.db import Base
from lms.kernel.facts import Fact
from lms.web.words import FACTS
from tests.architecture.sources import TOP, modules, tracked

TEXTS = ("*.py", "*.md", "*.html", "*.css", "*.js", "*.toml", "*.yaml", "*.conf", "*.service", "*.csv", "*.txt", "dev")
# What only makes sense on one machine or to those who made the product.
STRANGE = re.compile(
    r"(?<![a-z<\w])/(?:work|root|home/\w+|tmp/[a-z]+)/|/shared/|\bworktree\b|\bpip\.conf\b", re.IGNORECASE
)


def test_no_file_names_a_place_on_one_machine() -> None:
    found = []
    for path in tracked(*TEXTS):
        if path.name.startswith("requirements") or path.parts[-2:] == ("architecture", "test_text.py"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if STRANGE.search(line):
                found.append(f"{path.relative_to(TOP)}:{number} {line.strip()[:100]}")
    assert not found


@pytest.mark.parametrize("line", ["cd /work/x", "see /root/.cache", "in ../shared/notes.md", "/home/ada/lms"])
def test_such_a_place_would_be_noticed(line: str) -> None:
    assert STRANGE.search(line)


def test_only_the_clock_module_reads_the_clock() -> None:
    clocks = {"now", "utcnow", "today"}
    found = []
    for name, tree in modules().items():
        if name == "lms.kernel.clock":
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            whose = ast.unparse(node.func.value).split(".")[-1]
            if (node.func.attr in clocks and whose in {"datetime", "date"}) or ast.unparse(node.func) == "time.time":
                found.append(f"{name}:{node.lineno}")
    assert not found, "use lms.kernel.clock"


def test_every_kind_of_fact_has_a_name_that_people_read() -> None:
    kinds = {mapper.class_.__tablename__ for mapper in Base.registry.mappers if issubclass(mapper.class_, Fact)}
    assert kinds == set(FACTS), "an explanation lists facts by these names: lms/web/words.py"
