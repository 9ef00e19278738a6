"""Frames of the Lark long connection, read without a network."""

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncd.chat.lark.cards.form import form, read_form
from syncd.chat.lark.wire import Malformed, card_answer, envelope, language_of, read_event
from syncd.core.arrival import Envelope, SenderUntold
from syncd.core.events import (
    AddressForgotten,
    BotAdded,
    BotRemoved,
    ChatMessage,
    FormCancelled,
    FormSubmitted,
    FormWanted,
    MoveWanted,
    Named,
    Reacted,
    WordWanted,
)
from syncd.core.fields.field import Field, FieldKind, Option
from syncd.core.model import Language, MessageId, Ms, PersonId, Place
from syncd.core.reaching.strangers import Met
from syncd.core.ticket_card.moves import Move
from syncd.core.views import FormView

Json = dict[str, Any]
MET = (Met("", "", ""), Met("ou_aiko", "", ""))
"""What a click tells that names no company."""


def frame(kind: str, event: Json, **header: str) -> bytes:
    head = {"event_id": "e-1", "event_type": kind, "token": "", "app_id": "cli_x"} | header
    return json.dumps({"schema": "2.0", "header": head, "event": event}).encode()


def message(content: object, message_type: str = "text", **more: Any) -> bytes:
    sender = {"sender_id": {"open_id": "ou_aiko"}, "sender_type": "user"}
    body = {
        "message_id": "om_1",
        "create_time": "1774004563541",
        "chat_id": "oc_acme",
        "chat_type": "group",
        "message_type": message_type,
        "content": json.dumps(content),
    }
    return frame("im.message.receive_v1", {"sender": sender, "message": body | more})


def click(value: object, form_value: Json | None = None, **more: Any) -> bytes:
    action: Json = {"tag": "button", "value": value}
    if form_value is not None:
        action["form_value"] = form_value
    event = {
        "operator": {"open_id": "ou_aiko"},
        "action": action,
        "context": {"open_message_id": "om_card", "open_chat_id": "oc_acme"},
    }
    return frame("card.action.trigger", event | more)


def read_message(raw: bytes) -> ChatMessage:
    event = read_event(raw)
    assert isinstance(event, ChatMessage)
    return event


def test_mention_keeps_its_token_and_names_the_person() -> None:
    mention = {"key": "@_user_1", "id": {"open_id": "ou_bot"}, "name": "Support Bot"}
    assert read_event(message({"text": "@_user_1 help"}, mentions=[mention])) == ChatMessage(
        message_id="om_1",
        chat_id="oc_acme",
        direct=False,
        thread_root="",
        sender="ou_aiko",
        from_person=True,
        text="@_user_1 help",
        named=(Named("@_user_1", "ou_bot", "Support Bot"),),
        sent_ms=1774004563541,
    )


def test_reply_in_a_thread_names_the_root() -> None:
    told = message({"text": "more"}, root_id="om_0", parent_id="om_0", thread_id="omt_1")
    assert read_message(told).thread_root == "om_0"


def test_quote_outside_a_thread_stands_at_the_top_level() -> None:
    assert read_message(message({"text": "x"}, root_id="om_0", parent_id="om_0")).thread_root == ""


def test_first_message_of_a_topic_is_no_reply() -> None:
    assert read_message(message({"text": "x"}, thread_id="omt_1")).thread_root == ""


def test_message_of_a_bot_is_from_nobody() -> None:
    body = json.loads(message({"text": "x"}))
    body["event"]["sender"] = {"sender_id": None, "sender_type": "app"}
    told = read_message(json.dumps(body).encode())
    assert (told.from_person, told.sender) == (False, "")


def test_direct_message_is_direct() -> None:
    assert read_message(message({"text": "x"}, chat_type="p2p")).direct


@pytest.mark.parametrize(
    ("message_type", "content", "text"),
    [
        ("image", {"image_key": "img_1"}, "[image]"),
        ("file", {"file_key": "f", "file_name": "a\nlog.txt"}, "[file: a log.txt]"),
        ("media", {"file_key": "f", "file_name": "a.mp4"}, "[video: a.mp4]"),
        ("audio", {"file_key": "f", "duration": 3}, "[audio]"),
        ("location", {"name": "Office"}, "[location: Office]"),
        ("hologram", {}, "[unsupported content: hologram]"),
        ("text", {"text": "a\r\nb\u202ec\u0000"}, "a\nbc"),
    ],
)
def test_what_is_not_words_stands_as_a_name(message_type: str, content: Json, text: str) -> None:
    assert read_message(message(content, message_type)).text == text


def test_post_is_read_line_by_line() -> None:
    rows = [
        [{"tag": "at", "user_id": "@_user_1"}, {"tag": "text", "text": " see "}],
        [{"tag": "a", "text": "log", "href": "https://x.example/1"}, {"tag": "img"}],
        [{"tag": "code_block", "language": "PYTHON", "text": "x = 1"}],
        [{"tag": "emotion", "emoji_type": "OK"}, {"tag": "hr"}],
    ]
    told = read_message(message({"title": "Down", "content": rows}, "post"))
    assert told.text == (
        "Down\n@_user_1 see \nlog (https://x.example/1)[image]\n```python\nx = 1\n```\n[OK]---"
    )


