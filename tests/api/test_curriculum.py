"""Versions of a program through the API: what changed from one to the next."""

from lms.hub.catalog.models import ProgramVersion
from tests.api.support import caller
from tests.support.web import World
from tests.web.admin.test_curriculum import add, draft_of


def test_two_versions_are_compared_field_by_field(world: World) -> None:
    first = world.one(ProgramVersion).public_id
    browser = world.browser_of("Gus")
    draft = draft_of(world, browser)
    assert add(browser, draft, "course/PC/outcome", code="PC-O9", text="Read a chart") == 303
    told = caller(world, "Gus").get(f"/program-versions/{draft}/comparison").json
    assert told is not None
    assert (told["from_number"], told["to_number"]) == (1, 2)
    assert any("PC-O9" in str(change) for change in told["changes"])
    assert caller(world, "Gus").get(f"/program-versions/{first}/comparison").status_code == 404
