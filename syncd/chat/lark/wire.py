"""What arrives over the long connection: bytes in, events out, and the answer to a click.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/events/receive
https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-callback-communication
"""

import hashlib
import json
import re
from typing import Literal, TypeVar

from syncd.chat.lark import message as messages
from syncd.chat.lark.cards.form import read_form
from syncd.chat.lark.cards.naming import CANCEL, FORGET, SUBMITS
from syncd.chat.lark.members import Json, as_object, objects, parsed, part, string
from syncd.core.arrival import Envelope, SenderUntold
from syncd.core.desks.desk import RequestKind
from syncd.core.events import (
    AddressForgotten,
    BotAdded,
    BotRemoved,
    ChatMessage,
    Click,
    Clicked,
    DirectChatOpened,
    FormCancelled,
    FormSubmitted,
    FormWanted,
    MessageRevised,
    MoveWanted,
    PeopleJoined,
    PeopleLeft,
    RatingGiven,
    Reacted,
    Received,
    WordWanted,
)
from syncd.core.model import ChatId, DeliveryId, Language, MessageId, Ms, PersonId, Place, RequestId
from syncd.core.prose.secrets import Answer
from syncd.core.reaching.strangers import Met
from syncd.core.text import clean
from syncd.core.ticket_card import rating
from syncd.core.ticket_card.moves import Move

CARD_ACTION = "card.action.trigger"
WANT = "form"
"""The action of the button that offers the form again."""
WORD = "word"
"""The action of the button behind which something waits for one person."""
_CLICKS: dict[object, type[FormCancelled | FormWanted | AddressForgotten | WordWanted]] = {
    CANCEL: FormCancelled,
    WANT: FormWanted,
    FORGET: AddressForgotten,
    WORD: WordWanted,
}
_MOVES: dict[object, Move] = {move.value: move for move in Move}
_OPENED = "im.chat.access_event.bot_p2p_chat_entered_v1"
_JOINED = "im.chat.member.user.added_v1"
_LEFT = ("im.chat.member.user.deleted_v1", "im.chat.member.user.withdrawn_v1")
_MESSAGE = "im.message.receive_v1"
_MENU = "application.bot.menu_v6"
_ADDED = "im.chat.member.bot.added_v1"
_RECALLED = "im.message.recalled_v1"
_REACTED = "im.message.reaction.created_v1"
_EDITED = "im.message.updated_v1"
_REMOVED = ("im.chat.member.bot.deleted_v1", "im.chat.disbanded_v1")
_UNREADABLE = "unreadable"
KINDS = (_MESSAGE, CARD_ACTION, _ADDED, *_REMOVED, _RECALLED, _EDITED, _REACTED, _UNREADABLE)
"""The kinds of events that are told apart; a platform may send any other."""


E = TypeVar("E", Place, Language)


class Malformed(ValueError):
    """A frame that holds no event one can read; the message says what is wrong with it."""


def envelope(raw: bytes) -> Envelope:
    """Return the frame's envelope; a frame without a readable one is named by its own hash.

    The vendor names message_id as the key against duplicates of messages, event_id elsewhere.
    """
    own_name = "sha256:" + hashlib.sha256(raw).hexdigest()
    body = as_object(parsed(raw))
    kind = _known(body, "header", "event_type")
    if not kind:
        return Envelope(own_name, _UNREADABLE)
    event_id = _known(body, "header", "event_id") or own_name
    event = part(body, "event") if kind == _MESSAGE else {}
    message = part(event, "message")
    if not (message_id := _known(message, "message_id")) or _lacks_sender(event):
        return Envelope(event_id, kind)
    return Envelope(
        event_id,
        kind,
        MessageId(message_id),
        thread_root=_known(message, "root_id") if _known(message, "thread_id") else "",
        written_ms=_milliseconds(message.get("create_time")),
        # The SDK knows it of messages that are read; of events no page tells it.
        position=_number(message.get("thread_message_position")),
    )