def test_submit_brings_values_by_field_id() -> None:
    value = {"a": "submit", "r": "r1", "d": "d1", "o": '{"sev":{"High":"10001"},"due":"date"}'}
    typed = {"summary": "x", "sev": "High", "due": "2024-04-01 +0800", "empty": "", "n": None}
    assert read_event(click(value, typed)) == FormSubmitted(
        *("r1", "ou_aiko", "oc_acme", "om_card", "d1"),
        {"summary": "x", "sev": "10001", "due": "2024-04-01"},
        met=MET,
    )


@pytest.mark.parametrize(
    ("told", "place"), [("thread", Place.THREAD), ("moon", None), (["thread"], None)]
)
def test_a_click_tells_where_its_form_is(told: object, place: Place | None) -> None:
    clicked = read_event(click({"a": "cancel", "r": "r1", "p": told}))
    assert isinstance(clicked, FormCancelled)
    assert clicked.place is place


def test_a_click_tells_the_language_of_its_card() -> None:
    assert language_of(click({"a": "form", "r": "r1", "l": "ja"})) is Language.JA
    assert language_of(click({"a": "form", "r": "r1", "l": "tlh"})) is None
    assert language_of(click({"a": "explode"})) is None
    assert language_of(b"not JSON") is None


def test_other_buttons_are_told_apart() -> None:
    where = ("ou_aiko", "oc_acme", "om_card", "")
    assert read_event(click({"a": "cancel", "r": "r1"})) == FormCancelled("r1", *where, met=MET)
    assert read_event(click({"a": "form", "r": "r1"})) == FormWanted("r1", *where, met=MET)
    assert read_event(click({"a": "forget", "r": "r1"})) == AddressForgotten("r1", *where, met=MET)
    assert read_event(click({"a": "word", "r": ""})) == WordWanted("", *where, met=MET)
    for move in Move:
        wanted = read_event(click({"a": move.value, "r": ""}))
        assert wanted == MoveWanted("", *where, met=MET, move=move)
    assert read_event(click({"a": "explode", "r": "r1"})) is None
    assert read_event(click("submit")) is None


def test_bot_comes_and_goes() -> None:
    body = {"chat_id": "oc_1", "name": "Group", "operator_id": {"open_id": "ou_x"}}
    added = read_event(frame("im.chat.member.bot.added_v1", body))
    assert added == BotAdded("oc_1", "ou_x")
    for kind in ("im.chat.member.bot.deleted_v1", "im.chat.disbanded_v1"):
        assert read_event(frame(kind, body)) == BotRemoved("oc_1")


def test_events_of_no_meaning_are_none() -> None:
    assert read_event(frame("im.message.reaction.created_v1", {"message_id": "om_1"})) is None


def test_envelope_of_a_message_names_it_and_its_time() -> None:
    told = envelope(message({"text": "x"}))
    assert told == Envelope("e-1", "im.message.receive_v1", "om_1", written_ms=1774004563541)
    assert told.conversation == "om_1"
    assert not told.in_thread


def test_envelope_of_a_reply_names_its_thread_and_its_place_there() -> None:
    told = envelope(message({}, thread_id="omt_1", root_id="om_0", thread_message_position=7))
    assert (told.thread_root, told.position) == ("om_0", 7)
    assert told.conversation == "om_0"


@pytest.mark.parametrize(
    "where", [{"root_id": "om_0", "parent_id": "om_0"}, {"thread_id": "omt_1"}, {"thread_id": 3}]
)
def test_a_quote_and_the_root_of_a_thread_are_conversations_of_their_own(where: Json) -> None:
    told = envelope(message({}, **where))
    assert told.conversation == "om_1"
    assert not told.in_thread


def test_envelope_of_a_recall_does_not_take_the_message_for_its_own() -> None:
    recall = frame("im.message.recalled_v1", {"message_id": "om_1", "chat_id": "oc_1"})
    assert envelope(recall).message_id is None


def test_unreadable_frame_is_named_by_its_hash() -> None:
    assert envelope(b"\xff") == envelope(b"\xff")
    assert envelope(b"\xff").kind == "unreadable"
    assert envelope(b"\xff").event_id != envelope(b"\xfe").event_id
    nameless = frame("im.message.receive_v1", {}, event_id="")
    assert envelope(nameless).event_id.startswith("sha256:")


def test_toast_has_its_tone() -> None:
    assert card_answer("warning", "no") == {"toast": {"type": "warning", "content": "no"}}
    assert card_answer("info", "") == {}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
BRANCHES = st.sampled_from(
    ["im.message.receive_v1", "card.action.trigger", "im.chat.member.bot.added_v1"]
)


def mangled(good: bytes, path: list[str], value: object) -> bytes:
    """Return the frame with one of its members replaced."""
    body = json.loads(good)
    place = body
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return json.dumps(body).encode()


