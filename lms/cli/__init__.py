"""The command line: `flask ...`, one file a group. Commands act as the system; heavy imports stay inside them.

A module lists its commands in COMMANDS.
"""

from types import ModuleType

from flask import Flask

GROUPS: tuple[ModuleType, ...] = ()


def register_commands(app: Flask) -> None:
    """Register every command; heavy imports stay inside the commands."""
    from lms.cli.verify import verify

    app.cli.add_command(verify)
    """Register every command."""
    for group in GROUPS:
        for command in group.COMMANDS:
            app.cli.add_command(command)
