"""`flask retention`: whose records are past their time. `flask hold`: a legal hold. Nothing is ever deleted here."""

import click
from flask import current_app
from flask.cli import with_appcontext


@click.command("retention")
@click.option("--all", "everything", is_flag=True, help="Also what is still kept and what is held.")
@with_appcontext
def retention(everything: bool) -> None:
    """List the records that are past their retention class. A dry run: it deletes nothing."""
    from lms.hub.retention.queries import list_retention
    from lms.hub.retention.rules import classes
    from lms.kernel.clock import today
    from lms.kernel.db import transaction

    settings = current_app.config["LMS"]
    with transaction(write=False):
        lines = list_retention(classes(settings.retention), today(settings.time_zone))
    shown = [line for line in lines if everything or line.kept.value.is_past]
    for line in shown:
        value = line.kept.value
        state = "held" if value.is_held else "past" if value.is_past else "kept"
        parts = (line.enrollment.public_id, line.kind, f"{line.rows} rows", f"exit {line.exit_on}")
        click.echo("\t".join([*parts, f"until {value.until}", state]))
    past = sum(line.kept.value.is_past for line in lines)
    held = sum(line.kept.value.is_held for line in lines)
    click.echo(f"{past} of {len(lines)} kinds of records are past their time, {held} are held. Nothing was deleted.")


@click.command("hold")
@click.argument("email")
@click.option("--reason", required=True, help="Why; it stays with the person's record.")
@click.option("--lift", is_flag=True, help="End the hold.")
@with_appcontext
def hold(email: str, reason: str, lift: bool) -> None:
    """Put the records of the person with this address under a legal hold, or lift it."""
    from sqlalchemy import select

    from lms.hub.retention.services import hold_records, lift_hold
    from lms.kernel.db import session, transaction
    from lms.kernel.errors import Problem
    from lms.people.access import SYSTEM
    from lms.people.accounts.models import Person
    from lms.people.scope import unscoped

    with transaction():
        found = select(Person).where(Person.email == email.strip().lower())
        person = session.scalars(unscoped(found, "the operator names the person")).first()
        if person is None:
            raise click.ClickException("no account has this address")
        try:
            (lift_hold if lift else hold_records)(SYSTEM, person, reason)
        except Problem as problem:
            raise click.ClickException(str(problem.sentence)) from problem
    click.echo("The hold is lifted." if lift else "The records are held.")


COMMANDS = (retention, hold)
