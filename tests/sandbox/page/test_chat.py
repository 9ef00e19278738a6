"""What people do in the chats of the page, and at the desk."""

from typing import Any

from playwright.sync_api import Page, expect
from private_card import form_card, say_directly, show_privately
from seen import answer, become, write

from syncd.sandbox.box import Sandbox

HOSTILE = "<img src=x onerror=\"document.title='broken in'\"> <b>bold</b>"


def test_what_is_written_appears_and_is_cleared_from_the_box(page: Page) -> None:
    page.get_by_role("button", name="Mention Support Bot").click()
    page.locator("#say").press_sequentially("our cluster is down")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message .words")).to_have_text("@Support Bot our cluster is down")
    expect(page.locator(".message .mention")).to_have_text("@Support Bot")
    expect(page.locator("#say")).to_have_value("")


def test_private_card_is_before_its_owners_eyes_only(box: Sandbox, page: Page) -> None:
    show_privately(box, "ou_ben", "oc_globex", form_card("Only for Ben"))
    card = page.locator(".message.private")
    expect(card.get_by_role("heading")).to_have_text("Only for Ben")
    expect(card.locator(".badge")).to_have_text("only you can see this")
    become(page, "dora")
    write(page, "I am Dora")
    expect(page.locator(".message")).to_have_count(1)
    expect(page.locator("#timeline")).not_to_contain_text("Only for Ben")
    become(page, "ben")
    expect(card).to_be_visible()


def test_half_filled_form_survives_all_that_happens_around_it(box: Sandbox, page: Page) -> None:
    show_privately(box, "ou_ben", "oc_globex", form_card())
    card = page.locator(".message.private")
    card.get_by_label("Summary").fill("Half a sent")
    card.get_by_label("Severity").select_option("2-Major")
    card.get_by_label("Description").press_sequentially("First line")
    box.lark_people.say("dora", "oc_globex", "What is going on?")
    expect(page.locator(".message")).to_have_count(2)
    expect(card.get_by_label("Description")).to_be_focused()
    page.keyboard.type(", and on")
    expect(card.get_by_label("Description")).to_have_value("First line, and on")
    expect(card.get_by_label("Summary")).to_have_value("Half a sent")
    expect(card.get_by_label("Severity")).to_have_value("2-Major")


def test_client_refuses_a_form_without_a_required_value(box: Sandbox, page: Page) -> None:
    show_privately(box, "ou_ben", "oc_globex", form_card())
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".toast")).to_contain_text("required: Severity")


def test_click_that_nobody_answers_shows_the_platforms_error(box: Sandbox, page: Page) -> None:
    show_privately(box, "ou_ben", "oc_globex", form_card())
    page.locator(".message.private").get_by_label("Severity").select_option("1-Critical")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".toast")).to_contain_text("Ben Miller reads")
    expect(page.locator(".toast .said")).to_contain_text("error 200340")
    expect(page.locator("#connection")).to_have_text("syncd is not connected to Lark")


def test_reply_is_written_into_the_thread_beside_the_chat(page: Page) -> None:
    write(page, "Is it me?")
    page.get_by_role("button", name="Reply in thread").click()
    expect(page.get_by_label("Reply in the thread")).to_be_focused()
    page.keyboard.type("No, me too")
    page.keyboard.press("Enter")
    expect(page.locator("#thread .message .words")).to_have_text(["Is it me?", "No, me too"])
    chip = page.locator("#timeline .chip")
    expect(chip).to_contain_text("1 reply")
    page.keyboard.press("Escape")
    expect(page.locator("#thread")).to_be_hidden()
    expect(chip).to_be_focused()


def test_names_are_completed_after_an_at(page: Page) -> None:
    page.locator("#say").press_sequentially("please look @d")
    names = page.get_by_role("listbox", name="Names").get_by_role("option")
    expect(names).to_have_text(["DSDora Silva"])
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_have_value("please look @Dora Silva ")
    page.locator("#say").press_sequentially("or @")
    expect(names).to_have_count(5)
    page.keyboard.press("Escape")
    expect(names).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".message .mention")).to_have_text("@Dora Silva")


