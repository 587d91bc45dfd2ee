"""The document and the pages of reference."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.api.support import BASE
from tests.support.web import World


@pytest.mark.one_engine
def test_the_document_is_openapi_3_1_and_names_every_route(world: World) -> None:
    document = world.visitor().get(f"{BASE}/openapi.json").json
    assert document is not None
    assert document["openapi"] == "3.1.0"
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in world.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint not in ("api.openapi", "api.docs", "api.resource_docs")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    named = {(f"{BASE}{path}", method.upper()) for path, methods in document["paths"].items() for method in methods}
    assert named == routes


@pytest.mark.one_engine
def test_the_reference_names_every_operation_and_needs_nothing_from_elsewhere(world: World) -> None:
    visitor = world.visitor()
    document, index = visitor.get(f"{BASE}/openapi.json").json, visitor.get(f"{BASE}/docs").text
    assert document is not None
    pages = {address: visitor.get(address).text for address in set(re.findall(rf'href="({BASE}/docs/[^"#]+)"', index))}
    for methods in document["paths"].values():
        for declared in methods.values():
            address = f"{BASE}/docs/{declared['tags'][0].replace(' ', '-')}"
            assert f'href="{address}#{declared["operationId"]}"' in index
            assert f'id="{declared["operationId"]}"' in pages[address]
            for shape in re.findall(r"#/components/schemas/(\w+)", json.dumps(declared)):
                fields = document["components"]["schemas"][shape].get("properties", {})
                assert not fields or f'id="shape-{shape}"' in pages[address]
    for html in (index, *pages.values()):
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)
    assert visitor.get(f"{BASE}/docs/nothing").status_code == 404


@pytest.mark.parametrize("width", [360])
def test_the_reference_is_readable_on_a_phone(world: World, page: Page, check_page: Callable[[Page], None]) -> None:
    page.goto(f"{BASE}/docs")
    check_page(page)
    page.get_by_text("Submissions (").click()
    page.get_by_role("link", name="Submissions", exact=True).click()
    expect(page.get_by_role("heading", name="Submissions", level=1)).to_be_visible()
    check_page(page)


@pytest.mark.one_engine
def test_shapes_have_one_short_name_each(world: World) -> None:
    document = world.visitor().get(f"{BASE}/openapi.json").json
    assert document is not None
    assert [name for name in document["components"]["schemas"] if "__" in name or "-" in name] == []
