"""The check of every page in a browser finds text with too little contrast, also where it looks much like good text."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.support.browser import known_looks

PAGE = """<!doctype html><html lang="en"><title>Text</title>
<body style="background: #fff; color: #111; font: 12px serif">
<main><h1>Text</h1>%s</main></body></html>"""
GOOD = """
<p style="color: #666">Gray on white.</p>
<p style="color: #888; font-size: 32px">Pale, but large.</p>
<div style="background: #333"><p style="color: #fff">White on black.</p></div>
<div style="overflow: auto; width: 90px" tabindex="0">
  <p style="color: #666; width: 300px">Gray on white, and scrolled.</p>
</div>
"""
BAD = {
    "a color that is good on white": '<div style="background: #333"><p style="color: #666">Gray on black.</p></div>',
    "a color that is good where it is large": '<p style="color: #888">Pale and small.</p>',
    "a good look that is half transparent": '<div style="opacity: 0.5"><p style="color: #666">Gray on white.</p></div>',
    "a good look with something painted behind": """<div style="position: relative">
        <div style="position: absolute; inset: 0; background: #333"></div>
        <p style="position: relative; color: #666">Gray on what is not around it.</p></div>""",
    "a look that nobody has measured, twice": '<p style="color: #bbb">So pale.</p><p style="color: #bbb">As pale.</p>',
}


def test_a_look_that_was_good_is_known_and_each_that_is_not_is_found(
    page: Page, check_page: Callable[[Page], None]
) -> None:
    page.set_content(PAGE % GOOD)
    check_page(page)
    looks = set(known_looks)
    assert len([look for look in looks if look.startswith("rgb(102, 102, 102)")]) == 1
    assert [what for what, body in BAD.items() if not _is_found(page, check_page, body)] == []
    assert not [look for look in known_looks if look.startswith("rgb(187, 187, 187)")]
    page.set_content(PAGE % GOOD)
    check_page(page)


def _is_found(page: Page, check_page: Callable[[Page], None], body: str) -> bool:
    page.set_content(PAGE % (GOOD + body))
    try:
        check_page(page)
    except AssertionError as broken:
        return "color-contrast" in str(broken)
    return False
