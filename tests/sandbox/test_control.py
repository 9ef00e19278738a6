"""The page's control routes, over HTTP as the page and everybody else uses them."""

import socket
import tomllib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from private_card import form_card, show_privately

from syncd.sandbox.box import Sandbox

Json = dict[str, Any]


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


@pytest.fixture
def api(box: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{box.page_url}/api", timeout=20) as client:
        yield client


def messages(api: httpx.Client, person: str, chat: str) -> list[Json]:
    chats = api.get(f"/people/{person}/chats").json()["chats"]
    found: list[Json] = next(c["messages"] for c in chats if c["id"] == chat)
    return found


def say(api: httpx.Client, person: str, chat: str, text: str, **more: str) -> str:
    answer = api.post(f"/people/{person}/messages", json={"chat": chat, "text": text, **more})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["message_id"])


def test_private_card_is_shown_to_its_owner_only(box: Sandbox, api: httpx.Client) -> None:
    card = show_privately(box, "ou_ben", "oc_globex", form_card("Only for Ben"))
    seen = messages(api, "ben", "oc_globex")
    assert [(m["message_id"], m["private"], m["title"]) for m in seen] == [
        (card, True, "Only for Ben")
    ]
    assert [f["name"] for f in seen[0]["fields"]] == ["summary", "description", "severity"]
    for other in ("dora", "erin", "aiko", "chen"):
        assert "Only for Ben" not in api.get(f"/people/{other}/chats").text


def test_another_persons_card_cannot_be_clicked(box: Sandbox, api: httpx.Client) -> None:
    card = show_privately(box, "ou_ben", "oc_globex", form_card())
    click = {"message": card, "button": "submit", "form": {"severity": "1-Critical"}}
    answer = api.post("/people/dora/clicks", json=click)
    assert answer.status_code == 409
    assert answer.json() == {"error": "The Lark client refuses: Dora Silva does not see this card."}
    assert box.lark_state.delivery.events == []


def test_click_without_a_required_value_is_refused_by_the_client(
    box: Sandbox, api: httpx.Client
) -> None:
    card = show_privately(box, "ou_ben", "oc_globex", form_card())
    answer = api.post("/people/ben/clicks", json={"message": card, "button": "submit", "form": {}})
    assert answer.status_code == 409
    assert "required: Severity" in answer.json()["error"]


def test_click_tells_what_the_person_sees_when_nobody_answers(
    box: Sandbox, api: httpx.Client
) -> None:
    card = show_privately(box, "ou_ben", "oc_globex", form_card())
    click = {"message": card, "button": "submit", "form": {"severity": "1-Critical"}}
    answer = api.post("/people/ben/clicks", json=click).json()
    assert answer["code"] == 200340
    assert answer["toast"] is None


def test_private_card_never_reaches_somebody_who_was_offline(
    box: Sandbox, api: httpx.Client
) -> None:
    api.post("/people/ben/online", json={"online": False})
    show_privately(box, "ou_ben", "oc_globex", form_card())
    assert api.get("/people/ben/chats").json()["online"] is False
    api.post("/people/ben/online", json={"online": True})
    assert messages(api, "ben", "oc_globex") == []


def test_what_is_said_is_seen_by_the_members_and_by_nobody_else(api: httpx.Client) -> None:
    say(api, "ben", "oc_globex", "Hello @Support Bot, hello @Dora Silva")
    assert messages(api, "dora", "oc_globex")[0]["mentions"] == ["Support Bot", "Dora Silva"]
    chats = [c["id"] for c in api.get("/people/aiko/chats").json()["chats"]]
    assert chats == ["oc_acme", "oc_topic", "oc_lobby", "p2p"]


def test_reply_stands_in_the_thread(api: httpx.Client) -> None:
    root = say(api, "ben", "oc_globex", "Is it me?")
    say(api, "dora", "oc_globex", "Me too", thread=root)
    seen = messages(api, "ben", "oc_globex")
    assert [m["text"] for m in seen] == ["Is it me?"]
    assert [(m["sender"], m["text"]) for m in seen[0]["thread"]] == [("Dora Silva", "Me too")]


