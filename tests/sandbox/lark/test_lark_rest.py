"""Tokens, scopes, rate limits, and the fields of every call."""

import json
from typing import Any

import pytest

Json = dict[str, Any]
CREATE = "/open-apis/im/v1/messages?receive_id_type=chat_id"
CARD = {"schema": "2.0", "body": {"elements": [{"tag": "markdown", "content": "hello"}]}}
HELLO = {"receive_id": "oc_acme", "msg_type": "text", "content": '{"text":"hello"}'}


def outcome(response: Any) -> tuple[int, int]:
    return response.status_code, response.json()["code"]


def test_token_stays_the_same_until_half_an_hour_is_left(lark: Any) -> None:
    first = lark.token()
    lark.world.clock.move(seconds=89 * 60)
    assert lark.token() == first
    lark.world.clock.move(seconds=2 * 60)
    second = lark.token()
    assert second != first
    for token, minutes, code in (
        (first, 0, 0),
        (second, 0, 0),
        (first, 30, 99991663),
        (second, 0, 0),
    ):
        lark.world.clock.move(seconds=minutes * 60)
        headers = {"Authorization": f"Bearer {token}"}
        assert lark.http.get("/open-apis/bot/v3/info", headers=headers).json()["code"] == code


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 99991661),
        ({"Authorization": "Basic x"}, 99991661),
        ({"Authorization": "Bearer x"}, 99991663),
    ],
)
def test_calls_need_a_valid_token(lark: Any, headers: dict[str, str], code: int) -> None:
    for method, path in (
        ("GET", "/open-apis/bot/v3/info"),
        ("POST", CREATE),
        ("POST", "/open-apis/ephemeral/v1/send"),
        ("GET", "/open-apis/contact/v3/users/ou_aiko"),
    ):
        assert outcome(lark.http.request(method, path, headers=headers)) == (400, code)


def test_wrong_app_secret_gets_no_token(lark: Any) -> None:
    path = "/open-apis/auth/v3/tenant_access_token/internal"
    answer = lark.http.post(path, json={"app_id": "cli_5a4db0c5a4db0c5a", "app_secret": "x"})
    assert outcome(answer) == (400, 10014)


def test_revoked_token_is_invalid_at_once(lark: Any) -> None:
    token = lark.token()
    lark.state.tokens.revoke_all()
    headers = {"Authorization": f"Bearer {token}"}
    assert outcome(lark.http.post(CREATE, json=HELLO, headers=headers)) == (400, 99991663)


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/im/v1/messages?receive_id_type=chat_id", "im:message:send_as_bot"),
        ("GET", "/im/v1/chats/oc_acme", "im:chat:readonly"),
        ("GET", "/contact/v3/users/ou_aiko", "contact:contact.base:readonly"),
        ("POST", "/contact/v3/users/batch_get_id", "contact:user.id:readonly"),
        (
            "GET",
            "/im/v1/messages?container_id_type=chat&container_id=oc_acme",
            "im:message:readonly",
        ),
    ],
)
def test_missing_scope_is_named(lark: Any, method: str, path: str, scope: str) -> None:
    lark.state.switches.scopes.discard(scope)
    answer = lark.call(method, path, **({"json": HELLO} if method == "POST" else {}))
    assert outcome(answer) == (400, 99991672)
    assert scope in answer.json()["msg"]


def test_history_of_a_group_needs_the_sensitive_scope(lark: Any) -> None:
    lark.state.switches.scopes.discard("im:message.group_msg")
    path = "/im/v1/messages?container_id_type=chat&container_id=oc_acme"
    assert outcome(lark.call("GET", path)) == (400, 230027)


def test_sixth_message_in_a_second_is_too_much_for_a_chat(lark: Any, second: Any) -> None:
    headers = {"Authorization": f"Bearer {lark.token()}"}
    answers = [lark.http.post(CREATE, json=HELLO, headers=headers) for _ in range(6)]
    assert [outcome(a) for a in answers[:5]] == [(200, 0)] * 5
    assert outcome(answers[5]) == (400, 230020)
    assert "ext=chat rate limit" in answers[5].json()["msg"]
    elsewhere = lark.http.post(CREATE, json=HELLO | {"receive_id": "oc_lobby"}, headers=headers)
    assert outcome(elsewhere) == (200, 0)
    second.passes()
    assert outcome(lark.http.post(CREATE, json=HELLO, headers=headers)) == (200, 0)


