"""Opened, done and seen are facts: kept once, taken back by a new row, and readable as of any day."""

from datetime import timedelta

import pytest
import time_machine

from lms.hub.catalog.models import ContentItem, Unit
from lms.hub.content.kinds import MarkKind
from lms.hub.content.models import ContentMark
from lms.hub.content.queries import content_of
from lms.hub.content.services import mark_item, open_item, see_item
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from tests.support.statements import count_statements
from tests.support.unfrozen import unfrozen
from tests.support.web import NOW, World


def item(world: World, title: str, completion: str, unit: str = "PC-1", **more: str) -> ContentItem:
    with transaction(), unfrozen():
        made = ContentItem(
            unit_id=world.one(Unit, code=unit).id, position=0, title=title, kind="video", minutes=45,
            completion=completion, **more,
        )  # fmt: skip
        session.add(made)
    return made


def done(world: World, name: str = "Ada") -> tuple[int, int]:
    with transaction(write=False):
        (unit,) = content_of(world.enrollment(name))
        return unit.done.value, unit.counted


def test_the_student_marks_an_item_and_takes_it_back_by_a_new_row(world: World) -> None:
    loops = item(world, "Loops", "mark")
    item(world, "Untracked", "none")
    assert done(world) == (0, 1)
    for is_done in (True, True, False, True):
        with transaction():
            mark_item(world.actor("Ada"), world.enrollment("Ada"), loops, is_done=is_done)
    assert done(world) == (1, 1)
    assert [row.is_taken_back for row in world.all(ContentMark)] == [False, True, False]
    assert world.all(AuditEntry, action="content:mark")
    assert done(world, "Zoe") == (0, 1)


def test_a_past_day_is_as_it_was_shown_then(world: World) -> None:
    loops = item(world, "Loops", "mark")
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        with transaction():
            mark_item(world.actor("Ada"), world.enrollment("Ada"), loops, is_done=True)
        with transaction(write=False):
            (then,) = content_of(world.enrollment("Ada"), NOW + timedelta(days=1))
        assert then.done.value == 0
        assert done(world) == (1, 1)


def test_only_the_student_marks_and_only_their_instructor_sees(world: World) -> None:
    loops, lab = item(world, "Loops", "mark"), item(world, "Lab", "sign")
    ada = world.enrollment("Ada")
    for name in ("Zoe", "Ben", "Cleo", "Dee"):
        with pytest.raises(NotAllowed), transaction():
            mark_item(world.actor(name), ada, loops, is_done=True)
    for name in ("Ada", "Hana", "Cleo"):
        with pytest.raises(NotAllowed), transaction():
            see_item(world.actor(name), ada, lab, is_seen=True)
    with pytest.raises(RuleBroken, match="not completed that way"), transaction():
        mark_item(world.actor("Ada"), ada, lab, is_done=True)
    with transaction():
        see_item(world.actor("Ben"), ada, lab, is_seen=True)
    assert done(world) == (1, 2)


def test_opening_is_kept_once_and_leads_on(world: World) -> None:
    loops = item(world, "Loops", "open", url="https://example.org/loops")
    browser = world.browser_of("Ada")
    for _ in range(2):
        answer = browser.get(f"/student/content/{loops.public_id}/opening")
        assert (answer.status_code, answer.location) == (303, "https://example.org/loops")
    (mark,) = world.all(ContentMark)
    assert mark.kind is MarkKind.OPENED
    assert "1 of 1 done" in browser.get("/student/content").text
    assert "Why so many done in" in browser.get("/student/content").text
    with pytest.raises(NotAllowed), transaction():
        open_item(world.actor("Zoe"), world.enrollment("Ada"), loops)


def test_the_student_marks_on_the_page_and_undoes_it(world: World) -> None:
    loops = item(world, "Loops", "mark", url="https://example.org/loops")
    browser = world.browser_of("Ada")
    browser.post(f"/student/content/{loops.public_id}/done")
    assert "1 of 1 done" in browser.get("/student/content").text
    browser.post(f"/student/content/{loops.public_id}/not-done")
    assert "0 of 1 done" in browser.get("/student/content").text
    other = item(world, "Frames", "mark", unit="ROB-1", url="https://example.org/f")
    assert browser.post(f"/student/content/{other.public_id}/done").status_code == 404


def test_the_instructor_ticks_who_has_done_it_and_takes_it_back(world: World) -> None:
    lab = item(world, "Lab at the press", "sign")
    browser, ada = world.browser_of("Ben"), world.enrollment("Ada").public_id
    assert "Lab at the press" in browser.get("/instructor/content").text
    assert browser.post(f"/instructor/content/{lab.public_id}/seen").status_code == 422
    browser.post(f"/instructor/content/{lab.public_id}/seen", data={"student": ada})
    assert done(world) == (1, 1)
    browser.post(f"/instructor/content/{lab.public_id}/not-seen", data={"student": ada})
    assert done(world) == (0, 1)
    eli = {"student": world.enrollment("Eli").public_id}
    assert browser.post(f"/instructor/content/{lab.public_id}/seen", data=eli).status_code == 404


def test_both_pages_cost_the_same_with_more_items(world: World) -> None:
    item(world, "Lab", "sign")
    item(world, "Loops", "mark", url="https://example.org/loops")
    pages = (("Ada", "/student/content"), ("Ben", "/instructor/content"))
    counts = []
    for more in (0, 5):
        for number in range(more):
            item(world, f"Lab {number}", "sign")
            item(world, f"Loops {number}", "mark", url="https://example.org/loops")
        for name, path in pages:
            browser = world.browser_of(name)
            browser.get(path)
            with count_statements() as sent:
                browser.get(path)
            counts.append(sent.count)
    assert counts[:2] == counts[2:]