def test_direct_chat_with_the_bot_is_seen_by_one_person(api: httpx.Client) -> None:
    say(api, "ben", "p2p", "Only between us")
    assert [m["text"] for m in messages(api, "ben", "p2p")] == ["Only between us"]
    assert messages(api, "dora", "p2p") == []


def test_portal_shows_no_internal_comment(box: Sandbox, api: httpx.Client) -> None:
    key = box.jira_people.create_ticket("ben", "Cluster down")
    for text, public in (("Secret", False), ("Hello", True)):
        told = {"engineer": "erin", "text": text, "public": public}
        assert api.post(f"/tickets/{key}/comments", json=told).status_code == 200
    (ticket,) = api.get("/tickets?engineer=sam").json()["tickets"]
    assert [(c["author"], c["text"], c["public"]) for c in ticket["comments"]] == [
        ("Erin Engineer", "Secret", False),
        ("Erin Engineer", "Hello", True),
    ]
    portal = api.get(f"/tickets/{key}/portal").json()
    assert [c["text"] for c in portal["comments"]] == ["Hello"]


def test_comment_can_be_made_public_and_internal_later(box: Sandbox, api: httpx.Client) -> None:
    key = box.jira_people.create_ticket("ben", "Cluster down")
    told = {"engineer": "erin", "text": "Hello", "public": True}
    comment = api.post(f"/tickets/{key}/comments", json=told).json()["id"]
    for public in (False, True):
        api.post(f"/tickets/{key}/comments/{comment}/publicity", json={"public": public})
        shown = api.get(f"/tickets/{key}/portal").json()["comments"]
        assert [c["text"] for c in shown] == (["Hello"] if public else [])


def test_ticket_moves_to_another_status(box: Sandbox, api: httpx.Client) -> None:
    key = box.jira_people.create_ticket("ben", "Cluster down")
    assert api.post(f"/tickets/{key}/status", json={"status": "Resolved"}).status_code == 200
    assert api.get(f"/tickets/{key}/portal").json()["status"] == "Resolved"


def test_fault_hits_until_it_is_cleared(box: Sandbox, api: httpx.Client) -> None:
    fault = {"side": "lark", "route": "POST /open-apis", "times": -1, "status": 502, "body": "bad"}
    api.post("/faults", json=fault)
    assert httpx.post(f"{box.lark_url}/open-apis/x").status_code == 502
    (listed,) = api.get("/faults").json()["faults"]
    assert (listed["route"], listed["hits"]) == ("POST /open-apis", 1)
    api.delete("/faults")
    assert httpx.post(f"{box.lark_url}/open-apis/x").status_code == 404
    assert api.get("/faults").json() == {"faults": []}


def test_one_fault_is_ended_and_the_others_stay(box: Sandbox, api: httpx.Client) -> None:
    for side in ("lark", "jsm"):
        fault = {"side": side, "route": ".", "times": -1, "name": f"{side} is down"}
        api.post("/faults", json=fault)
    assert api.delete("/faults/jsm is down").status_code == 200
    assert httpx.get(f"{box.jsm_url}/rest/api/3/myself").status_code == 401
    assert httpx.post(f"{box.lark_url}/open-apis/x").status_code == 503


def test_the_world_tells_how_each_chat_is_served(api: httpx.Client) -> None:
    enabled = {chat["id"]: chat for chat in api.get("/world").json()["enabled"]}
    assert enabled["oc_acme"] == {"id": "oc_acme", "plan": "premium", "language": "ja"}
    assert "oc_lobby" not in enabled


def test_journal_tells_the_newest_calls(box: Sandbox, api: httpx.Client) -> None:
    for name in ("one", "two", "three"):
        httpx.get(f"{box.jsm_url}/{name}")
    told = api.get("/journal?last=2").json()
    assert told["total"] == 3
    assert [(c["side"], c["method"], c["path"], c["status"]) for c in told["calls"]] == [
        ("jsm", "GET", "/two", 404),
        ("jsm", "GET", "/three", 404),
    ]


