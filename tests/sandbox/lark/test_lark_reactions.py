"""Emojis on messages, as strict as the pages say."""

import json
from typing import Any

import pytest

from syncd.sandbox.lark.connection.delivery import Event

Json = dict[str, Any]


def put(lark: Any, message: str, emoji: str = "DONE") -> Json:
    body = {"reaction_type": {"emoji_type": emoji}}
    answer: Json = lark.call("POST", f"/im/v1/messages/{message}/reactions", json=body).json()
    return answer


def listed(lark: Any, message: str, **query: object) -> Json:
    path = f"/im/v1/messages/{message}/reactions"
    answer: Json = lark.call("GET", path, params=query).json()
    return answer


def taken(lark: Any, message: str, reaction: str) -> Json:
    path = f"/im/v1/messages/{message}/reactions/{reaction}"
    answer: Json = lark.call("DELETE", path).json()
    return answer


def told(lark: Any) -> list[Json]:
    """The bodies of the events about reactions."""
    events: list[Event] = lark.state.delivery.events
    return [json.loads(e.payload)["event"] for e in events if "reaction" in e.event_type]


def test_one_emoji_stands_once_and_its_event_tells_who(lark: Any) -> None:
    message = lark.people.say("aiko", "oc_acme", "help")
    first = put(lark, message)["data"]
    assert first["operator"] == {"operator_id": lark.state.app_id, "operator_type": "app"}
    assert put(lark, message)["data"]["reaction_id"] == first["reaction_id"]
    lark.people.react("chen", message, "DONE")
    (shown,) = lark.people.view("aiko", "oc_acme")
    assert shown.reactions == [("DONE", ["Support Bot", "陈伟"])]
    ours, theirs = told(lark)
    assert ours["app_id"] == lark.state.app_id
    assert theirs["operator_type"] == "user"
    assert set(theirs) == {
        "message_id", "reaction_type", "action_time", "operator_type", "user_id",
    }  # fmt: skip


def test_it_is_listed_and_taken_away_by_its_id(lark: Any) -> None:
    message = lark.people.say("aiko", "oc_acme", "help")
    put(lark, message)
    lark.people.react("chen", message, "Pin")
    found = [item["reaction_id"] for item in listed(lark, message)["data"]["items"]]
    assert len(found) == 2
    page = listed(lark, message, page_size=1)["data"]
    assert page["has_more"]
    (last,) = listed(lark, message, page_size=1, page_token=page["page_token"])["data"]["items"]
    assert last["reaction_id"] == found[1]
    assert len(listed(lark, message, reaction_type="Pin")["data"]["items"]) == 1
    assert taken(lark, message, found[1])["code"] == 231007
    assert taken(lark, message, found[0])["code"] == 0
    assert taken(lark, message, found[0])["code"] == 231011
    lark.people.unreact("chen", message, "Pin")
    assert listed(lark, message)["data"]["items"] == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("unknown emoji", 231001),
        ("recalled", 230110),
        ("no message", 231003),
        ("bot outside", 231002),
        ("not shared", 231021),
        ("no scope", 99991672),
        ("repeated", 231015),
        ("dissolved", 232009),
    ],
)
def test_what_is_wrong_is_refused(lark: Any, wrong: str, code: int) -> None:
    message = lark.people.say("aiko", "oc_acme", "help")
    chat, switches = lark.state.chats["oc_acme"], lark.state.switches
    emoji = "NOSUCH" if wrong == "unknown emoji" else "DONE"
    if wrong == "recalled":
        lark.people.recall("aiko", message)
    elif wrong == "no message":
        message = "om_nowhere"
    elif wrong == "bot outside":
        chat.bot_in_chat = False
    elif wrong == "dissolved":
        chat.dissolved = True
    elif wrong == "not shared":
        chat.external, switches.ext_reactions = True, "231021"
    elif wrong == "no scope":
        switches.scopes.discard("im:message.reactions:write_only")
    elif wrong == "repeated":
        switches.repeated_reaction = "231015"
        assert put(lark, message)["code"] == 0
    assert put(lark, message, emoji)["code"] == code
