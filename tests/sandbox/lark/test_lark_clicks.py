"""What a person sees after a click, whatever the bot answers."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from syncd.sandbox.lark.client import ClickRefusedByClient
from syncd.sandbox.lark.connection.frames import encode

Json = dict[str, Any]
DONE = {
    "schema": "2.0",
    "body": {"elements": [{"tag": "markdown", "content": "Done"}]},
}


def card_in(lark: Any, form_card: Json) -> str:
    return str(lark.private(form_card)["data"]["message_id"])


def raw_answer(bot: Any, payload: bytes) -> None:
    """Let the bot ack with exactly this payload."""
    bot.code = None

    def take(frame: Any) -> None:
        bot.frames.append(frame)
        bot.socket.send(encode(frame.with_payload(payload)))

    bot._take = take


def data(answer: object) -> bytes:
    encoded = base64.b64encode(json.dumps(answer).encode()).decode()
    return json.dumps({"code": 200, "data": encoded}).encode()


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (data({}), 0),
        (data({"toast": {"type": "error", "content": "no"}}), 0),
        (b'{"code":500}', 200671),
        (b'{"code":200}', 200672),
        (data("text"), 200672),
        (data({"toast": {"type": "loud", "content": "no"}}), 200672),
        (data({"tost": {}}), 200672),
        (data({"card": json.dumps(DONE)}), 200672),
        (data({"card": DONE}), 200672),
        (data({"card": {"type": "raw", "data": DONE | {"extra": 1}}}), 200673),
        (data({"card": {"type": "raw", "data": DONE}}), 0),
    ],
)
def test_every_answer_has_its_outcome(
    lark: Any, bot: Any, form_card: Json, payload: bytes, code: int
) -> None:
    raw_answer(bot, payload)
    assert lark.people.click("aiko", card_in(lark, form_card), "cancel").code == code


@pytest.mark.parametrize("named", [True, False])
def test_a_click_may_name_a_private_card_by_another_id(
    lark: Any, bot: Any, form_card: Json, named: bool
) -> None:
    lark.state.switches.callback_names_private_card = named
    sent = card_in(lark, form_card)
    lark.people.click("aiko", sent, "cancel")
    told = bot.events[-1]["event"]["context"]["open_message_id"]
    assert (told == sent) is named
    code = lark.call("POST", "/ephemeral/v1/delete", json={"message_id": told}).json()["code"]
    assert code == (0 if named else 18051)


def test_click_with_nobody_connected(lark: Any, form_card: Json) -> None:
    assert lark.people.click("aiko", card_in(lark, form_card), "cancel").code == 200340


def test_click_without_subscription(lark: Any, bot: Any, form_card: Json) -> None:
    lark.state.switches.subscriptions.discard("card.action.trigger")
    assert lark.people.click("aiko", card_in(lark, form_card), "cancel").code == 200340
    assert bot.events == []


def test_unanswered_click_is_never_sent_again(lark: Any, bot: Any, form_card: Json) -> None:
    lark.state.switches.ack_window_seconds = 0.1
    bot.code = None
    card = card_in(lark, form_card)
    assert lark.people.click("aiko", card, "cancel").code == 200341
    lark.world.clock.move(seconds=24 * 3600)
    bot.ping()
    assert len(bot.events) == 1
    assert lark.state.delivery.about(card)[0].status == "given up"


def test_connection_lost_before_the_answer(lark: Any, bot: Any, form_card: Json) -> None:
    def cut(event: Json) -> Json:
        lark.state.drop_connections()
        bot.code = None
        assert bot.wait_for(lambda events: not lark.state.delivery.connections.all())
        return {}

    bot.answer = cut
    bot.code = 200
    assert lark.people.click("aiko", card_in(lark, form_card), "cancel").code == 200340


@pytest.mark.parametrize("applies", [True, False])
def test_card_in_the_answer_replaces_a_private_card_or_not(
    lark: Any, bot: Any, form_card: Json, applies: bool
) -> None:
    lark.state.switches.callback_card_applies = applies
    bot.answer = lambda event: {"card": {"type": "raw", "data": DONE}}
    lark.people.click("aiko", card_in(lark, form_card), "cancel")
    (shown,) = lark.people.view("aiko", "oc_acme")
    assert (shown.text == "Done") is applies


def test_card_in_the_answer_replaces_a_public_card(lark: Any, bot: Any, form_card: Json) -> None:
    sent = lark.send(form_card, "interactive")["data"]["message_id"]
    bot.answer = lambda event: {"card": {"type": "raw", "data": DONE}}
    assert lark.people.click("chen", sent, "cancel").outcome == "ok"
    (shown,) = lark.people.view("aiko", "oc_acme")
    assert (shown.text, shown.edited) == ("Done", True)


def test_other_clicks_wait_for_nobody(
    lark: Any, new_bot: Callable[[], Any], form_card: Json
) -> None:
    bot = new_bot()
    card = card_in(lark, form_card)

    def answer(event: Json) -> Json:
        assert lark.people.view("aiko", "oc_acme")[0].message_id == card
        return {"toast": {"type": "info", "content": "looked"}}

    bot.answer = answer
    click = lark.people.click("aiko", card, "cancel")
    assert click.toast.content == "looked"


def test_empty_fields_are_absent_or_empty(lark: Any, bot: Any, form_card: Json) -> None:
    card = card_in(lark, form_card)
    form = {"severity": "2-Major"}
    lark.people.click("aiko", card, "submit", form)
    lark.state.switches.empty_fields_absent = False
    lark.people.click("aiko", card, "submit", form)
    first, second = (e["event"]["action"]["form_value"] for e in bot.events)
    assert set(first) == {"summary", "severity"}
    assert {k: v for k, v in second.items() if k not in first} == {
        "description": "",
        "parts": [],
        "due": "",
    }


def test_client_refuses_links_old_cards_and_forms_on_other_buttons(
    lark: Any, bot: Any, form_card: Json
) -> None:
    form_card["body"]["elements"].append(
        {
            "tag": "button",
            "text": {"tag": "plain_text", "content": "Portal"},
            "behaviors": [{"type": "open_url", "default_url": "https://portal.example/HELP-1"}],
        }
    )
    card = card_in(lark, form_card)
    assert lark.people.view("aiko", "oc_acme")[0].links == [
        ("Portal", "https://portal.example/HELP-1")
    ]
    with pytest.raises(ClickRefusedByClient, match="sends nothing"):
        lark.people.click("aiko", card, "Portal")
    with pytest.raises(ClickRefusedByClient, match="submits no form"):
        lark.people.click("aiko", card, "cancel", {"summary": "x"})
    lark.world.clock.move(seconds=15 * 24 * 3600)
    with pytest.raises(ClickRefusedByClient, match="too old"):
        lark.people.click("aiko", card, "cancel")
    assert bot.events == []


def test_default_option_shows_only_when_text_and_value_agree(lark: Any, form_card: Json) -> None:
    severity = form_card["body"]["elements"][1]["elements"][3]
    severity["initial_option"] = "2-Major"
    card_in(lark, form_card)
    severity["options"][1]["text"]["content"] = "Major"
    card_in(lark, form_card)
    agreeing, differing = lark.people.view("aiko", "oc_acme")
    assert agreeing.field_named("severity").default == "2-Major"
    assert differing.field_named("severity").default == ""


def test_clicked_card_can_be_updated_twice_and_not_after_half_an_hour(
    lark: Any, bot: Any, form_card: Json
) -> None:
    sent = lark.send(form_card, "interactive")["data"]["message_id"]
    codes = []

    def update(token: str) -> int:
        body = {"token": token, "card": DONE}
        return int(lark.call("POST", "/interactive/v1/card/update", json=body).json()["code"])

    def too_early(event: Json) -> Json:
        codes.append(update(event["event"]["token"]))
        return {}

    bot.answer = too_early
    lark.people.click("aiko", sent, "cancel")
    token = bot.events[0]["event"]["token"]
    codes += [update(token), update(token), update(token)]
    assert codes == [300020, 0, 0, 300040]
    second = lark.send(form_card, "interactive")["data"]["message_id"]
    bot.answer = lambda event: {}
    lark.people.click("aiko", second, "cancel")
    lark.world.clock.move(seconds=31 * 60)
    assert update(bot.events[1]["event"]["token"]) == 300030
