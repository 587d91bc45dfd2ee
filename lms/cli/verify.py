"""`flask verify`: every stored number is rebuilt from its facts and compared; every chain and every file is checked."""

import click
from flask.cli import with_appcontext


@click.command("verify")
@click.option("--files", is_flag=True, help="Also read every file and compare it with its hash.")
@with_appcontext
def verify(files: bool) -> None:
    """Rebuild every stored number from its facts and compare; exit 1 if one differs."""
    from lms.kernel.db import transaction
    from lms.kernel.verification import checks, differences

    with transaction(write=False):
        found = list(differences(read_files=files))
    for name, sentence in found:
        click.echo(f"{name}: {sentence}", err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo(f"All stored numbers follow from their facts: {', '.join(checks())}.")


COMMANDS = (verify,)
