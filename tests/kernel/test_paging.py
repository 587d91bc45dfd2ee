"""Lists in pages."""

import base64

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lms.kernel.db import transaction
from lms.kernel.errors import RuleBroken
from lms.kernel.paging import Page, page_of
from lms.people.accounts.models import SignInFailure

Failure = SignInFailure


def _fill(app: Flask, counts: list[int]) -> None:
    from lms.kernel.clock import now
    from lms.kernel.db import session

    with transaction():
        for row in session.scalars(select(Failure)):
            session.delete(row)
        session.flush()
        session.add_all(Failure(key=f"account:{n}", count=count, last_at=now()) for n, count in enumerate(counts))


def _walk(size: int, *, falling: bool) -> list[Page[Failure]]:
    by = (Failure.count.desc(), Failure.id.desc()) if falling else (Failure.count, Failure.id)
    pages: list[Page[Failure]] = []
    with transaction(write=False):
        while not pages or pages[-1].after:
            pages.append(page_of(select(Failure), by, pages[-1].after if pages else None, size))
    return pages


def test_pages_together_are_the_list(app: Flask) -> None:
    @given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 5), st.booleans())
    @settings(max_examples=25)
    def law(counts: list[int], size: int, falling: bool) -> None:
        _fill(app, counts)
        pages = _walk(size, falling=falling)
        found = [row.count for page in pages for row in page.items]
        assert found == sorted(counts, reverse=falling)
        assert all(len(page.items) == size for page in pages[:-1])

    with app.app_context():
        law()


def test_a_row_that_comes_in_between_shifts_nothing(app: Flask) -> None:
    from lms.kernel.clock import now
    from lms.kernel.db import session

    with app.app_context():
        _fill(app, [1, 2, 3, 4])
        by = (Failure.last_at, Failure.id)
        with transaction():
            first = page_of(select(Failure), by, size=2)
            session.add(Failure(key="account:new", count=0, last_at=now().replace(year=2020)))
        with transaction(write=False):
            second = page_of(select(Failure), by, first.after, size=2)
    assert [row.count for row in second.items] == [3, 4]


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "cursor", ["nonsense", "%%", "W10", "WzEsMiwzXQ", base64.urlsafe_b64encode(b'[{"x":1},2]').decode(), "W251bGwsMV0"]
)
def test_a_made_up_cursor_is_refused(app: Flask, cursor: str) -> None:
    with app.app_context(), transaction(write=False), pytest.raises(RuleBroken) as caught:
        page_of(select(Failure), (Failure.count, Failure.id), cursor)
    assert caught.value.field == "after"


@pytest.mark.one_engine
@pytest.mark.parametrize("size", [0, -1, 201])
def test_a_page_has_1_to_200_rows(app: Flask, size: int) -> None:
    with app.app_context(), transaction(write=False), pytest.raises(RuleBroken) as caught:
        page_of(select(Failure), (Failure.id,), size=size)
    assert caught.value.field == "limit"
