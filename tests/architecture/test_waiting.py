"""In a browser nothing is there at once: after a click a test waits for what comes of it, before it reads or goes on.

A test that reads the page or the database right after a click passes as long as the machine is fast, and fails on the
day on which it is not. Here each function of such tests is followed in the order in which it runs, helpers included.
"""

import ast
from collections.abc import Iterable
from functools import cache

import pytest

from tests.architecture.sources import TOP, tracked

Functions = dict[str, ast.FunctionDef]

ACTS = {"click", "dblclick", "tap", "press", "set_input_files", "drag_to", "dispatch_event"}
CHANGES = {"check", "uncheck", "set_checked", "select_option"}  # of a field, which may send something by itself
READS = {
    *("is_visible", "is_hidden", "is_checked", "is_enabled", "is_disabled", "is_editable", "count", "inner_text"),
    *("inner_html", "text_content", "input_value", "all_inner_texts", "all_text_contents", "all", "get_attribute"),
    *("evaluate", "evaluate_all", "eval_on_selector", "title", "content", "bounding_box", "screenshot"),
    *("one", "scalar", "scalars", "execute"),  # of the database
}
JUMPS = {"goto", "reload", "go_back", "go_forward"}  # each ends at a page that is there, and drops what was on its way
LOOKS = {"check_page"}
WAITS = {"wait_for", "wait_for_url", "wait_for_selector", "wait_for_function", "wait_for_event"}  # and expect(...)
AT_ONCE = {"tab_to": "the browser moves the focus before it says that the key is pressed"}  # function: why it may read


