"""What a backup says about itself, and its seal."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, func, select

from lms.kernel.chain import Chain
from lms.kernel.db import Base

FORMAT = 1
NAME, SEAL, DATABASE = "manifest.json", "manifest.mac", "database"


class BadBackup(Exception):
    """A backup that must not be trusted; says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """made_at: UTC, ISO 8601. revision: of the schema. tables: rows of each. chains: length and head of each.

    files: size of each file that the store held, by SHA-256.
    """

    format: int
    made_at: str
    engine: str
    revision: str | None
    database_sha256: str
    tables: dict[str, int]
    chains: dict[str, list[Any]]
    files: dict[str, int]


def count_rows(connection: Connection) -> dict[str, int]:
    """The number of rows of every table."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def read_chains(connection: Connection) -> dict[str, list[Any]]:
    """Length and head of every chain, by its name."""
    rows = connection.execute(select(Chain.name, Chain.length, Chain.head).order_by(Chain.name))
    return {name: [length, head] for name, length, head in rows}


def sha256_of(path: Path) -> str:
    """Of the whole file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(folder: Path, manifest: Manifest) -> None:
    """Put the manifest and its seal into the backup's folder."""
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
    (folder / NAME).write_bytes(text)
    (folder / SEAL).write_text(_seal(text))


def read(folder: Path) -> Manifest:
    """The manifest of a backup whose seal holds. Raises BadBackup."""
    try:
        text, seal = (folder / NAME).read_bytes(), (folder / SEAL).read_bytes()
    except OSError as error:
        raise BadBackup(f"{folder} is not a backup: {error.strerror}") from None
    if not hmac.compare_digest(seal, _seal(text).encode()):
        raise BadBackup(f"{folder / NAME} was changed, or belongs to another chain key")
    manifest = Manifest(**json.loads(text))
    if manifest.format != FORMAT:
        raise BadBackup(f"{folder / NAME} has format {manifest.format}; this program reads {FORMAT}")
    return manifest


def _seal(text: bytes) -> str:
    key: str = current_app.config["LMS_CHAIN_KEY"]
    return hmac.new(key.encode(), b"backup\n" + text, hashlib.sha256).hexdigest()
