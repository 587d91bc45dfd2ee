"""What another policy would do to the grades of a section, on its real scores, before anything is saved."""

from collections.abc import Iterator
from dataclasses import replace

from lms.hub.grading.books import Book, Line, all_lines, categories_of
from lms.hub.grading.entries import Entry, Marker
from lms.hub.grading.rules.policies import Effect, Grading


def under(book: Book, wanted: Grading) -> Book:
    """The same gradebook, folded with another policy."""
    marker = Marker(wanted.late, wanted.missing, book.marker.at, wanted.extra)
    categories = wanted.categories or categories_of(book.course, book.as_of)
    return replace(book, grading=wanted, marker=marker, categories=categories)


def effects_of(book: Book, wanted: Grading) -> list[Effect]:
    """Every student of the section under the policy that holds and under `wanted`, by name."""
    return list(_effects(book, wanted))


def _effects(book: Book, wanted: Grading) -> Iterator[Effect]:
    for before, after in zip(all_lines(book), all_lines(under(book, wanted)), strict=True):
        yield Effect(
            before.student,
            before.enrollment_id,
            before.grade.grade,
            after.grade.grade,
            tuple(_changed(before, after)),
            book.course.pass_bp,
        )


def _changed(before: Line, after: Line) -> Iterator[str]:
    for old, new in zip(before.entries, after.entries, strict=True):
        if _counts(old) != _counts(new):
            yield old.activity.code


def _counts(entry: Entry) -> tuple[object, ...]:
    return entry.cell.status, entry.cell.earned, entry.cell.is_extra