def test_a_card_has_the_colour_that_its_header_names(box: Sandbox, page: Page) -> None:
    red = form_card("Refused")
    red["header"]["template"] = "red"
    show_privately(box, "ou_ben", "oc_globex", red)
    shown = page.get_by_role("heading", name="Refused")
    expect(shown).to_have_css("background-color", "rgb(253, 226, 226)")
    page.get_by_role("button", name="Dark").click()
    expect(shown).to_have_css("background-color", "rgb(85, 28, 28)")
    page.reload()
    expect(shown).to_have_css("background-color", "rgb(85, 28, 28)")


def test_engineer_answers_publicly_and_internally(box: Sandbox, page: Page) -> None:
    key = box.jira_people.create_ticket("ben", "Cluster down")
    expect(page.locator("#ticket-summary")).to_have_text("Cluster down")
    answer(page, "Do not tell", public=False)
    expect(page.locator(".comment .badge")).to_have_text(["internal"])
    expect(page.locator(".comment")).to_have_css("background-color", "rgb(255, 243, 205)")
    answer(page, "We are on it", public=True)
    expect(page.locator(".comment .badge")).to_have_text(["internal", "public"])
    page.get_by_label("Status").select_option("In progress")
    expect(page.locator("#tickets .status")).to_have_text("In progress")
    seen = box.jira_people.portal_view(key)
    assert [c.text for c in seen.comments] == ["We are on it"]
    assert box.jira_people.ticket(key).status == "In progress"


def test_an_answer_keeps_its_formatting(box: Sandbox, page: Page) -> None:
    key = box.jira_people.create_ticket("ben", "Cluster down")
    writing = page.get_by_label("Your answer")
    writing.click()
    page.get_by_role("button", name="Bold").click()
    page.keyboard.type("Restart")
    page.get_by_role("button", name="Bold").click()
    page.keyboard.type(" it, see https://docs.example/restart")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Bullet list").click()
    page.keyboard.type("first tikv")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment .words strong")).to_have_text("Restart")
    expect(page.locator(".comment .words a")).to_have_attribute(
        "href", "https://docs.example/restart"
    )
    expect(page.locator(".comment .words li")).to_have_text("first tikv")
    page.get_by_role("button", name="edit", exact=True).click()
    page.get_by_label("New words").press("Control+End")
    page.keyboard.type(", then tidb")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".comment .words li")).to_have_text("first tikv, then tidb")
    (comment,) = box.jira_people.comments(key)
    first, second = comment.body["content"]
    assert first["content"][0]["marks"] == [{"type": "strong"}]
    assert second["type"] == "bulletList"


def test_the_desk_tells_how_satisfied_the_customer_is(box: Sandbox, page: Page) -> None:
    key = box.jira_people.create_ticket("ben", "Cluster down")
    rating = page.locator("#ticket-rating")
    expect(page.locator("#ticket-summary")).to_have_text("Cluster down")
    expect(rating).to_have_text("")
    with box.world.lock:
        ticket = box.jira_state.find(key)
        assert ticket is not None
        ticket.rating, ticket.rating_said = 4, "<b>Fine</b>"
        box.jira_state.touch(ticket)
    expect(rating).to_have_text("Satisfaction: 4 of 5. <b>Fine</b>")


