"""`flask mail`: the letters that did not simply leave."""

import click
from flask.cli import AppGroup

mail = AppGroup("mail", help="Letters in doubt, letters that failed, and what to do with them.")


@mail.command("list")
def list_stuck() -> None:
    """List the letters that failed or of which nobody knows whether they left."""
    from lms.kernel.db import transaction
    from lms.kernel.outbox import list_stuck

    with transaction(write=False):
        for message in list_stuck():
            told = f"{message.public_id}  {message.state.value:8}  {message.template:20}"
            click.echo(f"{told}  {message.created_at:%Y-%m-%d %H:%M}Z  {message.note}")


@mail.command("again")
@click.argument("public_id")
def again(public_id: str) -> None:
    """Send a letter again."""
    _decide(public_id, sent=False)


@mail.command("sent")
@click.argument("public_id")
def sent(public_id: str) -> None:
    """Note that a letter did leave; the mail server's log says so."""
    _decide(public_id, sent=True)


@mail.command("bounced")
@click.argument("address")
def bounced(address: str) -> None:
    """Note that mail to ADDRESS came back; who runs the mail server, or a filter of its mailbox, calls this."""
    from lms.kernel.db import transaction
    from lms.people.accounts.services import note_bounce

    with transaction():
        if not note_bounce(address):
            raise click.ClickException("Nobody has this address.")


def _decide(public_id: str, *, sent: bool) -> None:
    from lms.kernel.db import transaction
    from lms.kernel.outbox import decide

    with transaction():
        if not decide(public_id, sent=sent):
            raise click.ClickException("There is no such letter in doubt or failed.")


COMMANDS = (mail,)
