"""Write the tables of docs/operate.md and docs/access.md that say what the program itself knows; --check only compares.

A table stands between `<!-- table: NAME -->` and `<!-- end -->`.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from flask import Flask

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))
PAGES = ("docs/operate.md", "docs/access.md")
TABLE = re.compile(r"(?<=<!-- table: )(?P<name>[a-z]+)( -->\n)(?P<rows>.*?)(?=<!-- end -->)", re.DOTALL)


def settings_table(_app: Flask) -> Iterator[tuple[str, ...]]:
    """Every setting with its default."""
    from lms.config import Settings

    yield ("name", "default", "what it is")
    for name, field in Settings.model_fields.items():
        shown = field.default.get_secret_value() if hasattr(field.default, "get_secret_value") else field.default
        default = "" if shown in ("", [], None) else f"`{str(shown).lower() if isinstance(shown, bool) else shown}`"
        yield (f"`LMS_{name.upper()}`", default, field.description or "")


def commands_table(app: Flask) -> Iterator[tuple[str, ...]]:
    """Every command of ours."""
    yield ("command", "what it does")
    for name, command in sorted(app.cli.commands.items()):
        if isinstance(command, click.Group):
            of_flask = not (command.callback is None or command.callback.__module__.startswith("lms"))
            if of_flask or name == "db":
                continue
            for below, one in sorted(command.commands.items()):
                yield (f"`flask {name} {_usage(below, one)}`", _about(one))
        else:
            yield (f"`flask {_usage(name, command)}`", _about(command))


def _usage(name: str, command: click.Command) -> str:
    parameters = [
        parameter.make_metavar(click.Context(command))
        if isinstance(parameter, click.Argument)
        else f"[{parameter.opts[0]}]"
        for parameter in command.params
    ]
    return " ".join([name, *parameters])


def _about(command: click.Command) -> str:
    return " ".join((command.help or "").split("\n\n")[0].split())


def jobs_table(_app: Flask) -> Iterator[tuple[str, ...]]:
    """Every job of the scheduler."""
    from lms.jobs.schedule import JOBS

    yield ("job", "every", "what it does")
    for job in JOBS:
        minutes = int(job.every.total_seconds() // 60)
        every = f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"
        yield (job.name, every, job.what)


def actions_table(_app: Flask) -> Iterator[tuple[str, ...]]:
    """Every action with the relations that may do it."""
    from lms.people.access import FRESH, MAY, Action

    yield ("action", "who may", "password again")
    for action in Action:
        who = ", ".join(relation.value.replace("_", " ") for relation in sorted(MAY[action])) or "the system only"
        yield (f"`{action.value}`", who, "yes" if action in FRESH else "")


TABLES: dict[str, Callable[[Flask], Iterator[tuple[str, ...]]]] = {
    "settings": settings_table,
    "commands": commands_table,
    "jobs": jobs_table,
    "actions": actions_table,
}


def _markdown(rows: Iterator[tuple[str, ...]]) -> str:
    head = next(rows)
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def rendered(page: Path, app: Flask) -> str:
    """The page with its tables as they should be."""

    def table(found: re.Match[str]) -> str:
        return f"{found['name']} -->\n{_markdown(TABLES[found['name']](app))}"

    return TABLE.sub(table, page.read_text(encoding="utf-8"))


def main(arguments: list[str]) -> int:
    from lms.app import create_app

    app, behind = create_app(), []
    for page in (TOP / name for name in PAGES):
        wanted = rendered(page, app)
        if wanted != page.read_text(encoding="utf-8"):
            behind.append(page.name)
            if "--check" not in arguments:
                page.write_text(wanted, encoding="utf-8")
    if behind and "--check" in arguments:
        sys.stderr.write(f"behind the program: {', '.join(behind)}; run .venv/bin/python tools/docs.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
