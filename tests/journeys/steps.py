"""What every journey does: sign in through the form, go where the navigation leads, look at each page."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.support import cast

Check = Callable[[Page], None]
PHONE = 600


def sign_in(page: Page, name: str) -> None:
    """Through the form, as everybody does."""
    page.goto("/sign-in")
    page.locator("#email").fill(cast.email_of(name))
    page.locator("#password").fill(cast.PASSWORD)
    follow(page.locator("main button.btn-primary"))
    assert "/sign-in" not in page.url, "the sign-in was refused"


def go(page: Page, label: str) -> None:
    """To a place of the navigation: the bar at the bottom of a phone, the rail at the side of a desktop."""
    is_phone = (page.viewport_size or {"width": 0})["width"] < PHONE
    page.wait_for_load_state()  # before, half of the bar may be there
    bar = page.locator(".bottombar" if is_phone else ".rail")
    link = bar.get_by_role("link", name=label, exact=True)
    if is_phone and not link.is_visible():
        bar.locator("summary").click()
    follow(link)


def follow(link: Locator) -> None:
    """Clicks on what leads to another page, and waits until that one is there."""
    with link.page.expect_navigation():
        link.click()


def has(page: Page, text: str) -> None:
    """Waits until the page says so."""
    expect(page.locator("main")).to_contain_text(text)
