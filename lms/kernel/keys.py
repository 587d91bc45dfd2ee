"""Secrets that are not in the database: from a setting, or made once in the data folder, readable by its owner only."""

import os
import secrets
from pathlib import Path


def key_from(setting: str, folder: Path, name: str) -> str:
    """The secret in `setting`, else the one in the file `name` of `folder`, which is made if it is not there."""
    if setting:
        return setting
    path = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(made := secrets.token_urlsafe(48))
    return made
