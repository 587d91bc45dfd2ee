"""The product's own source files, read once, for the tests that look at them."""

import ast
import re
import sys
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
LMS = TOP / "lms"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the product by its dotted name."""
    found = {}
    for path in sorted(LMS.rglob("*.py")):
        parts = path.relative_to(TOP).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def is_pure(name: str) -> bool:
    """Rules by their place; other modules by their own word: a docstring that says "Pure"."""
    docstring = ast.get_docstring(modules()[name]) or ""
    return "rules" in name.split(".") or re.search(r"\bPure\b", docstring) is not None


def imports_of(name: str) -> set[str]:
    """What a module imports when it runs, by dotted name: modules, and names that may be modules."""
    found: set[str] = set()
    for node in _running(modules()[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {one for one in below if one in modules()} or {node.module}
    return found


def _running(tree: ast.AST) -> list[ast.AST]:
    """Every node but what stands under `if TYPE_CHECKING`."""
    nodes = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        nodes += [node, *_running(node)]
    return nodes


def is_standard(name: str) -> bool:
    """Whether a module comes with Python."""
    return name.split(".")[0] in sys.stdlib_module_names


def tracked(*patterns: str) -> list[Path]:
    """The files of the project that match, but for what is fetched or generated."""
    ignored = {".git", ".venv", "var", "__pycache__", "node_modules"}
    found = (path for pattern in patterns for path in TOP.rglob(pattern))
    return sorted(
        path
        for path in found
        if path.is_file()
        and not any(p in ignored or (p.startswith(".") and p != ".ci") for p in path.relative_to(TOP).parts[:-1])
    )
