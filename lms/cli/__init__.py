"""The command line: `flask ...`, one file a group. Commands act as the system; heavy imports stay inside them.

A module lists its commands in COMMANDS.
"""

from types import ModuleType

from flask import Flask

from lms.cli import backup, chains, demo, doctor, firms, mail, reference, retention, roster, summaries, verify, worker

GROUPS: tuple[ModuleType, ...] = (
    backup,
    chains,
    demo,
    doctor,
    firms,
    mail,
    reference,
    retention,
    roster,
    summaries,
    verify,
    worker,
)


def register_commands(app: Flask) -> None:
    """Register every command."""
    for group in GROUPS:
        for command in group.COMMANDS:
            app.cli.add_command(command)