PATHS = {
    "message": [
        ["event"], ["event", "sender"], ["event", "sender", "sender_id"], ["event", "message"],
        *(["event", "message", name] for name in (
            "message_id", "chat_id", "chat_type", "message_type", "content", "create_time",
            "mentions", "thread_id", "root_id",
        )),
    ],
    "click": [
        ["event", "action"], ["event", "action", "value"], ["event", "action", "value", "o"],
        ["event", "action", "form_value"], ["event", "operator"], ["event", "context"],
    ],
}  # fmt: skip
GOOD = {
    "message": message({"text": "x"}),
    "click": click({"a": "submit", "r": "r1", "d": "d", "o": "{}"}, {"a": "b"}),
}


def reads_or_is_malformed(raw: bytes) -> None:
    try:
        event = read_event(raw)
    except Malformed as malformed:
        assert str(malformed)
    except SenderUntold as untold:
        assert envelope(raw).message_id is None, "what is read back must not pass for known"
        assert untold.message_id
    else:
        storable = {} if event is None else asdict(event)
        json.dumps(storable, ensure_ascii=False).encode()
    named = envelope(raw)
    assert named.event_id.isascii()
    assert named.kind.isascii()


@given(st.binary())
@example(b"[" * 100_000)
@example(b'{"header":' * 10_000)
@example(b'{"header": {"event_type": 1e999}}')
@example(b"1" * 5000)
@example(b'{"header":{"event_type":"im.message.receive_v1"},"event":{}}')
@example(b'{"header":{"event_type":"\\ud800"},"event":{}}')
def test_any_bytes_are_an_event_or_malformed(raw: bytes) -> None:
    reads_or_is_malformed(raw)


@given(kind=BRANCHES, event=JSON_VALUES)
def test_any_json_is_an_event_or_malformed(kind: str, event: object) -> None:
    header = {"event_type": kind, "event_id": "e"}
    reads_or_is_malformed(json.dumps({"header": header, "event": event}).encode())


@given(st.data())
def test_one_strange_member_is_an_event_or_malformed(data: st.DataObject) -> None:
    which = data.draw(st.sampled_from(sorted(PATHS)))
    path = data.draw(st.sampled_from(PATHS[which]))
    value = data.draw(JSON_VALUES | JSON_VALUES.map(json.dumps))
    reads_or_is_malformed(mangled(GOOD[which], path, value))


FIELD_IDS = st.text(min_size=1, max_size=30).filter(lambda t: not _has_surrogate(t))


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)


@given(st.lists(FIELD_IDS, unique=True, min_size=1, max_size=5))
@example(["submit", "cancel", "form", "x_", "x_41", "customfield_10050", "summary"])
def test_every_field_id_survives_the_card(ids: list[str]) -> None:
    fields = tuple(Field(i, FieldKind.TEXT, "?") for i in ids)
    view = FormView("r", "t", "", fields, {}, "ok", "no", "choose")
    names = [e["name"] for e in form(view, "d")["elements"]]
    assert len(set(names)) == len(names)
    typed = {name: "typed" for name in names[:-1]}
    assert read_form(typed, {}) == {i: "typed" for i in ids}


def test_options_with_the_same_label_come_back_as_their_own_values() -> None:
    options = (Option("1", "High"), Option("2", "High"), Option("High", "Low"))
    kinds = (("one", FieldKind.SELECT), ("many", FieldKind.MULTISELECT))
    fields = tuple(Field(i, kind, i, options=options) for i, kind in kinds)
    made = form(FormView("r", "t", "", fields, {}, "ok", "no", "choose"), "d")
    (submit,) = [e for e in made["elements"] if e["tag"] == "button"]
    shown = [o["value"] for o in made["elements"][1]["options"]]
    legend = json.loads(submit["behaviors"][0]["value"]["o"])
    assert len(set(shown)) == 3
    for index, option in enumerate(options):
        typed = {"one": shown[index], "many": [shown[index]]}
        assert read_form(typed, legend) == {"one": option.value, "many": [option.value]}


def reaction(**changes: object) -> bytes:
    body = {
        "message_id": "om_1",
        "reaction_type": {"emoji_type": "Pin"},
        "operator_type": "user",
        "user_id": {"open_id": "ou_ann", "union_id": "on_ann"},
        "action_time": "1627641418803",
    }
    return frame("im.message.reaction.created_v1", body | changes)


def test_a_reaction_tells_who_put_which_emoji_on_which_message() -> None:
    read = read_event(reaction())
    assert read == Reacted(MessageId("om_1"), PersonId("ou_ann"), "Pin", Ms(1627641418803))
    assert envelope(reaction()).message_id is None


@pytest.mark.parametrize(
    "changes",
    [
        {"operator_type": "app", "user_id": None, "app_id": "cli_1"},
        {"operator_type": "app"},
        {"user_id": {}},
        {"reaction_type": {}},
        {"reaction_type": {"emoji_type": "two words"}},
    ],
)
def test_a_reaction_of_an_app_or_of_nobody_means_nothing(changes: dict[str, object]) -> None:
    assert read_event(reaction(**changes)) is None


def test_a_reaction_to_nothing_is_malformed() -> None:
    with pytest.raises(Malformed):
        read_event(reaction(message_id=None))
