"""`flask import-curriculum FILE`."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.interop.curriculum import read_curriculum
from lms.interop.curriculum_import import import_curriculum
from lms.kernel.db import transaction
from lms.people.access import SYSTEM


@click.command("import-curriculum")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--publish", is_flag=True, help="Also publish it, so that cohorts can be opened from it.")
@click.option("--check", is_flag=True, help="Only read it and name every fault.")
@with_appcontext
def import_curriculum_command(file: Path, publish: bool, check: bool) -> None:
    """Store the curriculum in FILE as a new version of its program; the same files again change nothing."""
    reading = read_curriculum(file)
    for fault in reading.faults:
        click.echo(str(fault), err=True)
    if reading.errors:
        click.echo(f"{len(reading.errors)} errors; nothing was stored.", err=True)
        raise click.exceptions.Exit(1)
    if check:
        click.echo("No errors.")
        return
    with transaction():
        made = import_curriculum(SYSTEM, file, publish=publish)
    state = "published" if made.version.published_at else "draft"
    verb = "Stored" if made.is_new else "Already there:"
    click.echo(f"{verb} {made.program.name}, version {made.version.number} ({state}), {made.activities} activities.")
