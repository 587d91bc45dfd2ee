"""`flask rebuild-summaries`: the summary row of each project folded anew from its ledger."""

import click
from flask.cli import with_appcontext


@click.command("rebuild-summaries")
@with_appcontext
def rebuild_summaries() -> None:
    """Fold every project's ledger anew into its summary row, one project a transaction."""
    from sqlalchemy import select

    from lms.capstone.projects.models import Project
    from lms.capstone.projects.services import lock
    from lms.capstone.savings.services.posting import refresh_summary
    from lms.kernel.db import session, transaction
    from lms.people.scope import unscoped

    with transaction(write=False):
        projects = list(session.scalars(unscoped(select(Project).order_by(Project.id), "every summary is made anew")))
    with click.progressbar(projects, label="projects", show_pos=True) as bar:
        for project in bar:
            with transaction():
                session.add(project)
                lock(project)
                refresh_summary(project)
    click.echo(f"{len(projects)} summaries follow from their ledgers.")


COMMANDS = (rebuild_summaries,)
