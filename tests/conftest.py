"""Fixtures for every test; each group of them stands in one module of `tests/support`."""

pytest_plugins = [
    "tests.support.run",
    "tests.support.patience",
    "tests.support.tools",
    "tests.support.databases",
    "tests.support.web",
    "tests.support.browser",
    "tests.support.mail",
    "tests.support.objects",
    "tests.faults.traced",
]