class Course:
    """A function, followed step by step. pending: what was pressed and not waited for, or ""."""

    def __init__(self, known: Functions, pending: str = "", inside: tuple[str, ...] = ()) -> None:
        self.known, self.pending, self.inside = known, pending, inside
        self.faults: dict[int, str] = {}

    def follow(self, name: str) -> "Course":
        self.inside = (*self.inside, name)
        self.block(self.known[name].body)
        return self

    def block(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return  # runs when somebody calls it
        if isinstance(node, ast.For | ast.While):
            self.values(node)
            self.block([*node.body, *node.body, *node.orelse])  # the second round comes after the first
        elif isinstance(node, ast.If):
            self.values(node)
            before = self.pending
            self.block(node.body)
            after, self.pending = self.pending, before
            self.block(node.orelse)
            self.pending = self.pending or after
        else:
            self.values(node)
            for field in ("body", "handlers", "orelse", "finalbody"):
                for below in getattr(node, field, []):
                    self.block(below.body if isinstance(below, ast.ExceptHandler) else [below])
            if isinstance(node, ast.With) and any("expect_" in ast.unparse(item) for item in node.items):
                self.pending = ""

    def values(self, node: ast.AST) -> None:
        """What stands inside of an expression runs before it."""
        for below in ast.iter_child_nodes(node):
            if not isinstance(below, ast.stmt | ast.ExceptHandler | ast.Lambda):
                self.values(below)
                self.value(below)

    def value(self, node: ast.AST) -> None:
        if isinstance(node, ast.Attribute) and node.attr == "url":
            self.reads(node.lineno, "url")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            self.method(node.func.attr, node.lineno)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            self.function(node.func.id, node.lineno)

    def method(self, name: str, line: int) -> None:
        if name in ACTS | CHANGES:
            self.pending = name
        elif name in WAITS or name.startswith(("to_", "not_to_")):
            self.pending = ""
        elif name in JUMPS:
            self.looks(line, name)
            self.pending = ""
        elif name in READS:
            self.reads(line, name)

    def function(self, name: str, line: int) -> None:
        if name in LOOKS:
            self.looks(line, name)
        elif name in AT_ONCE:
            self.pending = ""
        elif name in self.known and name not in self.inside:
            after = Course(self.known, self.pending, self.inside).follow(name)
            alone = Course(self.known, "", self.inside).follow(name)  # what is its own fault is told there
            for what in [fault for at, fault in after.faults.items() if at not in alone.faults][:1]:
                self.faults[line] = f"{name}: {what}"
            self.pending = after.pending

    def looks(self, line: int, what: str) -> None:
        if self.pending not in CHANGES:
            self.reads(line, what)

    def reads(self, line: int, what: str) -> None:
        if self.pending:
            self.faults[line] = f"{what} right after {self.pending}"


def functions_of(source: str) -> Functions:
    return {node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}


def faults_of(source: str, more: Functions | None = None) -> list[str]:
    """`line: what` for each place that does not wait. more: helpers from elsewhere, by name."""
    own = functions_of(source)
    known = {**(more or {}), **own}
    followed = [Course(known).follow(name).faults for name in own if name not in AT_ONCE]
    return [f"{line}: {what}" for faults in followed for line, what in sorted(faults.items())]


@cache
def with_a_browser() -> dict[str, str]:
    """The tests and helpers that hold a page, by path."""
    sources = {str(path.relative_to(TOP)): path.read_text(encoding="utf-8") for path in tracked("tests/**/*.py")}
    return {path: text for path, text in sources.items() if "playwright" in text and "test_waiting" not in path}


def test_every_test_with_a_browser_waits_for_what_comes_of_a_click() -> None:
    helpers = {name: function for text in with_a_browser().values() for name, function in functions_of(text).items()}
    helpers |= functions_of(with_a_browser()["tests/journeys/steps.py"])  # of several with this name, the shared one
    found = [f"{path}:{fault}" for path, text in with_a_browser().items() for fault in faults_of(text, helpers)]
    assert not found, "wait with expect(...), follow(...) or page.expect_response(...):\n" + "\n".join(found)


def test_the_tests_that_are_looked_at_have_a_browser_and_press_something() -> None:
    pressing = [path for path, text in with_a_browser().items() if ".click()" in text or "follow(" in text]
    assert len(pressing) > 15


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("button.click(); assert heading.is_visible()", "is_visible right after click"),
        ("button.click(); assert world.one(Score).points == 1", "one right after click"),
        ("button.click(); check_page(page)", "check_page right after click"),
        ("button.click(); page.goto('/hours')", "goto right after click"),
        ("assert page.keyboard.press('j') or page.url", "url right after press"),
        ("box.check(); assert world.all(Score) == []", "all right after check"),
        ("page.get_by_label('Files').set_input_files(photo); rows.count()", "count right after set_input_files"),
        ("expect(row).to_have_count(1); button.click(); assert not row.count()", "count right after click"),
        ("for row in (1, 2):\n  heading.inner_text()\n  button.click()", "inner_text right after click"),
        ("if late:\n  button.click()\nelse:\n  expect(row).to_be_visible()\nrow.count()", "count right after click"),
        ("with at(NOW):\n  button.click()\nrow.count()", "count right after click"),
        ("leave(page); row.count()", "count right after click"),
        ("button.click(); look(page)", "look: evaluate right after click"),
    ],
)
def test_a_place_that_does_not_wait_is_found(lines: str, fault: str) -> None:
    assert [found.partition(": ")[2] for found in faults_of(_test(lines), functions_of(HELPERS))] == [fault]


@pytest.mark.parametrize(
    "lines",
    [
        "button.click(); expect(heading).to_be_visible(); assert world.one(Score).points == 1",
        "with page.expect_navigation():\n  button.click()\ncheck_page(page)",
        "button.click(); page.wait_for_url('**/hours'); check_page(page)",
        "button.click(); arrive(page); row.count()",
        "box.check(); check_page(page)",
        "row.count(); button.click(); other.click(); expect(heading).to_be_visible()",
        "page.route('**', lambda route: button.click()); row.count()",
    ],
)
def test_a_place_that_waits_is_left_alone(lines: str) -> None:
    assert faults_of(_test(lines), functions_of(HELPERS)) == []


HELPERS = """
def leave(page): page.get_by_role("button").click()
def arrive(page): expect(page.locator("h1")).to_be_visible()
def look(page): page.evaluate("document.title")
"""


def _test(lines: str) -> str:
    return "def test_something(page):\n" + "\n".join(f"  {line}" for line in lines.split("\n"))
