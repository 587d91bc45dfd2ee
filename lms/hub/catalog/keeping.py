"""Which stored files the catalog counts on: those that an item of a version, a draft or what it was before, names."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select

from lms.hub.catalog.models import ContentItem, VersionDocument
from lms.kernel.db import session
from lms.kernel.storage import names_files


@names_files
def files_of_catalog() -> Iterable[str]:
    """The SHA-256 of every file of an item. Two queries."""
    yield from session.scalars(select(ContentItem.file_sha256).where(ContentItem.file_sha256 != ""))
    for document, before in session.execute(select(VersionDocument.document, VersionDocument.before)):
        yield from _files_in(document)
        yield from _files_in(before or {})


def _files_in(document: dict[str, Any]) -> Iterator[str]:
    for course in document.get("courses", ()):
        for unit in course.get("unit", ()):
            yield from (item["file"] for item in unit.get("item", ()) if item.get("file"))