REFUSED = [
    ("GET", "/people/nobody/chats", None, 404, "There is no person 'nobody'."),
    ("GET", "/people/sam/chats", None, 404, "Sam Support is not in Lark."),
    ("GET", "/tickets?engineer=aiko", None, 403, "Aiko Tanaka is no engineer"),
    ("GET", "/tickets", None, 404, "There is no person ''."),
    ("GET", "/tickets/HELP-9/portal", None, 404, "There is no ticket HELP-9."),
    ("GET", "/journal?last=many", None, 422, "'last' must be a number from 1 to 1000."),
    ("GET", "/nothing", None, 404, "There is no route GET /api/nothing."),
    ("POST", "/people/ben/messages", {"chat": "oc_x", "text": "x"}, 404, "no chat 'oc_x'"),
    ("POST", "/people/ben/messages", {"chat": "oc_p2p_aiko", "text": "x"}, 404, "no chat"),
    ("POST", "/people/ben/messages", {"chat": "oc_acme", "text": "x"}, 403, "cannot write"),
    ("POST", "/people/ben/messages", {"chat": "oc_globex", "text": " "}, 422, "'text' must be"),
    (
        "POST",
        "/people/ben/messages",
        {"chat": "oc_globex", "text": "x", "thread": "om_x"},
        404,
        "There is no message om_x.",
    ),
    ("POST", "/people/ben/clicks", {"message": "om_x", "button": "b"}, 409, "no such card"),
    ("POST", "/people/ben/online", {"online": "yes"}, 422, "'online' must be true or false."),
    ("POST", "/tickets/HELP-9/status", {"status": "Odd"}, 422, "there are Waiting for support"),
    ("POST", "/tickets/HELP-9/status", {"status": "Closed"}, 404, "There is no ticket HELP-9."),
    ("POST", "/people/ben/files", {"chat": "oc_globex", "name": "a", "base64": "?"}, 422, "base64"),
    ("POST", "/people/ben/messages/om_9", {"text": "x"}, 404, "There is no message om_9."),
    ("DELETE", "/people/ben/messages/om_9", None, 404, "There is no message om_9."),
    ("POST", "/chats/oc_moon/bot", {"inside": True}, 404, "There is no chat 'oc_moon'."),
    ("POST", "/chats/p2p/bot", {"inside": True}, 422, "has no members to add"),
    ("DELETE", "/tickets/HELP-9/comments/1", None, 404, "There is no ticket HELP-9."),
    ("POST", "/tickets/HELP-9/assignee", {"engineer": "aiko"}, 403, "is no engineer"),
    ("POST", "/tickets/HELP-9/assignee", {}, 404, "There is no ticket HELP-9."),
    ("POST", "/tickets/HELP-9/priority", {"priority": "Odd"}, 422, "no priority 'Odd'; Highest"),
    ("POST", "/tickets/HELP-9/portal", {"text": "x"}, 404, "There is no ticket HELP-9."),
    (
        "POST",
        "/tickets/HELP-9/comments",
        {"engineer": "erin", "public": True, "document": {"type": "doc"}},
        422,
        "'document' is not valid: not a document of version 1.",
    ),
    (
        "POST",
        "/tickets/HELP-9/comments",
        {
            "engineer": "erin",
            "public": True,
            "document": {"type": "doc", "version": 1, "content": []},
        },
        422,
        "'document' must hold words.",
    ),
    ("DELETE", "/faults/odd", None, 404, "There is no fault 'odd'."),
    ("POST", "/faults", {"side": "jsm", "route": "POST ("}, 422, "a regular expression"),
    ("POST", "/faults", {"side": "moon", "route": "x"}, 422, "'side' must be lark or jsm."),
    ("POST", "/faults", {"side": "jsm", "route": "x", "odd": 1}, 422, "A fault has no odd"),
    ("POST", "/faults", {"side": "jsm", "route": "x", "kind": "odd"}, 422, "'kind' must be one"),
    ("POST", "/faults", {"side": "jsm", "route": "x", "status": 1}, 422, "an HTTP status"),
    ("POST", "/faults", {"side": "jsm", "route": "x", "times": "1"}, 422, "must be a number"),
    ("POST", "/faults", [], 400, "The body must be a JSON object."),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "said"), REFUSED)
