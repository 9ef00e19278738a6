"""The whole story by clicks, with the real daemon; the picture in README is taken of it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from seen import DESK, PHONE, answer, become, opened, write

HOSTILE = "<img src=x onerror=\"document.title='broken in'\"> </div><script>1</script>"
_BIGGEST_PICTURE = 300_000
_SLOW = 90_000
"""Milliseconds in which the daemon has surely started, and has tried again what was refused."""


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "syncd", "demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        page = next(line.split()[1] for line in running.stdout if line.startswith("Open "))
        yield page
        running.terminate()


def ask(page: Page, trouble: str) -> None:
    expect(page.locator("#connection")).to_have_text("syncd is connected", timeout=_SLOW)
    page.locator("#say").press_sequentially("@S")
    expect(page.get_by_role("listbox", name="Names")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.insert_text(trouble)
    page.keyboard.press("Enter")
    form = page.locator(".message.private .card")
    expect(form).to_have_attribute("data-colour", "blue")


def submit(page: Page, severity: str) -> None:
    form = page.locator(".message.private .card")
    form.locator("[data-field=customfield_10041] select").select_option(severity)
    form.locator("button.primary").click()
    expect(page.locator(".toast[data-type=success]").first).to_be_visible()


def test_the_whole_story_by_clicks(demo: str, browser: Browser, tmp_path: Path) -> None:
    with opened(browser, demo, "person=ben&chat=oc_globex", DESK) as page:
        ask(page, "our cluster is down")
        become(page, "dora")
        expect(page.locator("#timeline")).to_contain_text("our cluster is down")
        expect(page.locator("#timeline .card")).to_have_count(0)
        become(page, "ben")
        submit(page, "2-Major")
        expect(page.locator(".message.private")).to_have_count(0)
        page.get_by_role("button", name="1 reply").click()
        expect(page.locator("#thread .card h4")).to_contain_text(": our cluster is down")
        page.get_by_role("button", name="Close the thread").click()
        expect(page.locator("#tickets .summary")).to_have_text("our cluster is down")
        answer(page, f"Do not tell {HOSTILE}", public=False)
        answer(page, f"We are on it {HOSTILE}", public=True)
        update = page.locator("#timeline .message.bot .card")
        expect(update).to_contain_text(f"We are on it {HOSTILE}")
        page.get_by_label("Assignee").select_option("Erin Engineer")
        page.get_by_label("Status").select_option("In progress")
        expect(page.locator("#tickets .status")).to_have_text("In progress")
        write(page, "Thank you!")
        expect(page.locator("#timeline .message").last).to_contain_text("Thank you!")
        expect(update).to_have_count(1)
        expect(page.locator("#timeline")).not_to_contain_text("Do not tell")
        expect(page.locator("#calls")).to_contain_text("creates a ticket: our cluster is down")
        expect(page.locator("main :is(img, script)")).to_have_count(0)
        expect(page).to_have_title("syncd sandbox")
        public = page.locator(".comment", has_text="We are on it")
        public.get_by_role("button", name="delete").click()
        expect(update).to_have_count(0)


def test_two_people_side_by_side(demo: str, browser: Browser) -> None:
    """In a group whose plan is premium, and one of the two has a phone."""
    with (
        opened(browser, demo, "person=aiko&chat=oc_acme", DESK) as aiko,
        opened(browser, demo, "person=chen&chat=oc_acme", PHONE) as chen,
    ):
        chen.get_by_role("button", name="Back to the chats").click()
        ask(aiko, "クラスタが停止しました")
        group = chen.locator("#chat-list button", has_text="ACME support")
        expect(group.locator(".unread")).to_contain_text("1 unread")
        group.click()
        expect(chen.locator("#timeline .message")).to_have_count(1)
        submit(aiko, "1-Critical")
        chen.get_by_role("button", name="1 reply").click()
        expect(chen.locator("#thread .card")).to_contain_text("クラスタが停止しました")
        chen.get_by_label("Reply in the thread").fill("こちらも同じです")
        chen.get_by_role("button", name="Reply", exact=True).click()
        expect(aiko.get_by_role("button", name="2 replies")).to_be_visible()
        aiko.locator("#tickets tr", has_text="クラスタが停止しました").click()
        expect(aiko.locator("#comments")).to_contain_text("こちらも同じです")
        answer(aiko, "確認しています", public=True)
        expect(chen.locator("#thread .message").last).to_contain_text("確認しています")


def test_what_is_asked_while_jira_is_down_arrives_once_it_is_up(
    demo: str, browser: Browser
) -> None:
    with opened(browser, demo, "person=dora&chat=oc_globex", DESK) as page:
        ask(page, "the dashboard is empty")
        page.get_by_role("button", name="What goes wrong").click()
        down = page.get_by_role("switch", name="Jira is down")
        down.click()
        expect(down).to_be_checked()
        page.keyboard.press("Escape")
        form = page.locator(".message.private .card")
        form.get_by_label("Reporter").fill("dora@globex.example")
        submit(page, "3-Minor")
        refused = page.locator("#calls li.bad", has_text="refused: down")
        expect(refused.first).to_be_visible()
        expect(page.locator("#tickets", has_text="the dashboard is empty")).to_have_count(0)
        page.get_by_role("button", name="What goes wrong 1").click()
        down.click()
        expect(down).not_to_be_checked()
        page.keyboard.press("Escape")
        row = page.locator("#tickets tr", has_text="the dashboard is empty")
        expect(row).to_have_count(1, timeout=_SLOW)
        asked = page.locator("#timeline .message", has_text="the dashboard is empty").first
        expect(asked.get_by_role("button", name="1 reply")).to_be_visible(timeout=_SLOW)


def test_the_picture_in_readme(demo: str, browser: Browser, tmp_path: Path) -> None:
    """`make picture` keeps what is taken here."""
    kept = Path(os.environ.get("SYNCD_PICTURE", tmp_path / "picture.png"))
    with opened(browser, demo, "person=ben&chat=oc_globex", DESK) as page:
        ask(page, "All queries time out since 9:40")
        submit(page, "1-Critical")
        row = page.locator("#tickets tr", has_text="All queries time out")
        row.click()
        answer(page, "Their disk is full, do not tell yet.", public=False)
        answer(page, "We found the cause and are restarting the nodes.", public=True)
        expect(page.locator("#timeline .message.bot").last).to_contain_text("restarting the nodes")
        page.get_by_role("button", name="1 reply").last.click()
        expect(page.locator("#thread .card")).to_be_visible()
        page.get_by_label("Assignee").select_option("Erin Engineer")
        page.get_by_label("Priority").select_option("Highest")
        expect(page.locator("#tickets .assignee").first).to_contain_text("Erin Engineer")
        page.locator("#ticket-description p").last.scroll_into_view_if_needed()
        page.evaluate("document.activeElement.blur()")
        while page.locator(".toast button").count():
            page.locator(".toast button").first.click()
        page.screenshot(path=kept)
    assert 10_000 < kept.stat().st_size < _BIGGEST_PICTURE