def test_the_desk_tells_who_works_on_what_by_when(box: Sandbox, page: Page) -> None:
    box.jira_people.create_ticket("ben", "Old and done")
    key = box.jira_people.create_ticket("ben", "Cluster down")
    box.jira_people.resolve("HELP-1")
    expect(page.locator("#tickets .summary")).to_have_text("Cluster down")
    expect(page.locator("#tickets .sla")).to_have_text("3h 59m")
    page.get_by_label("Assignee").select_option("Erin Engineer")
    page.get_by_label("Priority").select_option("Highest")
    page.get_by_label("Queue", exact=True).select_option("Assigned to me")
    expect(page.locator("#tickets .assignee")).to_contain_text("Erin Engineer")
    ticket = box.jira_people.ticket(key)
    assert (ticket.assignee, ticket.priority) == ("712020:erin", "Highest")
    page.get_by_label("Queue", exact=True).select_option("Unassigned")
    expect(page.get_by_text("Nothing in this queue.")).to_be_visible()
    answer(page, "We are on it", public=True)
    expect(page.locator("#slas li").first).to_have_text("Time to first response met")


def test_the_customer_answers_in_the_portal(box: Sandbox, page: Page) -> None:
    key = box.jira_people.create_ticket("ben", "Cluster down")
    box.jira_people.comment("erin", key, "Do not tell", public=False)
    page.get_by_role("button", name="What the customer sees").click()
    portal = page.locator("#portal-view")
    expect(portal.get_by_role("heading", name="Cluster down")).to_be_visible()
    portal.get_by_label("Comment as Ben Miller").fill("Any news?")
    portal.get_by_role("button", name="Add comment").click()
    expect(page.locator("#portal-comments .said")).to_have_text("Any news?")
    expect(portal).not_to_contain_text("Do not tell")


def test_portal_link_opens_what_the_customer_sees(box: Sandbox, page: Page) -> None:
    key = box.jira_people.create_ticket("ben", "Cluster down")
    box.jira_people.comment("erin", key, "Do not tell", public=False)
    box.jira_people.comment("erin", key, "We are on it")
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Open the portal").click()
    portal = opening.value
    expect(portal.get_by_role("heading", level=1)).to_have_text("Cluster down")
    expect(portal.locator("body")).to_contain_text("We are on it")
    expect(portal.locator("body")).not_to_contain_text("Do not tell")


def hostile_document() -> dict[str, Any]:
    """A comment whose link would run a script."""
    mark = {"type": "link", "attrs": {"href": "javascript:document.title='broken in'"}}
    text = {"type": "text", "text": HOSTILE, "marks": [mark]}
    paragraph = {"type": "paragraph", "content": [text]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


def test_text_from_outside_stays_text(box: Sandbox, page: Page) -> None:
    key = box.jira_people.create_ticket("ben", HOSTILE, description=HOSTILE)
    box.jira_people.comment("erin", key, hostile_document())
    show_privately(box, "ou_ben", "oc_globex", form_card(HOSTILE))
    write(page, HOSTILE)
    expect(page.locator(".message:not(.private) .words")).to_have_text(HOSTILE)
    expect(page.locator(".message.private h4")).to_have_text(HOSTILE)
    expect(page.locator(".comment .words")).to_have_text(HOSTILE)
    for hidden in ("#ticket-summary", "#ticket-description", "#tickets .summary"):
        expect(page.locator(hidden)).to_have_text(HOSTILE)
    expect(page.locator(".comment a")).to_have_count(0)
    expect(page.locator("main :is(img, .words b)")).to_have_count(0)
    expect(page).to_have_title("syncd sandbox")


def test_calls_of_the_bot_are_told_in_words(box: Sandbox, page: Page) -> None:
    show_privately(box, "ou_ben", "oc_globex", form_card())
    told = page.locator("#calls .meaning")
    expect(told).to_have_text(["shows a private card: New ticket", "logs in"])
    page.get_by_role("button", name="What the bot did").click()
    expect(told.first).to_be_hidden()
    expect(page.locator("#ledger-last")).to_contain_text("shows a private card")


def test_a_comment_is_edited_restricted_and_deleted(box: Sandbox, page: Page) -> None:
    key = box.jira_people.create_ticket("ben", "Cluster down")
    box.jira_people.comment("erin", key, "Run DROP TABLE x")
    page.get_by_role("button", name="edit", exact=True).click()
    page.get_by_label("New words").fill("Do NOT run DROP TABLE x")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".comment .words")).to_have_text("Do NOT run DROP TABLE x")
    expect(page.locator(".comment .badge")).to_have_text("public, edited")
    page.get_by_role("button", name="only Administrators").click()
    expect(page.locator(".comment .badge")).to_have_text("only Administrators, edited")
    (comment,) = box.jira_people.comments(key)
    assert (comment.visibility or {})["value"] == "Administrators"
    page.get_by_role("button", name="lift restriction").click()
    expect(page.locator(".comment .badge")).to_have_text("public, edited")
    page.get_by_role("button", name="delete").click()
    expect(page.locator(".comment")).to_have_count(0)


