"""The page for those who do not look at it, or have no mouse, or a small screen."""

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from private_card import form_card, show_privately
from seen import DESK, PHONE, opened, write

from syncd.sandbox.box import Sandbox

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
TOUR_STEPS = 6


def problems(page: Page, size: ViewportSize) -> list[str]:
    """Return what axe-core calls serious or critical of what is shown now.

    A phone has the same colours, so that those of the dark are looked at on the desk alone.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = judged(page, "{}")
    if size is DESK:
        dark = page.locator("#theme")
        dark.evaluate("element => element.click()")
        found += judged(page, "{runOnly: 'color-contrast'}")
        dark.evaluate("element => element.click()")
    return found


def judged(page: Page, options: str) -> list[str]:
    found: dict[str, Any] = page.evaluate(f"axe.run({options})")
    assert found["passes"], "axe-core has judged something"
    return [
        f"{one['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def furnish(box: Sandbox) -> None:
    """Put something of everything into the world."""
    box.lark_people.say("dora", "oc_globex", "Is it me?")
    root = box.lark_people.say("ben", "oc_globex", "@Support Bot our cluster is down")
    box.lark_people.say("dora", "oc_globex", "Me too", thread=root)
    coloured = form_card()
    coloured["header"]["template"] = "blue"
    show_privately(box, "ou_ben", "oc_globex", coloured)
    for summary in ("Dashboard empty", "Cluster down"):
        key = box.jira_people.create_ticket("ben", summary, description="Since 9:40.")
    box.jira_people.comment("erin", key, "Do not tell", public=False)
    box.jira_people.comment("erin", key, "We are on it")
    box.jira_people.assign(key, "erin")
    box.jira_people.transition("HELP-1", "Resolved")


def look_around(page: Page, size: ViewportSize) -> list[str]:
    """Open everything that the page can show, and return what is wrong with any of it."""
    narrow = size is PHONE
    wrong = problems(page, size)
    page.get_by_role("button", name="1 reply").click()
    expect(page.locator("#thread .message")).to_have_count(2)
    page.locator("#reply").press_sequentially("@")
    expect(page.get_by_role("listbox", name="Names")).to_be_visible()
    wrong += problems(page, size)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="What goes wrong").click()
    wrong += problems(page, size)
    page.keyboard.press("Escape")
    if narrow:
        page.get_by_role("button", name="Helpdesk").click()
        expect(page.locator("#tickets tr")).to_have_count(1)
        wrong += problems(page, size)
        page.locator("#tickets .key").click()
    page.get_by_label("Internal note").check()
    page.get_by_label("Your answer").fill("Look at tikv")
    wrong += problems(page, size)
    page.get_by_role("button", name="What the customer sees").click()
    expect(page.locator("#portal-comments li")).to_have_count(1)
    wrong += problems(page, size)
    if narrow:
        page.get_by_role("button", name="The bot").click()
        expect(page.locator("#calls li").first).to_be_visible()
        wrong += problems(page, size)
    page.get_by_role("button", name="Tour").click()
    return wrong + problems(page, size)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_no_serious_problem(box: Sandbox, browser: Browser, size: ViewportSize) -> None:
    furnish(box)
    with opened(browser, box.page_url, "person=ben&chat=oc_globex", size) as page:
        expect(page.locator(".message.private")).to_be_visible()
        assert look_around(page, size) == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_submit_and_the_composer_are_in_sight_however_long_the_form_is(
    box: Sandbox, browser: Browser, size: ViewportSize
) -> None:
    long = form_card()
    form = long["body"]["elements"][1]["elements"]
    form[1:1] = [{**form[0], "name": f"more{number}"} for number in range(9)]
    box.lark_people.say("ben", "oc_globex", "@Support Bot help")
    show_privately(box, "ou_ben", "oc_globex", long)
    with opened(browser, box.page_url, "person=ben&chat=oc_globex", size) as page:
        expect(page.get_by_role("button", name="Submit")).to_be_in_viewport(ratio=1)
        expect(page.locator("#say")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("button", name="Send", exact=True)).to_be_in_viewport(ratio=1)
        sides = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert sides[0] == sides[1]


def test_whoever_has_only_a_keyboard_comes_everywhere_and_sees_where(
    box: Sandbox, page: Page
) -> None:
    furnish(box)
    expect(page.locator(".message.private")).to_be_visible()
    expect(page.locator(".comment")).to_have_count(2)
    reached = walk(page)
    assert reached[0]["id"] == "skip"
    wanted = ["person", "engineer", "faults-open", "theme", "tour-start", "timeline", "say"]
    wanted += ["which", "as-customer", "status", "assignee", "answer-public", "answer-send"]
    order = [stop["id"] for stop in reached if stop["id"] in wanted]
    assert order == wanted
    words = {stop["words"] for stop in reached}
    assert {"Submit", "Reply in thread", "make public", "delete", "Your answer"} <= words
    assert [stop for stop in reached if not stop["ring"]] == []


def walk(page: Page) -> list[dict[str, Any]]:
    """Press Tab until the focus leaves the page; whoever is trapped never ends."""
    stops: list[dict[str, Any]] = []
    for _ in range(200):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
              const at = document.activeElement;
              const style = (element) => getComputedStyle(element).outlineStyle;
              const around = at.closest(".composer, .tab, label.file") ?? at;
              return at === document.body ? null : {
                id: at.id, words: at.ariaLabel ?? at.innerText,
                ring: style(at) !== "none" || style(around) !== "none",
              };
            }"""
        )
        if stop is None:
            return stops
        stops.append(stop)
    raise AssertionError(f"no way out: {stops[-5:]}")


