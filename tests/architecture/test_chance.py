"""No test asks for a word so short that a page's random secrets may spell it: one run in thousands would lie."""

import ast
import re

import pytest

from tests.architecture.sources import TOP, tracked

SHORT = re.compile(r"[A-Za-z0-9_-]{1,3}")  # the letters of secrets, form tokens and request ids
MARKUP = re.compile(r"\.text$|^(text|page|body|markup)$|get_data\(as_text=True\)$")


def by_chance(source: str) -> list[int]:
    """The lines that look for a short word in a page's markup."""
    tree, found = ast.parse(source), set()
    for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
        named = _named(scope)
        for node in ast.walk(scope):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
                short, where = node.left, ast.unparse(node.comparators[0])
                is_short = isinstance(short, ast.Constant) and SHORT.fullmatch(str(short.value))
                if is_short and MARKUP.search(named.get(where, where)):
                    found.add(node.lineno)
    return sorted(found)


def _named(scope: ast.AST) -> dict[str, str]:
    """What the names of a function stand for."""
    given = [node for node in ast.walk(scope) if isinstance(node, ast.Assign) and not isinstance(scope, ast.Module)]
    return {ast.unparse(target): ast.unparse(node.value) for node in given for target in node.targets}


def test_no_test_looks_for_a_short_word_in_markup() -> None:
    found = [
        f"{path.relative_to(TOP)}:{line}"
        for path in tracked("tests/**/*.py")
        for line in by_chance(path.read_text(encoding="utf-8"))
    ]
    assert not found, "look in tests.support.web.words(answer)"


def test_the_tests_of_every_folder_are_looked_at() -> None:
    assert {"hub", "web", "architecture"} <= {path.relative_to(TOP).parts[1] for path in tracked("tests/**/*.py")}


@pytest.mark.parametrize(
    "line",
    ['assert "Ada" not in answer.text', '(200, "Ada" in late.text)', '"12" in page', 'def f(): a = b.text; "12" in a'],
)
def test_such_a_look_would_be_noticed(line: str) -> None:
    assert by_chance(line) == [1]


@pytest.mark.parametrize("line", ['assert "Adam" in answer.text', '"Ada" in words(page)', '">Ada<" in page.text'])
def test_what_no_secret_can_spell_is_left_alone(line: str) -> None:
    assert by_chance(line) == []
