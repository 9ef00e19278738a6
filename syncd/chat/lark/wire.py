"""What arrives over the long connection: bytes in, events out, and the answer to a click.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/events/receive
https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-callback-communication
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from syncd.chat.lark.form import CANCEL, SUBMIT, read_form
from syncd.chat.lark.message import mentioned, text_of
from syncd.core.events import (
    BotAdded,
    BotRemoved,
    ChatMessage,
    Click,
    FormCancelled,
    FormSubmitted,
    FormWanted,
    Received,
)
from syncd.core.model import (
    ChatId,
    DeliveryId,
    Language,
    MessageId,
    Ms,
    PersonId,
    Place,
    RequestId,
)
from syncd.core.text import clean

Json: TypeAlias = dict[str, Any]

CARD_ACTION = "card.action.trigger"
WANT = "form"
"""The action of the button that offers the form again."""
_MESSAGE = "im.message.receive_v1"
_ADDED = "im.chat.member.bot.added_v1"
_REMOVED = ("im.chat.member.bot.deleted_v1", "im.chat.disbanded_v1")


E = TypeVar("E", Place, Language)


class Malformed(ValueError):
    """A frame that holds no event one can read; the message says what is wrong with it."""


@dataclass(frozen=True)
class Envelope:
    """What the inbox needs of a frame: a unique id, the kind, and the message it brought."""

    event_id: str
    kind: str
    message_id: MessageId | None = None


def envelope(raw: bytes) -> Envelope:
    """Return the frame's envelope; a frame without a readable one is named by its own hash.

    The vendor names message_id as the key against duplicates of messages, event_id elsewhere.
    """
    own_name = "sha256:" + hashlib.sha256(raw).hexdigest()
    try:
        body = _parsed(raw)
        header = _object(body, "header")
        kind = _identifier(header, "event_type")
    except Malformed:
        return Envelope(own_name, "unreadable")
    try:
        event_id = _identifier(header, "event_id")
    except Malformed:
        event_id = own_name
    return Envelope(event_id, kind, _message_id(body) if kind == _MESSAGE else None)


def read_event(raw: bytes) -> Received | None:
    """Return what a frame says, None when it is of no meaning to us; raises Malformed."""
    body = _parsed(raw)
    header, event = _object(body, "header"), _object(body, "event")
    kind = _identifier(header, "event_type")
    if kind == _MESSAGE:
        return _chat_message(event)
    if kind == CARD_ACTION:
        return _card_action(event)
    if kind == _ADDED:
        operator = _optional_identifier(_part(event, "operator_id"), "open_id")
        name = clean(_string(event, "name"))
        return BotAdded(ChatId(_identifier(event, "chat_id")), name, PersonId(operator))
    if kind in _REMOVED:
        return BotRemoved(ChatId(_identifier(event, "chat_id")))
    return None


def language_of(raw: bytes) -> Language | None:
    """Return the language of the card that was clicked, None where it does not say."""
    try:
        event = read_event(raw)
    except Malformed:
        return None
    return event.language if isinstance(event, Click) else None


def card_answer(tone: Literal["info", "success", "warning", "error"], text: str) -> Json:
    """Return the answer to a click that shows a toast; an empty text shows nothing."""
    return {"toast": {"type": tone, "content": clean(text)}} if text else {}


def _chat_message(event: Json) -> ChatMessage:
    message, sender = _object(event, "message"), _object(event, "sender")
    from_person = sender.get("sender_type") == "user"
    who = _part(sender, "sender_id")
    # A reply in a thread has thread_id and its root as root_id; a quote outside has no thread_id,
    # and the first message of a topic has a thread_id but no root:
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/message/intro
    in_thread = bool(_optional_identifier(message, "thread_id"))
    root = _optional_identifier(message, "root_id") if in_thread else ""
    return ChatMessage(
        message_id=MessageId(_identifier(message, "message_id")),
        chat_id=ChatId(_identifier(message, "chat_id")),
        direct=message.get("chat_type") == "p2p",
        thread_root=MessageId(root),
        sender=PersonId(
            _identifier(who, "open_id") if from_person else _optional_identifier(who, "open_id")
        ),
        from_person=from_person,
        text=text_of(_string(message, "message_type"), _content(message)),
        named=mentioned(message.get("mentions")),
        sent_ms=_milliseconds(message.get("create_time")),
    )


def _content(message: Json) -> Json:
    try:
        content = json.loads(_string(message, "content") or "{}")
    except (ValueError, RecursionError) as exc:
        raise Malformed("the message's content is not JSON") from exc
    return content if isinstance(content, dict) else {}


def _card_action(event: Json) -> FormSubmitted | FormCancelled | FormWanted | None:
    action, operator = _object(event, "action"), _object(event, "operator")
    value = action.get("value")
    if not isinstance(value, dict) or value.get("a") not in (SUBMIT, CANCEL, WANT):
        return None
    context = _part(event, "context")
    click = Click(
        RequestId(_identifier(value, "r")),
        PersonId(_identifier(operator, "open_id")),
        ChatId(_optional_identifier(context, "open_chat_id")),
        MessageId(_optional_identifier(context, "open_message_id")),
        DeliveryId(_optional_identifier(value, "d")),
        place=_one_of(Place, value, "p"),
        language=_one_of(Language, value, "l"),
    )
    if value["a"] == CANCEL:
        return FormCancelled(**vars(click))
    if value["a"] == WANT:
        return FormWanted(**vars(click))
    values = read_form(_part(action, "form_value"), _legend(value))
    return FormSubmitted(**vars(click), values=values)


def _one_of(known: type[E], value: Json, name: str) -> E | None:
    told = _string(value, name)
    return known(told) if told in set(known) else None


def _legend(value: Json) -> Json:
    try:
        legend = json.loads(_string(value, "o") or "{}")
    except (ValueError, RecursionError) as exc:
        raise Malformed("the button's legend is not JSON") from exc
    return legend if isinstance(legend, dict) else {}


def _parsed(raw: bytes) -> Json:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as exc:
        raise Malformed("not JSON") from exc
    if not isinstance(body, dict):
        raise Malformed("not a JSON object")
    return body


def _object(body: Json, name: str) -> Json:
    value = body.get(name)
    if not isinstance(value, dict):
        raise Malformed(f"{name} is missing")
    return value


def _part(body: Json, name: str) -> Json:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _string(body: Json, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _identifier(body: Json, name: str) -> str:
    value = _string(body, name)
    if not re.fullmatch(r"[\x21-\x7e]{1,200}", value):
        raise Malformed(f"{name} is no identifier")
    return value


def _optional_identifier(body: Json, name: str) -> str:
    return _identifier(body, name) if _string(body, name) else ""


def _message_id(body: Json) -> MessageId | None:
    try:
        return MessageId(_identifier(_part(_part(body, "event"), "message"), "message_id"))
    except Malformed:
        return None


def _milliseconds(value: object) -> Ms:
    digits = str(value) if isinstance(value, str | int) else ""
    return Ms(int(digits)) if re.fullmatch(r"\d{1,15}", digits, re.ASCII) else Ms(0)
