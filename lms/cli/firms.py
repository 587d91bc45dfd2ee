"""`flask firm cease` and `flask firm merge`: what becomes of the savings of a firm that is no more."""

from datetime import datetime
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

if TYPE_CHECKING:
    from lms.people.orgs.models import Firm

DAY = click.DateTime(formats=["%Y-%m-%d"])
firm = AppGroup("firm", help="Firms that ceased or were taken over.")


@firm.command("cease")
@click.argument("name")
@click.option("--last-day", required=True, type=DAY, help="The last day on which it traded.")
def cease(name: str, last_day: datetime) -> None:
    """The firm called NAME has ceased: months after its last day are taken back; what was stands."""
    from lms.capstone.savings.services.amending import cease_firm
    from lms.kernel.db import transaction
    from lms.people.access import SYSTEM

    with transaction():
        made = cease_firm(SYSTEM, _named(name), last_day.date())
    click.echo(f"{name} has ceased; {len(made)} postings were cut.")


@firm.command("merge")
@click.argument("name")
@click.argument("successor")
@click.option("--last-day", required=True, type=DAY, help="The last day on which its own people see its records.")
def merge(name: str, successor: str, last_day: datetime) -> None:
    """The firm called NAME was taken over by SUCCESSOR; its history stays its own."""
    from lms.capstone.savings.services.amending import merge_firm
    from lms.kernel.db import transaction
    from lms.kernel.errors import RuleBroken
    from lms.people.access import SYSTEM

    try:
        with transaction():
            merge_firm(SYSTEM, _named(name), _named(successor), last_day.date())
    except RuleBroken as broken:
        raise click.ClickException(str(broken.sentence)) from None
    click.echo(f"{name} was taken over by {successor}.")


def _named(name: str) -> "Firm":
    from sqlalchemy import select

    from lms.kernel.db import session
    from lms.people.orgs.models import Firm
    from lms.people.scope import unscoped

    found = session.scalars(unscoped(select(Firm).where(Firm.name == name), "the operator names it")).all()
    if len(found) != 1:
        raise click.ClickException(f"There is no firm called {name}, or more than one.")
    return found[0]


COMMANDS = (firm,)