def test_app_is_slowed_to_fifty_calls_a_second(lark: Any, second: Any) -> None:
    headers = {"Authorization": f"Bearer {lark.token()}"}
    answers = [lark.http.get("/open-apis/bot/v3/info", headers=headers) for _ in range(51)]
    assert [outcome(a) for a in answers[:50]] == [(200, 0)] * 50
    assert outcome(answers[50]) == (429, 99991400)
    assert answers[50].headers["x-ogw-ratelimit-limit"] == "50"
    assert answers[50].headers["x-ogw-ratelimit-reset"] == "1"
    second.passes()
    assert outcome(lark.http.get("/open-apis/bot/v3/info", headers=headers)) == (200, 0)


def test_oldest_calls_are_slowed_with_400(lark: Any) -> None:
    lark.state.limits.API_PER_SECOND = 0
    answer = lark.call("POST", "/ephemeral/v1/delete", json={"message_id": "om_x"})
    assert outcome(answer) == (400, 99991400)
    assert answer.headers["x-ogw-ratelimit-reset"] == "1"
    assert outcome(lark.call("GET", "/bot/v3/info")) == (429, 99991400)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"content": {"text": "hello"}}, 99992402),
        ({"content": "hello"}, 230001),
        ({"content": '{"text":""}'}, 230001),
        ({"content": '{"txt":"hello"}'}, 230001),
        ({"content": json.dumps({"text": "x" * 160_000})}, 230025),
        ({"content": '{"text":"<at user_id=\\"ou_x\\"></at>"}'}, 230001),
        ({"msg_type": "poem"}, 230001),
        ({"msg_type": None}, 99992402),
        ({"receive_id": "oc_nowhere"}, 230034),
        ({"uuid": "x" * 51}, 99992402),
        ({"reply_in_thread": True}, 99992402),
        ({"msg_type": "post", "content": '{"title":"x","content":[]}'}, 230001),
        ({"msg_type": "post", "content": '{"zh_cn":{"content":[[{"tag":"blink"}]]}}'}, 230001),
        (
            {"msg_type": "post", "content": '{"zh_cn":{"content":[[{"tag":"at","user_id":"x"}]]}}'},
            230099,
        ),
        ({"msg_type": "image", "content": '{"image_key":"img_x"}'}, 230017),
    ],
)
def test_wrong_message_is_refused(lark: Any, change: Json, code: int) -> None:
    path = "/im/v1/messages?receive_id_type=chat_id"
    assert outcome(lark.call("POST", path, json=HELLO | change)) == (400, code)
    assert lark.people.view("aiko", "oc_acme") == []


def test_body_must_be_json(lark: Any) -> None:
    path = "/im/v1/messages?receive_id_type=chat_id"
    assert outcome(lark.call("POST", path, content="receive_id=1")) == (400, 9499)
    headers = {"Authorization": f"Bearer {lark.token()}", "Content-Type": "application/json"}
    assert outcome(lark.http.post(CREATE, content="{", headers=headers)) == (400, 9499)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda chat: setattr(chat, "bot_in_chat", False), 230002),
        (lambda chat: setattr(chat, "dissolved", True), 232009),
        (lambda chat: setattr(chat, "bot_muted", True), 230018),
    ],
)
def test_bot_may_not_speak_everywhere(lark: Any, spoil: Any, code: int) -> None:
    root = lark.people.say("aiko", "oc_acme", "hello")
    spoil(lark.state.chats["oc_acme"])
    assert lark.send({"text": "hi"})["code"] == code
    assert lark.reply(root, "hi")["code"] == code


def every_use(lark: Any, message_id: str, chat: str = "oc_acme") -> dict[str, int]:
    """Return what each call says that has to do with one message."""
    path = f"/im/v1/messages/{message_id}"
    history = f"/im/v1/messages?container_id_type=chat&container_id={chat}"
    answers = {
        "reply": lark.reply(message_id, "hi"),
        "get": lark.call("GET", path).json(),
        "list": lark.call("GET", history).json(),
        "patch": lark.call("PATCH", path, json={"content": json.dumps(CARD)}).json(),
        "delete": lark.call("DELETE", path).json(),
    }
    return {name: answer["code"] for name, answer in answers.items()}


def test_disabled_bot_may_do_nothing(lark: Any) -> None:
    sent = lark.send(CARD, "interactive")["data"]["message_id"]
    lark.state.switches.bot_enabled = False
    assert lark.send({"text": "hi"})["code"] == 230006
    assert lark.private(CARD)["code"] == 230006
    assert set(every_use(lark, sent).values()) == {230006}


