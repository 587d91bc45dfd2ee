"""The command line: `flask ...`. Every command opens one transaction and acts as the system."""

from flask import Flask


def register_commands(app: Flask) -> None:
    """Register every command; heavy imports stay inside the commands."""
    from lms.cli.verify import verify

    app.cli.add_command(verify)
