"""A student finds what to work through, and only of the courses in the plan."""

import pytest

from lms.hub.catalog.models import ContentItem, Unit
from lms.kernel.db import session, transaction
from tests.support.unfrozen import unfrozen
from tests.support.web import World

pytestmark = pytest.mark.one_engine


def item(world: World, unit: str, title: str, **more: str) -> str:
    with transaction(), unfrozen():
        made = ContentItem(
            unit_id=world.one(Unit, code=unit).id, position=0, title=title, kind="video", minutes=45,
            completion="mark", **more,
        )  # fmt: skip
        session.add(made)
        session.flush()
        return made.public_id


def test_items_of_ones_own_courses_are_listed_this_weeks_first(world: World) -> None:
    loops = item(world, "PC-1", "Loop tuning", url="https://example.org/loops")
    item(world, "ROB-1", "Frames", url="https://example.org/frames")
    shown = world.browser_of("Ada").get("/student/content").text
    assert f"/student/content/{loops}/opening" in shown
    assert "This week" in shown
    assert "Frames" not in shown


def test_a_file_of_somebody_elses_course_is_not_found(world: World) -> None:
    other = item(world, "ROB-1", "Frames", file_sha256="0" * 64, file_name="frames.pdf")
    assert world.browser_of("Ada").get(f"/student/content/{other}/file").status_code == 404


def test_an_empty_list_says_so(world: World) -> None:
    assert "Nothing here yet" in world.browser_of("Ada").get("/student/content").text
