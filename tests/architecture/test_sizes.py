"""Files stay short enough to read in one sitting. The numbers are a ceiling; STYLE.md says what to aim at."""

import ast

from tests.architecture.sources import LMS, TOP, modules

LONGEST_MODULE = 400
LONGEST_TEMPLATE = 250
LONGEST_FUNCTION = 80


def test_no_module_is_longer_than_a_sitting() -> None:
    long = {
        str(path.relative_to(TOP)): lines
        for path in LMS.rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > LONGEST_MODULE
    }
    assert not long, "would two rooms read better?"


def test_no_template_is_longer_than_a_sitting() -> None:
    long = {
        str(path.relative_to(TOP)): lines
        for path in LMS.rglob("*.html")
        if (lines := len(path.read_text().splitlines())) > LONGEST_TEMPLATE
    }
    assert not long


def test_no_function_is_longer_than_a_page() -> None:
    long = {
        f"{name}.{node.name}": (node.end_lineno or 0) - node.lineno
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION
    }
    assert not long