def test_dissolved_group_is_closed_to_every_call(lark: Any) -> None:
    sent = lark.send(CARD, "interactive")["data"]["message_id"]
    lark.people.disband("oc_acme")
    assert set(every_use(lark, sent).values()) == {232009}


def test_direct_chat_ends_with_the_availability(lark: Any) -> None:
    path = "/im/v1/messages?receive_id_type=open_id"
    body = {"receive_id": "ou_aiko", "msg_type": "interactive", "content": json.dumps(CARD)}
    sent = lark.call("POST", path, json=body).json()["data"]
    assert set(every_use(lark, sent["message_id"], sent["chat_id"]).values()) == {0}
    lark.state.unavailable.add("ou_aiko")
    assert set(every_use(lark, sent["message_id"], sent["chat_id"]).values()) == {230013}


def test_muted_bot_shows_no_private_card(lark: Any) -> None:
    lark.state.chats["oc_acme"].bot_muted = True
    assert lark.private(CARD)["code"] == 230018


def test_direct_message_needs_availability(lark: Any) -> None:
    body = HELLO | {"receive_id": "ou_aiko"}
    path = "/im/v1/messages?receive_id_type=open_id"
    assert outcome(lark.call("POST", path, json=body)) == (200, 0)
    assert [s.text for s in lark.people.direct("aiko")] == ["hello"]
    assert lark.people.direct("chen") == []
    lark.state.unavailable.add("ou_aiko")
    assert outcome(lark.call("POST", path, json=body)) == (400, 230013)


def test_plain_email_may_be_stopped_by_the_audit(lark: Any) -> None:
    lark.state.switches.dlp_refuses_emails = True
    assert lark.send({"text": "write to a@acme.example"})["code"] == 230028
    assert lark.send({"text": "write to us"})["code"] == 0
    assert lark.private(CARD)["code"] == 0
    address = {"tag": "markdown", "content": "a@acme.example"}
    assert lark.private({"schema": "2.0", "body": {"elements": [address]}})["code"] == 230028


def test_bot_and_chat_and_person(lark: Any) -> None:
    assert lark.call("GET", "/bot/v3/info").json()["bot"]["open_id"] == "ou_bot"
    group = lark.call("GET", "/im/v1/chats/oc_acme").json()["data"]
    assert (group["chat_mode"], group["group_message_type"]) == ("group", "chat")
    assert lark.call("GET", "/im/v1/chats/oc_topic").json()["data"]["chat_mode"] == "topic"
    assert outcome(lark.call("GET", "/im/v1/chats/oc_x")) == (400, 232001)
    lark.people.remove_bot("oc_acme")
    assert outcome(lark.call("GET", "/im/v1/chats/oc_acme")) == (400, 232011)


def email_of(lark: Any, open_id: str) -> str | None:
    answer = lark.call("GET", f"/contact/v3/users/{open_id}?user_id_type=open_id").json()
    email: str | None = answer["data"]["user"].get("email")
    return email


def test_email_is_read_only_with_its_scope_and_where_the_profile_shows_it(lark: Any) -> None:
    assert email_of(lark, "ou_aiko") == "aiko@acme.example"
    assert email_of(lark, "ou_dora") is None
    lark.state.switches.scopes.discard("contact:user.email:readonly")
    assert email_of(lark, "ou_aiko") is None
    assert outcome(lark.call("GET", "/contact/v3/users/ou_nobody")) == (400, 41012)


def test_somebody_of_another_company_has_no_profile(lark: Any) -> None:
    lark.state.out_of_range.add("ou_aiko")
    assert outcome(lark.call("GET", "/contact/v3/users/ou_aiko")) == (400, 41050)
    path = "/contact/v3/users/batch_get_id?user_id_type=open_id"
    answer = lark.call("POST", path, json={"emails": ["aiko@acme.example"]}).json()
    assert "user_id" not in answer["data"]["user_list"][0]


def test_people_are_found_by_email(lark: Any) -> None:
    body = {"emails": ["aiko@acme.example", "nobody@acme.example"]}
    path = "/contact/v3/users/batch_get_id?user_id_type=open_id"
    known, unknown = lark.call("POST", path, json=body).json()["data"]["user_list"]
    assert known["user_id"] == "ou_aiko"
    assert "user_id" not in unknown
    too_many = {"emails": ["a@b.example"] * 51}
    assert outcome(lark.call("POST", path, json=too_many)) == (400, 99992402)


def test_unknown_path_is_no_json(lark: Any) -> None:
    answer = lark.call("GET", "/im/v9/messages")
    assert (answer.status_code, answer.text) == (404, "404 page not found")