def test_news_are_read_out_and_the_page_has_its_landmarks(box: Sandbox, page: Page) -> None:
    write(page, "Is anybody there?")
    expect(page.locator(".message")).to_have_count(1)
    box.lark_people.say("dora", "oc_globex", "I am here")
    expect(page.locator("#spoken")).to_have_text("Dora Silva: I am here")
    for role in ("banner", "main"):
        expect(page.get_by_role(role)).to_have_count(1)  # type: ignore[arg-type]
    for name in ("Chat", "Helpdesk", "What the bot did", "Messages"):
        expect(page.get_by_role("region", name=name, exact=True)).to_have_count(1)
    expect(page.get_by_role("navigation", name="Chats")).to_have_count(1)


def test_the_tour_shows_the_place_that_it_speaks_of(box: Sandbox, page: Page) -> None:
    furnish(box)
    expect(page.locator(".message.private")).to_be_visible()
    page.get_by_role("button", name="Tour").click()
    tour = page.locator("#tour")
    page.get_by_role("button", name="Type it for me").click()
    expect(page.locator("#say")).to_have_value("@Support Bot our cluster is down")
    places = ["#composer", ".message.private .card", "#thread", "#answer", "#answer", "#faults"]
    for number, place in enumerate(places, 1):
        expect(tour).to_contain_text(f"Step {number} of {TOUR_STEPS}")
        expect(page.locator(place)).to_be_visible()
        page.wait_for_function(AROUND, arg=place)
        tour.get_by_role("button", name="Done" if number == TOUR_STEPS else "Next").click()
    expect(tour).to_be_hidden()
    expect(page.get_by_role("button", name="Tour")).to_be_focused()


# The ring has the middle of the place in it, and the words do not lie upon that.
AROUND = """(place) => {
  const sides = (one) => document.querySelector(one).getBoundingClientRect();
  const [spot, ring, words] = [sides(place), sides("#ring"), sides("#tour")];
  const x = (spot.left + spot.right) / 2;
  const y = (Math.max(spot.top, ring.top) + Math.min(spot.bottom, ring.bottom)) / 2;
  const holds = (box) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  return holds(ring) && !holds(words);
}"""


@pytest.mark.parametrize(("language", "send"), [("zh", "发送"), ("ja", "送信")], ids=["zh", "ja"])
def test_the_page_speaks_three_languages(page: Page, language: str, send: str) -> None:
    page.get_by_label("Language").select_option(language)
    expect(page.get_by_role("button", name=send, exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)
