"""Private cards: who may get one, where, and what is left of it."""

from typing import Any

import pytest

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("chat", "open_id", "code"),
    [
        ("oc_acme", "ou_aiko", 0),
        ("oc_topic", "ou_aiko", 18053),
        ("oc_p2p_aiko", "ou_aiko", 18052),
        ("oc_acme", "ou_ben", 18054),
        ("oc_acme", "ou_nobody", 18054),
        ("oc_nowhere", "ou_aiko", 230034),
    ],
)
def test_where_and_to_whom(lark: Any, form_card: Json, chat: str, open_id: str, code: int) -> None:
    lark.people.say("aiko", "p2p", "hi")
    assert lark.private(form_card, open_id, chat)["code"] == code


def test_bot_must_be_in_the_chat(lark: Any, form_card: Json) -> None:
    lark.people.remove_bot("oc_acme")
    assert lark.private(form_card)["code"] == 230002
    lark.people.disband("oc_globex")
    assert lark.private(form_card, "ou_ben", "oc_globex")["code"] == 232009


def test_card_is_an_object_and_not_a_string(lark: Any, form_card: Json) -> None:
    assert lark.private("{}")["code"] == 99992402
    bad = lark.private(form_card | {"extra": 1})
    assert bad["code"] == 230099
    assert "ext=ErrCode: 200621" in bad["msg"]


def test_card_is_lost_on_who_is_offline(lark: Any, form_card: Json) -> None:
    lark.people.set_online("aiko", False)
    assert lark.private(form_card)["code"] == 0
    lark.people.set_online("aiko", True)
    assert lark.people.view("aiko", "oc_acme") == []
    assert lark.private(form_card)["code"] == 0
    assert len(lark.people.view("aiko", "oc_acme")) == 1
    lark.state.switches.ephemeral_survives_logout = False
    lark.people.set_online("aiko", False)
    lark.people.set_online("aiko", True)
    assert lark.people.view("aiko", "oc_acme") == []


def test_deleting_twice_says_it_is_gone(lark: Any, form_card: Json) -> None:
    message_id = lark.private(form_card)["data"]["message_id"]
    body = {"message_id": message_id}
    first = lark.call("POST", "/ephemeral/v1/delete", json=body)
    assert (first.status_code, first.json()["code"]) == (200, 0)
    assert lark.people.view("aiko", "oc_acme") == []
    second = lark.call("POST", "/ephemeral/v1/delete", json=body)
    assert (second.status_code, second.json()["code"]) == (400, 18051)
    lark.state.switches.ephemeral_error_status = 200
    third = lark.call("POST", "/ephemeral/v1/delete", json=body)
    assert (third.status_code, third.json()["code"]) == (200, 18051)


def test_ordinary_message_calls_do_not_know_private_cards(lark: Any, form_card: Json) -> None:
    message_id = lark.private(form_card)["data"]["message_id"]
    path = f"/im/v1/messages/{message_id}"
    assert lark.call("GET", path).json()["code"] == 230001
    assert lark.call("DELETE", path).json()["code"] == 230001
    assert lark.call("PATCH", path, json={"content": "{}"}).json()["code"] == 230001
    assert lark.reply(message_id, "hi")["code"] == 230001
    query = "/im/v1/messages?container_id_type=chat&container_id=oc_acme"
    assert lark.call("GET", query).json()["data"]["items"] == []


def test_private_card_stands_where_it_came(lark: Any, form_card: Json) -> None:
    lark.people.say("aiko", "oc_acme", "before")
    lark.private(form_card)
    lark.people.say("aiko", "oc_acme", "after")
    assert [s.text[:7] for s in lark.people.view("aiko", "oc_acme")] == [
        "before",
        "Tell us",
        "after",
    ]
