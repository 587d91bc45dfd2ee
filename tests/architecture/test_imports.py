"""Rules need nothing but Python and other rules; and the import contracts would notice a breach."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import LMS, TOP, imports_of, is_pure, is_standard, modules

PURE = sorted(name for name in modules() if is_pure(name))
CLOCK = ("datetime.now", "datetime.utcnow", "date.today", "time.time")


@pytest.mark.parametrize("name", PURE)
def test_a_pure_module_imports_only_python_and_pure_modules(name: str) -> None:
    strange = {
        imported
        for imported in imports_of(name)
        if not is_standard(imported) and not (imported in modules() and (is_pure(imported) or _is_bare(imported)))
    }
    assert not strange


def _is_bare(name: str) -> bool:
    """A package whose `__init__` holds a docstring only, or a kernel module that imports nothing but such."""
    return not imports_of(name) or (
        name.startswith("lms.kernel.") and all(is_standard(i) for i in imports_of(name)) and not name.endswith("clock")
    )


def test_importing_every_rule_loads_neither_flask_nor_sqlalchemy() -> None:
    program = "; ".join(
        [
            "import sys, importlib",
            f"[importlib.import_module(name) for name in {PURE!r}]",
            "loaded = {name.split('.')[0] for name in sys.modules}",
            "print(sorted(loaded & {'flask', 'sqlalchemy', 'wtforms', 'werkzeug'}))",
        ]
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=TOP, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


HEAVY = {
    "alembic",
    "boto3",
    "email.headerregistry",
    "markdown_it",
    "moto",
    "nh3",
    "numpy",
    "PIL",
    "pillow_heif",
    "psycopg",
    "pypdfium2",
    "scipy",
    "smtplib",
    "sqlalchemy.dialects.postgresql",
    "typst",
    "xlsxwriter",
    "xml.etree.ElementTree",
}


def test_a_server_starts_without_the_libraries_that_only_some_requests_need(tmp_path: Path) -> None:
    program = f"import sys, wsgi; print(sorted({HEAVY!r} & set(sys.modules)), 'flask' in sys.modules)"
    settings = {"LMS_DATA_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=TOP, env=settings, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[] True"


BREACHES = {
    "a rule reads the clock": ("lms/hub/cohorts/rules.py", "from lms.kernel import clock"),
    "the hub imports a spoke": ("lms/hub/catalog/models.py", "from lms import spokes"),
    "a model imports its service": ("lms/people/accounts/models.py", "from lms.people.accounts import services"),
    "the kernel imports a product word": ("lms/kernel/money.py", "from lms.people import access"),
    "one portal imports another": ("lms/web/student/home.py", "from lms.web.employer import home"),
    "a command knows the request": ("lms/people/accounts/services.py", "from flask import request"),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_the_import_contracts_notice_a_breach(breach: str, tmp_path: Path) -> None:
    file, line = BREACHES[breach]
    shutil.copytree(LMS, tmp_path / "lms", ignore=shutil.ignore_patterns("static", "templates", "__pycache__"))
    shutil.copy(TOP / ".importlinter", tmp_path)
    with (tmp_path / file).open("a") as source:
        source.write(f"\n{line}\n")
    program = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout
    assert "1 broken" in done.stdout
