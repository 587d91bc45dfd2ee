"""Secrets that are not in the database: from a setting, or made once in the data folder, readable by its owner only.

A key is on the disk before anything is made with it. Processes that start at once agree on the first one's.
"""

import fcntl
import os
import secrets
from pathlib import Path

from lms.kernel.disk import make_folder, sync

NOTHING = " \n\0"  # what a power cut may leave of a key that nobody has used yet


def key_from(setting: str, folder: Path, name: str) -> str:
    """The secret in `setting`, else the one in the file `name` of `folder`, which is made if it is not there."""
    if setting:
        return setting
    path = folder / name
    if not folder.is_dir():
        make_folder(folder)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # the folder may be for reading only
        if not path.exists():
            raise
        return path.read_text().strip(NOTHING)
    with os.fdopen(descriptor, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        key = file.read().strip(NOTHING)
        if not key:
            key = secrets.token_urlsafe(48)
            file.truncate(0)
            file.seek(0)
            file.write(key)
            file.flush()
        os.fsync(descriptor)  # also one that was there: who made it may have been stopped just before
        sync(folder)
    return key
