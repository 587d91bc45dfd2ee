"""`flask import-curriculum FILE` and `flask export-curriculum PROGRAM`."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.hub.catalog.queries import find_program, find_version, latest_published
from lms.interop.curriculum import read_curriculum
from lms.interop.curriculum_export import export_version
from lms.interop.curriculum_import import import_curriculum
from lms.kernel.db import transaction
from lms.kernel.errors import NotFound
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


@click.command("export-curriculum")
@click.argument("program")
@click.option("--number", type=int, help="Of the version; the latest published one unless it is named.")
@click.option("--to", type=click.Path(path_type=Path), help="The file to write; named after the version otherwise.")
@with_appcontext
def export_curriculum_command(program: str, number: int | None, to: Path | None) -> None:
    """Write a version of the program called PROGRAM as one file, which import-curriculum takes back as it is."""
    with transaction(write=False):
        try:
            found = find_program(program)
            version = find_version(found, number) if number else latest_published(found)
        except NotFound:
            click.echo(f"There is no such program or version: {program} {number or ''}".rstrip(), err=True)
            raise click.exceptions.Exit(1) from None
        exported = export_version(found, version)
    target = to or Path(exported.name)
    target.write_bytes(exported.content)
    click.echo(f"Wrote {found.name}, version {version.number}, to {target}.")
