"""`flask import-iac FILE`: recommendations of the DOE Industrial Assessment Centers, in one command."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

if TYPE_CHECKING:
    from lms.capstone.reference.models import FileKind, ReferenceFile
    from lms.capstone.reference.services import Reading

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import-iac")
@click.argument("file", type=FILE)
@click.option("--plants", type=FILE, help="The assessments with industry and size of each plant, for bands by sector.")
@click.option("--mapping", type=FILE, help="TOML: names of columns that differ, under [recommendations] and [plants].")
@with_appcontext
def import_iac(file: Path, plants: Path | None, mapping: Path | None) -> None:
    """Load the recommendations in FILE (CSV, also gzipped); stopped, the same command goes on where it was."""
    from lms.capstone.reference.models import FileKind
    from lms.capstone.reference.services import make_bands
    from lms.kernel.db import transaction
    from lms.people.access import NOWHERE, SYSTEM

    names = _mapping(mapping)
    read = 0
    if plants is not None:
        read += _load(plants, FileKind.PLANTS, names.get("plants", {}))
    read += _load(file, FileKind.RECOMMENDATIONS, names.get("recommendations", {}))
    if read:
        with transaction():
            make_bands(SYSTEM, NOWHERE)
    _say()


def _load(path: Path, kind: "FileKind", names: dict[str, str]) -> int:
    """How many rows were read now."""
    from lms.capstone.reference.services import Reading, open_file
    from lms.kernel.db import transaction
    from lms.kernel.errors import RuleBroken
    from lms.people.access import NOWHERE, SYSTEM

    try:
        with transaction():
            file = open_file(SYSTEM, NOWHERE, path, kind, names)
    except RuleBroken as broken:
        sentences = [broken.sentence, *(also.sentence for also in broken.also)]
        raise click.ClickException("\n".join(map(str, sentences))) from None
    if file.done_at is not None:
        click.echo(f"{path.name}: loaded already ({file.rows} rows).")
        return 0
    before, reading = file.read_rows, Reading(path, file)
    if before:
        click.echo(f"{path.name}: goes on after row {before}.")
    with click.progressbar(length=file.rows, label=path.name, show_pos=True) as bar:
        bar.update(before)
        while True:
            with transaction():
                count = _piece(reading, file)
            if not count:
                break
            bar.update(count)
    for fault in file.faults:
        click.echo(f"{path.name}: {fault}", err=True)
    if file.refused:
        click.echo(f"{path.name}: {file.refused} rows could not be read and were left out.", err=True)
    return file.read_rows - before


def _piece(reading: "Reading", file: "ReferenceFile") -> int:
    from lms.kernel.db import session

    session.add(file)
    return reading.piece()


def _mapping(path: Path | None) -> dict[str, dict[str, str]]:
    from lms.capstone.reference.rules.reading import read_mapping
    from lms.kernel.errors import RuleBroken

    if path is None:
        return {}
    try:
        return read_mapping(path.read_bytes())
    except RuleBroken as broken:
        raise click.ClickException(f"{path}: {broken.sentence}") from None


def _say() -> None:
    from lms.capstone.reference.queries import list_bands, status_totals
    from lms.kernel.db import transaction
    from lms.kernel.money import decimal_text

    with transaction(write=False):
        totals, bands = status_totals(), list_bands()
    for total in totals:
        status = total.status.value if total.status else "none"
        saved, cost = (decimal_text(minor, "USD") for minor in (total.saved_minor, total.cost_minor))
        click.echo(f"status {status}: {total.count} recommendations, save {saved} a year, cost {cost}")
    shown = sum(band.is_shown for band in bands)
    click.echo(f"{len(bands)} bands, {shown} of them shown.")


COMMANDS = (import_iac,)
