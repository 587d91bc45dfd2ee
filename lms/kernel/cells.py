"""Cells that a spreadsheet would run as a formula, made harmless on the way out and read back on the way in. Pure."""

ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")  # what a spreadsheet may take for a formula at a cell's start


def harmless(text: str) -> str:
    """`text` with an apostrophe before a start that a spreadsheet would run."""
    return f"'{text}" if text.startswith(ACTIVE) else text


def unharmed(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(ACTIVE) else text
