"""Opening the page, on a desk's screen or a phone's, and what is often done there."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, ViewportSize, expect

DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}


@contextmanager
def opened(browser: Browser, url: str, place: str, size: ViewportSize) -> Iterator[Page]:
    """Open the page at a place; at the end the browser had nothing to complain of."""
    complaints: list[str] = []
    context = browser.new_context(viewport=size)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if "Content Security" in said.text else None,
    )
    page.goto(f"{url}/#{place}")
    expect(page.locator("#person option").first).to_be_attached()
    expect(page.locator("#chat-name")).not_to_have_text("")
    yield page
    context.close()
    assert complaints == []


def become(page: Page, person: str) -> None:
    page.locator("#person").select_option(person)


def write(page: Page, text: str) -> None:
    page.locator("#say").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def answer(page: Page, text: str, *, public: bool) -> None:
    """Answer the open ticket as the engineer that one is."""
    page.get_by_label("Reply to customer" if public else "Internal note").check()
    page.get_by_label("Your answer").fill(text)
    send = "Send to the customer" if public else "Save internal note"
    page.get_by_role("button", name=send).click()
