"""A group with people of another company: what is refused there by default, and otherwise."""

from typing import Any

import pytest

from syncd.sandbox.lark.abroad import OTHERWISE, AbroadSwitches

INITECH = "oc_initech"
CARD = {"schema": "2.0", "body": {"elements": [{"tag": "markdown", "content": "hello"}]}}


def direct(lark: Any, person: str) -> int:
    body = {"receive_id": person, "msg_type": "text", "content": '{"text":"hello"}'}
    path = "/im/v1/messages?receive_id_type=open_id"
    return lark.call("POST", path, json=body).json()["code"]


def test_every_switch_has_its_default_and_is_something_else_too() -> None:
    usual = vars(AbroadSwitches())
    assert usual.keys() == OTHERWISE.keys()
    assert not [name for name, others in OTHERWISE.items() if usual[name] in others]


@pytest.mark.parametrize(
    ("allowed", "mei", "erin"),
    [("230027", 230027, 230027), ("ok", 0, 0), ("ok_insiders", 230027, 0)],
)
def test_private_cards(lark: Any, allowed: str, mei: int, erin: int) -> None:
    lark.state.switches.ext_ephemeral = allowed
    assert lark.private(CARD, "ou_mei", INITECH)["code"] == mei
    assert lark.private(CARD, "ou_erin", INITECH)["code"] == erin


@pytest.mark.parametrize("code", [230038, 230013])
def test_direct_messages_before_and_after_the_chat_was_opened(lark: Any, code: int) -> None:
    lark.state.switches.ext_p2p = str(code)
    assert direct(lark, "ou_mei") == code
    lark.people.open_direct_chat("mei")
    assert direct(lark, "ou_mei") == 0
    assert direct(lark, "ou_erin") == 0


def test_where_nobody_can_open_the_chat(lark: Any) -> None:
    lark.state.switches.ext_p2p = "never"
    with pytest.raises(PermissionError):
        lark.people.open_direct_chat("mei")
    assert direct(lark, "ou_mei") == 230038


@pytest.mark.parametrize("to", ["cards", "everything"])
def test_messages_that_a_group_refuses(lark: Any, to: str) -> None:
    lark.state.switches.ext_cards = "230054" if to == "cards" else "ok"
    lark.state.switches.ext_send = "ok" if to == "cards" else "230027"
    sent = lark.send({"text": "hello"}, to=INITECH), lark.send(CARD, "interactive", INITECH)
    codes = [one["code"] for one in sent]
    assert codes == ([0, 230054] if to == "cards" else [230027, 230027])


@pytest.mark.parametrize(("told", "code"), [("41050", 41050), ("41012", 41012), ("empty", 0)])
def test_profiles(lark: Any, told: str, code: int) -> None:
    lark.state.switches.ext_contact = told
    answer = lark.call("GET", "/contact/v3/users/ou_mei?user_id_type=open_id").json()
    assert answer["code"] == code
    assert "name" not in answer.get("data", {}).get("user", {})


def test_who_is_in_the_group_under_which_ids(lark: Any) -> None:
    path = f"/im/v1/chats/{INITECH}/members?member_id_type=open_id&page_size=2"
    first = lark.call("GET", path).json()["data"]
    rest = lark.call("GET", f"{path}&page_token={first['page_token']}").json()["data"]
    people = {m["member_id"]: m["tenant_key"] for m in first["items"] + rest["items"]}
    assert people == {
        "ou_mei": "initech_tenant", "ou_omar": "initech_tenant", "ou_erin": "sandbox_tenant",
    }  # fmt: skip
    assert (first["has_more"], rest["has_more"]) == (True, False)
    lark.state.switches.ext_member_ids = "disjoint"
    others = {m["member_id"] for m in lark.call("GET", path).json()["data"]["items"]}
    assert not others & people.keys()
    lark.state.switches.ext_members = "232033"
    assert lark.call("GET", path).json()["code"] == 232033


def test_what_events_tell_of_companies(lark: Any, bot: Any) -> None:
    lark.people.say("mei", INITECH, "@Support Bot hello")
    lark.state.switches.ext_header_tenant = "sender"
    lark.people.say("mei", INITECH, "@Support Bot again")
    assert bot.wait_for(lambda events: len(events) == 2)
    first, second = bot.events
    assert first["event"]["sender"]["tenant_key"] == "initech_tenant"
    assert first["event"]["message"]["mentions"][0]["tenant_key"] == "sandbox_tenant"
    headers = [one["header"]["tenant_key"] for one in (first, second)]
    assert headers == ["sandbox_tenant", "initech_tenant"]
    assert "user_id" not in first["event"]["sender"]["sender_id"]
