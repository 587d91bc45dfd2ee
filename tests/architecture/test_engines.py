"""The list of the tests that a plain `./dev test` gives PostgreSQL too names what exists."""

from tests.architecture.sources import TOP
from tests.support.databases import CHOSEN


def _is_there(line: str) -> bool:
    file, _, name = line.partition("::")
    path = TOP / file
    return path.exists() and (not name or f"def {name}(" in path.read_text(encoding="utf-8"))


def test_each_line_is_a_folder_a_file_or_a_test() -> None:
    lines = CHOSEN.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not _is_there(line)] == []
    assert not _is_there("tests/faults/test_chain.py::test_that_nobody_wrote")
