"""`flask roster`: a cohort's roster from a file, and taking one back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

if TYPE_CHECKING:
    from lms.hub.roster.models.imports import RosterImport

roster = AppGroup("roster", help="Rosters: look at a file, apply it, take it back.")


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--cohort", "cohort_name", required=True, help="Name of the cohort.")
@click.option("--site", "site_name", default="", help="Name of the one site that the file is about.")
@click.option("--dry-run/--apply", "dry_run", default=True, help="Only say what the file would do; or do it.")
def import_roster(file: Path, cohort_name: str, site_name: str, dry_run: bool) -> None:
    """Say what the roster in FILE would change, and with --apply do that; with errors nothing is done."""
    from lms.hub.roster.services.importing import confirm_roster, plan_roster
    from lms.kernel.db import transaction
    from lms.kernel.errors import RuleBroken
    from lms.people.access import SYSTEM

    with transaction():
        cohort, site = _named(cohort_name, site_name)
        try:
            made = plan_roster(SYSTEM, cohort, site, file.name, file.read_bytes())
        except RuleBroken as broken:
            raise click.ClickException(str(broken.sentence)) from None
        if not made.faults and not dry_run:
            confirm_roster(SYSTEM, made)
    with transaction(write=False):
        _say(made)
    if made.faults:
        raise click.ClickException(f"{made.faults} errors; nothing was changed.")
    click.echo(f"Applied: {made.public_id}" if made.applied_at else f"Looked at: {made.public_id}")


@roster.command("confirm")
@click.argument("public_id")
def confirm(public_id: str) -> None:
    """Do what the plan PUBLIC_ID says, if the cohort has not changed since it was looked at."""
    from lms.hub.roster.queries.imports import find_import
    from lms.hub.roster.services.importing import confirm_roster
    from lms.kernel.db import transaction
    from lms.kernel.errors import Conflict, NotFound, RuleBroken
    from lms.people.access import SYSTEM

    try:
        with transaction():
            made = confirm_roster(SYSTEM, find_import(SYSTEM, public_id))
    except (Conflict, NotFound, RuleBroken) as problem:
        raise click.ClickException(str(problem.sentence)) from None
    click.echo(f"Applied: {made.joins} joined, {made.changes} changed.")


@roster.command("undo")
@click.argument("public_id")
def undo(public_id: str) -> None:
    """Take back the import PUBLIC_ID, as far as nobody has built on it."""
    from lms.hub.roster.kinds import PlanKind
    from lms.hub.roster.queries.imports import find_import, kept, list_lines
    from lms.hub.roster.services.undoing import undo_roster
    from lms.kernel.db import transaction
    from lms.kernel.errors import NotFound, RuleBroken
    from lms.people.access import SYSTEM

    with transaction():
        try:
            made = undo_roster(SYSTEM, find_import(SYSTEM, public_id))
        except (NotFound, RuleBroken) as problem:
            raise click.ClickException(str(problem.sentence)) from None
        for line in list_lines(made, PlanKind.JOIN, PlanKind.CHANGE):
            click.echo(f"{line.number:6}  {line.name}  {kept(line) or 'taken back'}")


def _named(cohort_name: str, site_name: str):  # type: ignore[no-untyped-def]  # the rows are imported inside
    from sqlalchemy import select

    from lms.hub.cohorts.models import Cohort
    from lms.kernel.db import session
    from lms.people.orgs.models import Site
    from lms.people.scope import unscoped

    why = "the operator names it"
    cohort = session.scalar(unscoped(select(Cohort).where(Cohort.name == cohort_name), why))
    site = session.scalar(unscoped(select(Site).where(Site.name == site_name), why)) if site_name else None
    if cohort is None:
        raise click.ClickException(f"There is no cohort called {cohort_name}.")
    if site_name and site is None:
        raise click.ClickException(f"There is no site called {site_name}.")
    return cohort, site


def _say(made: "RosterImport") -> None:
    from lms.hub.roster.kinds import PlanKind
    from lms.hub.roster.queries.imports import changes_of, fault_of, list_lines

    click.echo(
        f"{made.rows} rows: {made.joins} join, {made.changes} change, {made.unchanged} stay as they are; "
        f"{made.leavers} are not in the file."
    )
    for line in list_lines(made, *PlanKind):
        if line.kind is PlanKind.FAULT:
            column, sentence = fault_of(line)
            click.echo(f"row {line.number}, {column or 'row'}: {sentence}", err=True)
        elif line.kind is PlanKind.LEAVER:
            click.echo(f"not in the file: {line.name}")
        else:
            said = "; ".join(f"{one.field} {one.old or '-'} -> {one.new}" for one in changes_of(line))
            click.echo(f"row {line.number}: {line.kind.value} {line.name}: {said}")


COMMANDS = (roster,)
