"""The main path, told from the fake's side."""

import json
from typing import Any

import pytest

from syncd.sandbox.lark.client import ClickRefusedByClient

Json = dict[str, Any]


def test_mention_reaches_the_bot_as_the_page_describes_it(lark: Any, bot: Any) -> None:
    message_id = lark.people.say("aiko", "oc_acme", "@Support Bot our cluster is down")
    assert lark.people.wait_delivered(message_id)
    event = bot.events[0]
    assert event["schema"] == "2.0"
    assert event["header"]["event_type"] == "im.message.receive_v1"
    assert event["header"]["token"] == ""
    message = event["event"]["message"]
    assert message["content"] == '{"text": "@_user_1 our cluster is down"}'
    assert message["mentions"][0]["id"]["open_id"] == "ou_bot"
    assert message["chat_type"] == "group"
    assert event["event"]["sender"]["sender_id"] == {"open_id": "ou_aiko", "union_id": "on_aiko"}
    assert not {"root_id", "parent_id", "thread_id"} & set(message)


def test_private_card_is_seen_by_its_recipient_alone(lark: Any, form_card: Json) -> None:
    lark.people.say("aiko", "oc_acme", "hello")
    answer = lark.private(form_card)
    assert answer["msg"] == "ok"
    mine = lark.people.view("aiko", "oc_acme")
    assert [(s.kind, s.private) for s in mine] == [("text", False), ("card", True)]
    assert mine[1].title == "New ticket"
    assert mine[1].text.splitlines() == ["Tell us more", "Summary", "Description", "Severity"]
    assert mine[1].field_named("severity").label == "Severity"
    assert mine[1].field_named("summary").default == "Cluster down"
    assert [s.kind for s in lark.people.view("chen", "oc_acme")] == ["text"]
    assert lark.people.view("ben", "oc_acme") == []


def test_a_refusal_names_the_field_without_its_help(lark: Any, form_card: Json) -> None:
    helped = json.dumps(form_card).replace('"Severity"', r'"Severity *\nHow bad is it?"')
    card = lark.private(json.loads(helped))["data"]["message_id"]
    with pytest.raises(ClickRefusedByClient, match=r"required: Severity$"):
        lark.people.click("aiko", card, "submit", {})


def test_submit_brings_the_form_to_the_bot_and_its_toast_back(
    lark: Any, bot: Any, form_card: Json
) -> None:
    bot.answer = lambda event: {"toast": {"type": "success", "content": "Filed"}}
    card = lark.private(form_card)["data"]["message_id"]
    form = {"severity": "2-Major", "parts": ["Web"], "due": "2026-08-01"}
    click = lark.people.click("aiko", card, "Submit", form)
    assert (click.outcome, click.toast.content) == ("ok", "Filed")
    event = bot.events[0]
    assert len(event["header"]["create_time"]) == 16
    assert event["event"]["context"] == {"open_message_id": card, "open_chat_id": "oc_acme"}
    assert event["event"]["operator"]["open_id"] == "ou_aiko"
    assert event["event"]["action"]["value"] == {"act": "submit"}
    assert event["event"]["action"]["form_value"] == {
        "summary": "Cluster down",
        "severity": "2-Major",
        "parts": ["Web"],
        "due": "2026-08-01 +0800",
    }


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({}, "required: Severity"),
        ({"severity": "9-Other"}, "does not offer"),
        ({"severity": "2-Major", "summary": "x" * 51}, "longer than 50"),
        ({"severity": "2-Major", "summary": "  "}, "required: Summary"),
        ({"severity": "2-Major", "summary": "two\nlines"}, "one line"),
        ({"severity": "2-Major", "due": "tomorrow"}, "offers no"),
        ({"severity": "2-Major", "colour": "red"}, "no field"),
    ],
)
def test_client_does_not_send_a_wrong_form(
    lark: Any, bot: Any, form_card: Json, form: Json, why: str
) -> None:
    card = lark.private(form_card)["data"]["message_id"]
    with pytest.raises(ClickRefusedByClient, match=why):
        lark.people.click("aiko", card, "submit", form)
    assert bot.events == []


def test_nobody_clicks_a_card_of_somebody_else(lark: Any, bot: Any, form_card: Json) -> None:
    card = lark.private(form_card)["data"]["message_id"]
    with pytest.raises(ClickRefusedByClient, match="does not see"):
        lark.people.click("chen", card, "cancel")


def test_reply_in_thread_opens_the_thread_of_the_message(lark: Any) -> None:
    root = lark.people.say("aiko", "oc_acme", "@Support Bot help")
    data = lark.reply(root, "HELP-1", reply_in_thread=True)["data"]
    assert data["root_id"] == data["parent_id"] == root
    assert data["thread_id"].startswith("omt_")
    (shown,) = lark.people.view("chen", "oc_acme")
    assert [t.text for t in shown.thread] == ["HELP-1"]
    assert shown.thread[0].sender == "Support Bot"


def test_person_answers_in_the_thread(lark: Any, bot: Any) -> None:
    root = lark.people.say("aiko", "oc_acme", "@Support Bot help")
    first = lark.reply(root, "HELP-1", reply_in_thread=True)["data"]
    answer = lark.people.say("chen", "oc_acme", "me too", thread=first["message_id"])
    assert lark.people.wait_delivered(answer)
    message = bot.events[-1]["event"]["message"]
    assert (message["root_id"], message["parent_id"]) == (root, root)
    assert message["thread_id"] == first["thread_id"]


def test_answer_outside_a_thread_stays_outside(lark: Any, bot: Any) -> None:
    root = lark.people.say("aiko", "oc_acme", "one")
    second = lark.people.say("chen", "oc_acme", "two", reply_to=root)
    third = lark.people.say("aiko", "oc_acme", "three", reply_to=second)
    assert lark.people.wait_delivered(third)
    message = bot.events[-1]["event"]["message"]
    assert (message["root_id"], message["parent_id"]) == (root, second)
    assert "thread_id" not in message
    assert len(lark.people.view("aiko", "oc_acme")) == 3
