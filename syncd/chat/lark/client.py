"""The Lark REST API as a Messenger."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias
from urllib.parse import quote

from syncd.chat.lark import answers, cards, limiter
from syncd.chat.lark.answers import Answer
from syncd.chat.lark.history import History
from syncd.chat.lark.limiter import Limiter
from syncd.chat.lark.rest import Call, LarkRest, accepted
from syncd.core.errors import Cause, Rejected, Unavailable, Uncertain
from syncd.core.model import ChatId, DeliveryId, MessageId, Ms, PersonId, Profile
from syncd.core.text import clean
from syncd.core.views import (
    Content,
    Direct,
    InChat,
    InThread,
    OnlyFor,
    Said,
    Sent,
    Sighting,
    Where,
)

Json: TypeAlias = dict[str, Any]

_MESSAGES = "/open-apis/im/v1/messages"
_EPHEMERAL_SEND = "/open-apis/ephemeral/v1/send"
_EPHEMERAL_DELETE = "/open-apis/ephemeral/v1/delete"
_MAX_KEY = 50


class LarkMessenger:
    """A Messenger; every method may be called from any thread.

    `now` returns monotonic seconds; timeouts are in seconds.
    """

    def __init__(
        self,
        base_url: str,
        app_id: str,
        app_secret: str,
        *,
        now: Callable[[], float],
        connect_timeout: float = 5.0,
        read_timeout: float = 10.0,
    ) -> None:
        self._rest = LarkRest(base_url, app_id, app_secret, now, connect_timeout, read_timeout)
        self._limiter = Limiter(now)
        self._history = History(self._rest, app_id)

    def close(self) -> None:
        """Close every connection; the messenger cannot be used afterwards."""
        self._rest.close()

    # https://open.feishu.cn/document/ukTMukTMukTM/uAjMxEjLwITMx4CMyETM
    def bot(self) -> PersonId:
        """Return the bot's own open_id."""
        answer = self._rest.call(Call("GET", "/open-apis/bot/v3/info"))
        open_id = _text(_part(answer.body, "bot").get("open_id"))
        if not open_id:
            raise Unavailable("Lark did not say who the bot is")
        return PersonId(open_id)

    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/chat/get
    def chat_mode(self, chat_id: ChatId) -> str:
        """Return `group`, `topic` or `p2p`; empty where the app may not know."""
        try:
            answer = self._rest.call(Call("GET", f"/open-apis/im/v1/chats/{_in_path(chat_id)}"))
        except Rejected:
            return ""
        return _text(answer.data.get("chat_mode"))

    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/contact-v3/user/get
    def profile(self, person: PersonId) -> Profile:
        """Return name and e-mail address, each empty where the app may not read it."""
        path = f"/open-apis/contact/v3/users/{_in_path(person)}"
        try:
            answer = self._rest.call(Call("GET", path, query={"user_id_type": "open_id"}))
        except Rejected:
            return Profile(person, "")
        user = _part(answer.data, "user")
        email = _text(user.get("email")) or _text(user.get("enterprise_email"))
        return Profile(person, _text(user.get("name")), email)

    def send(self, where: Where, content: Content, key: DeliveryId) -> Sent:
        """Show `content` as a card there."""
        card = cards.card(content, key)
        match where:
            case InChat(chat_id):
                return self._create("chat_id", chat_id, card, key)
            case Direct(person):
                with _another_way_may_work():
                    return self._create("open_id", person, card, key)
            case InThread(thread):
                return self._reply(thread.chat_id, thread.root, card, key)
            case OnlyFor(chat_id, person):
                with _another_way_may_work():
                    return self._send_privately(chat_id, person, card)

    def remove(self, message_id: MessageId, *, private: bool) -> None:
        """Take a card of ours away; gone already is success, and doing it twice does no harm."""
        if private:
            # https://open.feishu.cn/document/ukTMukTMukTM/uITOyYjLykjM24iM5IjN
            call = Call("POST", _EPHEMERAL_DELETE, {"message_id": message_id})
        else:
            # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/delete
            call = Call("DELETE", f"{_MESSAGES}/{_in_path(message_id)}")
        self._limiter.take((f"remove {private}", limiter.API_PER_SECOND))
        try:
            self._rest.call(call)
        except Rejected as rejected:
            if rejected.cause is not Cause.GONE:
                raise

    def replace(self, message_id: MessageId, content: Content, key: DeliveryId) -> None:
        """Show `content` in the place of a card of ours that is at most 14 days old."""
        # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-card/patch
        self._limiter.take((f"patch {message_id}", limiter.CHAT_PER_SECOND))
        body = {"content": cards.encoded(cards.card(content, key))}
        self._rest.call(Call("PATCH", f"{_MESSAGES}/{_in_path(message_id)}", body))

    def find(self, where: Where, key: DeliveryId, since_ms: Ms) -> Sighting:
        """Read a group or a thread back and look for our message with that key."""
        return self._history.find(where, key, since_ms)

    def since(self, where: Where, since_ms: Ms) -> Iterable[bytes]:
        """Yield what people wrote there since then, oldest first, as events would bring it."""
        return self._history.since(where, since_ms)

    def latest(self, chat_id: ChatId) -> list[Said]:
        """Return what people wrote last at the top level of a group, at the price of one call."""
        return self._history.latest(chat_id)

    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create
    def _create(self, id_type: str, receiver: str, card: Json, key: DeliveryId) -> Sent:
        self._limiter.take(
            (f"chat {receiver}", limiter.CHAT_PER_SECOND), ("create", limiter.API_PER_SECOND)
        )
        body = {"receive_id": receiver} | _message(card, key)
        query = {"receive_id_type": id_type}
        return _sent(self._rest.call(Call("POST", _MESSAGES, body, query, write=True)))

    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/reply
    def _reply(self, chat_id: ChatId, root: MessageId, card: Json, key: DeliveryId) -> Sent:
        self._limiter.take(
            (f"chat {chat_id}", limiter.CHAT_PER_SECOND), ("reply", limiter.API_PER_SECOND)
        )
        path, plain_reply = f"{_MESSAGES}/{_in_path(root)}/reply", _message(card, key)
        in_thread = plain_reply | {"reply_in_thread": True}
        answer = self._rest.ask(Call("POST", path, in_thread, write=True))
        if answer.code in answers.NO_THREAD_REPLY:
            answer = self._rest.ask(Call("POST", path, plain_reply, write=True))
        return _sent(accepted(answer, write=True))

    # No key, no thread, and the card is an object where messages take a string:
    # https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN
    def _send_privately(self, chat_id: ChatId, person: PersonId, card: Json) -> Sent:
        self._limiter.take(
            (f"private {chat_id}", limiter.EPHEMERAL_PER_SECOND),
            (_EPHEMERAL_SEND, limiter.API_PER_SECOND),
        )
        body = {"chat_id": chat_id, "open_id": person, "msg_type": "interactive", "card": card}
        return _sent(self._rest.call(Call("POST", _EPHEMERAL_SEND, body, write=True)))


@contextmanager
def _another_way_may_work() -> Iterator[None]:
    """Not every refusal of a private way is documented, so an unknown one is about the place."""
    try:
        yield
    except Rejected as rejected:
        if rejected.cause is not Cause.OTHER:
            raise
        raise Rejected(str(rejected), Cause.PLACE) from rejected


def _message(card: Json, key: DeliveryId) -> Json:
    # At most 50 characters; one success an hour for each:
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create
    short = key if len(key) <= _MAX_KEY else hashlib.sha256(key.encode()).hexdigest()[:_MAX_KEY]
    return {"msg_type": "interactive", "content": cards.encoded(card), "uuid": short}


def _sent(answer: Answer) -> Sent:
    message_id = _text(answer.data.get("message_id"))
    if not message_id:
        raise Uncertain("Lark accepted the message without saying which it is")
    return Sent(MessageId(message_id), _text(answer.data.get("thread_id")))


def _in_path(identifier: str) -> str:
    return quote(identifier, safe="")


def _part(body: Json, name: str) -> Json:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return clean(value).strip() if isinstance(value, str) else ""
