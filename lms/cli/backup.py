"""`flask backup`, `flask restore`."""

from pathlib import Path

import click
from flask.cli import with_appcontext

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("backup")
@click.argument("folder", type=FOLDER)
@click.option("--keep-all", is_flag=True, help="Remove no old backup; else 7 days, 4 weeks and 12 months are kept.")
@with_appcontext
def backup(folder: Path, keep_all: bool) -> None:
    """Back up the database and all files into FOLDER, while the product runs."""
    from lms.kernel.backup.make import make_backup, prune
    from lms.kernel.backup.manifest import BadBackup, read

    try:
        made = make_backup(folder)
        removed = [] if keep_all else prune(folder)
    except BadBackup as error:
        raise click.ClickException(str(error)) from None
    said = read(made)
    click.echo(f"{made}: {sum(said.tables.values())} rows, {len(said.files)} files, {len(said.chains)} chains")
    for path in removed:
        click.echo(f"removed {path}")


@click.command("restore")
@click.argument("folder", type=FOLDER)
@click.option(
    "--verify", is_flag=True, help="Only rehearse: restore into a scratch place, check everything, leave nothing."
)
@with_appcontext
def restore(folder: Path, verify: bool) -> None:
    """Restore the newest backup in FOLDER, or the one that FOLDER is, into the empty database of the settings."""
    from lms.kernel.backup import check
    from lms.kernel.backup.make import newest_backup
    from lms.kernel.backup.manifest import BadBackup

    try:
        chosen = newest_backup(folder)
        faults = list(check.rehearse(chosen)) if verify else []
        if not verify:
            check.restore(chosen)
    except BadBackup as error:
        raise click.ClickException(str(error)) from None
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.ClickException(f"{chosen} cannot be trusted.")
    click.echo(
        f"{chosen} is good." if verify else f"{chosen} is restored. Now run: flask db upgrade, then flask verify"
    )


COMMANDS = (backup, restore)