def test_a_person_edits_and_recalls_what_they_wrote_and_nothing_else(
    box: Sandbox, page: Page
) -> None:
    box.lark_people.say("dora", "oc_globex", "by Dora")
    write(page, "our cluster is dwon")
    mine = page.locator(".message", has_text="our cluster")
    mine.hover()
    mine.get_by_role("button", name="Edit").click()
    page.get_by_label("New words").fill("our cluster is down")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(mine.locator(".words")).to_have_text("our cluster is down")
    expect(mine.locator(".badge")).to_have_text("edited")
    mine.hover()
    mine.get_by_role("button", name="Recall").click()
    expect(page.locator(".words.gone")).to_have_text("This message was recalled.")
    expect(page.locator(".message", has_text="by Dora").locator(".own")).to_have_count(0)


def test_pictures_and_files_are_sent(box: Sandbox, page: Page) -> None:
    files = [
        {"name": "shot.png", "mimeType": "image/png", "buffer": b"\x89PNG"},
        {"name": "tikv.log", "mimeType": "text/plain", "buffer": b"panic"},
    ]
    page.get_by_label("Picture or file").set_input_files(files)  # type: ignore[arg-type]
    expect(page.locator(".message .words")).to_have_text(["[image]", "[file] tikv.log"])
    sent = {upload.name: upload.data for upload in box.lark_state.uploads.values()}
    assert sent == {"image.png": b"\x89PNG", "tikv.log": b"panic"}


def test_the_bot_is_taken_out_of_a_group_and_added_again(box: Sandbox, page: Page) -> None:
    page.get_by_role("button", name="Take Support Bot out").click()
    page.get_by_role("button", name="Add Support Bot").click()
    expect(page.get_by_role("button", name="Take Support Bot out")).to_be_visible()
    assert box.lark_state.chats["oc_globex"].bot_in_chat


def test_a_chat_that_is_not_open_shows_how_much_is_unread(box: Sandbox, page: Page) -> None:
    tab = page.locator("#chat-list button", has_text="(direct)")
    expect(tab.locator(".unread")).to_have_text("")
    say_directly(box, "ou_ben", "Look here")
    expect(tab.locator(".unread")).to_have_text("11 unread")
    expect(tab.locator(".last")).to_have_text("Support Bot: Look here")
    tab.click()
    expect(page.locator(".message .words")).to_have_text("Look here")
    expect(tab.locator(".unread")).to_have_text("")


def test_an_emoji_stands_below_its_message_and_is_taken_off_by_a_click(
    page: Page, box: Sandbox
) -> None:
    write(page, "our cluster is down")
    one = page.locator("#timeline .message")
    one.hover()
    one.get_by_role("button", name="React with Pin").click()
    chip = one.get_by_role("button", name="Pin by Ben")
    expect(chip).to_have_attribute("aria-pressed", "true")
    (event,) = [e for e in box.lark_state.delivery.events if "reaction" in e.event_type]
    assert event.event_type == "im.message.reaction.created_v1"
    chip.click()
    expect(chip).to_have_count(0)
