"""Programs that only some checks need: absent, `./dev test` lists the check as not run and `--long` fails by name."""

import shutil
from collections.abc import Callable

import pytest


@pytest.fixture
def tool(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """`tool("node")`: the path of a program this test cannot do without."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None and request.config.getoption("--long"):
            pytest.fail(f"{name} is not installed, and this check needs it")
        if path is None:
            pytest.skip(f"not run: {name} is not installed")
        return path

    return find


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    missed = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    for reason in sorted(reason for reason in missed if "not run:" in reason):
        terminalreporter.write_line(reason.removeprefix("Skipped: "))