def test_refusal_is_a_sentence(
    api: httpx.Client, method: str, path: str, body: object, status: int, said: str
) -> None:
    answer = api.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    assert said in answer.json()["error"]


def test_another_site_cannot_act_through_a_browser(box: Sandbox, api: httpx.Client) -> None:
    told = '{"chat": "oc_globex", "text": "x"}'
    answer = api.post("/people/ben/messages", content=told, headers={"content-type": "text/plain"})
    assert answer.status_code == 415
    assert api.get("/world", headers={"host": "evil.example"}).status_code == 400
    assert messages(api, "ben", "oc_globex") == []


def test_page_loads_nothing_from_elsewhere(box: Sandbox) -> None:
    answer = httpx.get(box.page_url)
    assert "<title>syncd sandbox</title>" in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "://" not in answer.text


def test_somebody_of_another_company_opens_the_chat_with_the_bot_by_writing_there(
    box: Sandbox, api: httpx.Client
) -> None:
    people = {p["key"]: p["outsider"] for p in api.get("/world").json()["people"]}
    assert (people["mei"], people["ben"]) == (True, False)
    assert api.post("/people/mei/messages", json={"chat": "p2p", "text": "hello"}).is_success
    assert box.lark_state.confirmed == {"ou_mei"}


def test_configuration_leads_customers_to_the_portal(box: Sandbox) -> None:
    config = tomllib.loads(box.config_toml("sqlite:///other.db"))
    key = box.jira_people.create_ticket("ben", "Cluster down")
    path = f"/servicedesk/customer/portal/2/{key}"
    page = httpx.get(config["jsm"]["portal_base"] + path)
    assert page.status_code == 200
    assert "Cluster down" in page.text
    assert config["store"]["url"] == "sqlite:///other.db"
    assert [c["id"] for c in config["chats"]] == [
        "oc_acme",
        "oc_globex",
        "oc_topic",
        "oc_initech",
    ]


def test_taken_port_is_said(box: Sandbox) -> None:
    port = int(box.page_url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        Sandbox({"page": port}).start()


def test_a_call_whose_caller_dies_in_the_middle_was_never_made(box: Sandbox) -> None:
    url = httpx.URL(box.jsm_url)
    head = b"POST /rest/api/3/search/jql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    with socket.create_connection((url.host, url.port)) as dying:
        dying.sendall(head + b'{"jql": ')
    httpx.get(f"{box.jsm_url}/rest/api/3/myself")
    assert [call.path for call in box.world.journal.calls("jsm")] == ["/rest/api/3/myself"]


def test_an_emoji_is_put_on_a_message_and_taken_off(box: Sandbox, api: httpx.Client) -> None:
    message = say(api, "ben", "oc_globex", "help")
    path = f"/people/dora/messages/{message}/reactions"
    assert api.post(path, json={"emoji": "Pin"}).status_code == 200
    (shown,) = messages(api, "ben", "oc_globex")
    assert shown["reactions"] == [["Pin", ["Dora Silva"]]]
    assert api.post(path, json={"emoji": "NoSuch"}).status_code == 422
    assert api.post(path.replace("dora", "aiko"), json={"emoji": "Pin"}).status_code == 403
    assert api.delete(f"{path}/Pin").status_code == 200
    assert api.delete(f"{path}/Pin").status_code == 404
    assert messages(api, "ben", "oc_globex")[0]["reactions"] == []