def read_event(raw: bytes) -> Received | None:
    """Return what a frame says, None when it is of no meaning to us.

    Malformed where it says nothing one can read, SenderUntold where the history has to be asked.
    """
    body = _read(raw, "not JSON")
    if not isinstance(body, dict):
        raise Malformed("not a JSON object")
    header, event = _object(body, "header"), _object(body, "event")
    kind = _identifier(header, "event_type")
    if kind == _MESSAGE:
        return _chat_message(event)
    if kind == _MENU:
        return _chosen(event, _identifier(header, "event_id"))
    if kind == CARD_ACTION:
        return _card_action(event, string(header, "tenant_key"))
    if kind in (_RECALLED, _EDITED):
        return _revised(event, recalled=kind == _RECALLED)
    if kind == _REACTED:
        return _reacted(event)
    if kind == _OPENED:
        return DirectChatOpened(PersonId(_identifier(part(event, "operator_id"), "open_id")))
    return _of_group(kind, event, _milliseconds(header.get("create_time")))


def _of_group(kind: str, event: Json, sent_ms: Ms) -> Received | None:
    """Return what happened to a group and its people."""
    if kind == _JOINED:
        return PeopleJoined(ChatId(_identifier(event, "chat_id")), _named(event), sent_ms)
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/chat-member-user/events/deleted
    if kind in _LEFT:
        left = tuple(met.person for met in _named(event))
        return PeopleLeft(ChatId(_identifier(event, "chat_id")), left, sent_ms)
    if kind == _ADDED:
        by = PersonId(_known(event, "operator_id", "open_id"))
        return BotAdded(ChatId(_identifier(event, "chat_id")), by)
    if kind in _REMOVED:
        return BotRemoved(ChatId(_identifier(event, "chat_id")))
    return None


def message_in(raw: bytes) -> ChatMessage | None:
    """Return the message that a frame brings, None where it brings none that can be made out."""
    try:
        event = read_event(raw)
    except Malformed:
        return None
    return event if isinstance(event, ChatMessage) else None


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
    message_id = MessageId(_identifier(message, "message_id"))
    if _lacks_sender(event):
        raise SenderUntold(message_id)
    # A reply in a thread has thread_id and its root as root_id; a quote outside has no thread_id,
    # and the first message of a topic has a thread_id but no root:
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/message/intro
    content = _read(string(message, "content") or "{}", "the message's content is not JSON")
    in_thread = bool(_optional_identifier(message, "thread_id"))
    root = _optional_identifier(message, "root_id") if in_thread else ""
    kind, mentions = string(message, "message_type"), message.get("mentions")
    heard = messages.read(kind, as_object(content), mentions)
    return ChatMessage(
        message_id=message_id,
        chat_id=ChatId(_identifier(message, "chat_id")),
        direct=message.get("chat_type") == "p2p",
        thread_root=MessageId(root),
        sender=PersonId(_optional_identifier(part(sender, "sender_id"), "open_id")),
        from_person=_is_person(sender),
        text=heard.text,
        named=heard.named,
        sent_ms=_milliseconds(message.get("create_time")),
        answers=() if in_thread else _quoted(message),
        wordless=heard.wordless,
        files=heard.files,
        bare=heard.bare,
        lost=heard.lost,
        body=heard.body,
        notes=heard.notes,
        tenant=_known(sender, "tenant_key"),
    )


def _lacks_sender(event: Json) -> bool:
    """Tell whether a person sent it of whom it has no id of this app's.

    Seen in the wild, with ids of the other kinds: https://github.com/openclaw/openclaw/issues/26703
    """
    sender = part(event, "sender")
    return _is_person(sender) and not string(sender, "sender_id", "open_id")


def _is_person(sender: Json) -> bool:
    return sender.get("sender_type") == "user"


# It names no chat, because it is the person's own with the bot; its time is in seconds:
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/application-v6/bot/events/menu
def _chosen(event: Json, event_id: str) -> ChatMessage:
    """Return what an entry of the menu says, as if the person had written it to the bot alone."""
    who = part(part(event, "operator"), "operator_id")
    return ChatMessage(
        message_id=MessageId(event_id),
        chat_id=ChatId(""),
        direct=True,
        thread_root=MessageId(""),
        sender=PersonId(_identifier(who, "open_id")),
        from_person=True,
        text=clean(string(event, "event_key")),
        named=(),
        sent_ms=Ms(_milliseconds(event.get("timestamp")) * 1000),
    )


