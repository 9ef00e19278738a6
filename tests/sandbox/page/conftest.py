"""The sandbox's page in a real browser."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from seen import DESK, opened

from syncd.sandbox.box import Sandbox

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=15_000)


def needs_chromium() -> str:
    """Return the browser's path; skips, with the reason, where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("Chromium is not installed")
    return found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = needs_chromium()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


@pytest.fixture
def page(box: Sandbox, browser: Browser) -> Iterator[Page]:
    """The page as Ben sees it; ends with the proof that the browser had nothing to complain."""
    with opened(browser, box.page_url, "person=ben&chat=oc_globex", DESK) as shown:
        yield shown