# Of an edit no page tells the body, and projects call it unreliable: only its ids are read.
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/events/recalled
def _revised(event: Json, *, recalled: bool) -> MessageRevised:
    told = event if recalled else part(event, "message") or event
    id, chat = _identifier(told, "message_id"), _optional_identifier(told, "chat_id")
    return MessageRevised(MessageId(id), ChatId(chat), recalled)


# The bot's own come back, too, and name the app instead of a person:
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-reaction/event/created
def _reacted(event: Json) -> Reacted | None:
    person = _known(event, "user_id", "open_id")
    emoji = _known(event, "reaction_type", "emoji_type")
    if string(event, "operator_type") == "app" or not (person and emoji):
        return None
    message, at_ms = _identifier(event, "message_id"), _milliseconds(event.get("action_time"))
    return Reacted(MessageId(message), PersonId(person), emoji, at_ms)


def _named(event: Json) -> tuple[Met, ...]:
    met = (
        Met(
            PersonId(_known(one, "user_id", "open_id")),
            clean(string(one, "name")),
            _known(one, "tenant_key"),
        )
        for one in objects(event.get("users"))
    )
    return tuple(one for one in met if one.person)


def _quoted(message: Json) -> tuple[MessageId, ...]:
    told = (_optional_identifier(message, name) for name in ("parent_id", "root_id"))
    return tuple(dict.fromkeys(MessageId(id) for id in told if id))


def _card_action(event: Json, our_tenant: str) -> Clicked | None:
    """`our_tenant`: the header's, which of a click is the app's own company's."""
    action, operator = _object(event, "action"), _object(event, "operator")
    value = part(action, "value")
    asked = value.get("a")
    is_form = asked in SUBMITS or asked == rating.GIVEN
    if not is_form and asked not in _CLICKS and asked not in _MOVES:
        return None
    context = part(event, "context")
    person = PersonId(_identifier(operator, "open_id"))
    click = Click(
        RequestId(_optional_identifier(value, "r")),
        person,
        ChatId(_optional_identifier(context, "open_chat_id")),
        MessageId(_optional_identifier(context, "open_message_id")),
        DeliveryId(_optional_identifier(value, "d")),
        place=_one_of(Place, value, "p"),
        kind=RequestKind.read(string(value, "k")),
        language=_one_of(Language, value, "l"),
        met=(
            Met(PersonId(""), "", our_tenant),
            Met(person, "", _known(operator, "tenant_key")),
        ),
    )
    if asked in _MOVES:
        return MoveWanted(**vars(click), move=_MOVES[asked])
    if asked in _CLICKS:
        return _CLICKS[asked](**vars(click))
    legend = _read(string(value, "o") or "{}", "the button's legend is not JSON")
    zone = string(action, "timezone")
    values = read_form(part(action, "form_value"), as_object(legend), zone)
    if asked == rating.GIVEN:
        chosen = rating.read(values.get(rating.RATING), values.get(rating.SENTENCE))
        return RatingGiven(**vars(click), rating=chosen)
    return FormSubmitted(**vars(click), values=values, of_secrets=Answer(str(asked)))


def _one_of(known: type[E], value: Json, name: str) -> E | None:
    told = string(value, name)
    return known(told) if told in set(known) else None


def _read(written: str | bytes, complaint: str) -> object:
    try:
        return json.loads(written)
    except (ValueError, RecursionError) as exc:
        raise Malformed(complaint) from exc


def _object(body: Json, name: str) -> Json:
    value = body.get(name)
    if not isinstance(value, dict):
        raise Malformed(f"{name} is missing")
    return value


def _known(body: Json, *path: str) -> str:
    """Return the identifier at the end of the path, empty when there is none."""
    value = string(body, *path)
    return value if re.fullmatch(r"[\x21-\x7e]{1,200}", value) else ""


def _identifier(body: Json, name: str) -> str:
    if not (known := _known(body, name)):
        raise Malformed(f"{name} is no identifier")
    return known


def _optional_identifier(body: Json, name: str) -> str:
    return _identifier(body, name) if string(body, name) else ""


def _milliseconds(value: object) -> Ms:
    return Ms(_number(value))


def _number(value: object) -> int:
    digits = str(value) if isinstance(value, str | int) else ""
    return int(digits) if re.fullmatch(r"\d{1,15}", digits, re.ASCII) else 0
