"""The Lark REST API as a Messenger."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import quote

from syncd.chat.lark import answers, limiter
from syncd.chat.lark.answers import Answer
from syncd.chat.lark.application import LarkApplication
from syncd.chat.lark.cards import card as cards
from syncd.chat.lark.cards.fit import losses
from syncd.chat.lark.cards.words import post
from syncd.chat.lark.directory import LarkDirectory
from syncd.chat.lark.files import LarkFiles
from syncd.chat.lark.history import History
from syncd.chat.lark.limiter import Limit, Limiter
from syncd.chat.lark.members import Json, string
from syncd.chat.lark.reactions.ours import LarkReactions
from syncd.chat.lark.reading.single import LarkMessages
from syncd.chat.lark.rest import Call, LarkRest
from syncd.core.errors import Cause, Hears, Rejected, Unavailable, Uncertain, nobody_hears
from syncd.core.model import ChatId, DeliveryId, MessageId, PersonId
from syncd.core.operators.meter import Meter
from syncd.core.text import clean
from syncd.core.views import (
    Content,
    Direct,
    FileView,
    FormView,
    InChat,
    InThread,
    OnlyFor,
    PostView,
    Sent,
    Where,
)
from syncd.network.network import Network

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
        network: Network | None = None,
        heard: Hears = nobody_hears,
        meter: Meter | None = None,
    ) -> None:
        timeouts, way = (connect_timeout, read_timeout), network or Network()
        self._rest = LarkRest(base_url, app_id, app_secret, now, *timeouts, way, heard, meter)
        self._limiter = Limiter(now)
        self.call = self._rest.call
        """For what only `syncd probe` asks."""
        # What another part does alone.
        history = History(self._rest, app_id)
        self.close = self._rest.close
        self.find, self.since, self.latest = history.find, history.since, history.latest
        reading = LarkMessages(self._rest, app_id)
        self.read, self.heard, self.earlier = reading.read, reading.heard, reading.earlier
        files = LarkFiles(self._rest, self._limiter, base_url)
        self.download, self.address = files.download, files.address
        self.upload = files.upload
        reactions = LarkReactions(self._rest, self._limiter, app_id)
        self.react, self.unreact = reactions.react, reactions.unreact
        people = LarkDirectory(self._rest)
        self.group, self.described = people.group, people.described
        self.profile = people.profile
        self.members, self.names = people.members, people.names
        self.is_member = people.is_member
        ours = LarkApplication(self._rest, app_id)
        self.about_bot, self.scopes = ours.bot, ours.scopes
        self.application, self.groups = ours.about, ours.groups

    # https://open.feishu.cn/document/ukTMukTMukTM/uAjMxEjLwITMx4CMyETM
    def bot(self) -> PersonId:
        """Return the bot's own open_id."""
        answer = self._rest.call(Call("GET", "/open-apis/bot/v3/info"))
        open_id = _text(answer.body, "bot", "open_id")
        if not open_id:
            raise Unavailable("Lark did not say who the bot is")
        return PersonId(open_id)

    def shortened(self, form: FormView) -> tuple[str, ...]:
        """Return a sentence for operators about each thing that the form's card has no room for."""
        return losses(form, cards.fit_of(form, DeliveryId("")))

    def reserve(self, where: Where) -> AbstractContextManager[None]:
        """Keep room within our own limits for one message of this thread; Limited: there is none.

        What was not sent when the context ends is given back.
        """
        match where:
            case InChat(chat_id):
                return self._limiter.reserve(*_created(chat_id))
            case Direct(person):
                return self._limiter.reserve(*_created(person))
            case InThread(thread):
                return self._limiter.reserve(*_replied(thread.chat_id))
            case OnlyFor(chat_id, _):
                return self._limiter.reserve(*_private(chat_id))

    def wait_for(self, chat_id: ChatId) -> float:
        """Return the seconds until our own limits let one more message into the group, 0: now."""
        return self._limiter.wait(*_created(chat_id), *_replied(chat_id))

    def send(self, where: Where, content: Content, key: DeliveryId) -> Sent:
        """Show `content` there: as a card, or in words where it says so."""
        match where:
            case InChat(chat_id):
                return self._create("chat_id", chat_id, _message(content, key))
            case Direct(person):
                with _another_way_may_work():
                    return self._create("open_id", person, _message(content, key))
            case InThread(thread):
                return self._reply(thread.chat_id, thread.root, _message(content, key))
            case OnlyFor(chat_id, person):
                with _another_way_may_work():
                    return self._send_privately(chat_id, person, _card(content, key))

    def remove(self, message_id: MessageId, *, private: bool) -> None:
        """Take a card of ours away; gone already is success, and doing it twice does no harm."""
        if private:
            # https://open.feishu.cn/document/ukTMukTMukTM/uITOyYjLykjM24iM5IjN
            call = Call("POST", _EPHEMERAL_DELETE, {"message_id": message_id})
        else:
            # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/delete
            call = Call("DELETE", f"{_MESSAGES}/{_in_path(message_id)}")
        self._limiter.take(limiter.of_api(f"remove {private}"))
        try:
            self._rest.call(call)
        except Rejected as rejected:
            if rejected.cause is not Cause.GONE:
                raise

    def replace(self, message_id: MessageId, content: Content, key: DeliveryId) -> None:
        """Show `content` in the place of a card of ours that is at most 14 days old."""
        # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-card/patch
        self._limiter.take(limiter.of_card(message_id))
        body = {"content": cards.encoded(_card(content, key))}
        path = f"{_MESSAGES}/{_in_path(message_id)}"
        self._rest.call(Call("PATCH", path, body, write=True))

    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create
    def _create(self, id_type: str, receiver: str, message: Json) -> Sent:
        self._limiter.take(*_created(receiver))
        body = {"receive_id": receiver} | message
        query = {"receive_id_type": id_type}
        return _sent(self._rest.call(Call("POST", _MESSAGES, body, query, write=True)))

    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/reply
    def _reply(self, chat_id: ChatId, root: MessageId, message: Json) -> Sent:
        self._limiter.take(*_replied(chat_id))
        path, in_thread = f"{_MESSAGES}/{_in_path(root)}/reply", message | {"reply_in_thread": True}
        ways = (Call("POST", path, body, write=True) for body in (in_thread, message))
        return _sent(self._rest.first_accepted(*ways, until=answers.NO_THREAD_REPLY))

    # No key, no thread, and the card is an object where messages take a string:
    # https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN
    def _send_privately(self, chat_id: ChatId, person: PersonId, card: Json) -> Sent:
        self._limiter.take(*_private(chat_id))
        body = {"chat_id": chat_id, "open_id": person, "msg_type": "interactive", "card": card}
        return _sent(self._rest.call(Call("POST", _EPHEMERAL_SEND, body, write=True)))


@contextmanager
def _another_way_may_work() -> Iterator[None]:
    """Not every refusal of a private way is documented, so an unknown one is about the place."""
    try:
        yield
    except Rejected as rejected:
        if rejected.cause not in (Cause.OTHER, Cause.UNKNOWN):
            raise
        elsewhere = Rejected(str(rejected), Cause.PLACE)
        elsewhere.status, elsewhere.code = rejected.status, rejected.code
        raise elsewhere from rejected


def _created(receiver: str) -> tuple[Limit, ...]:
    return limiter.to_chat(receiver), limiter.of_api("create")


def _replied(chat_id: str) -> tuple[Limit, ...]:
    return limiter.to_chat(chat_id), limiter.of_api("reply")


def _private(chat_id: str) -> tuple[Limit, ...]:
    return limiter.privately_in(chat_id), limiter.of_api(_EPHEMERAL_SEND)


def _message(content: Content, key: DeliveryId) -> Json:
    # At most 50 characters; one success an hour for each:
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create
    short = key if len(key) <= _MAX_KEY else hashlib.sha256(key.encode()).hexdigest()[:_MAX_KEY]
    if isinstance(content, FileView):
        # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/message/create_json
        named = cards.encoded({f"{content.kind}_key": content.key})
        return {"msg_type": content.kind, "content": named, "uuid": short}
    if isinstance(content, PostView) and content.in_words:
        return {"msg_type": "post", "content": cards.encoded(post(content, key)), "uuid": short}
    made = cards.encoded(_card(content, key))
    return {"msg_type": "interactive", "content": made, "uuid": short}


def _card(content: Content, key: DeliveryId) -> Json:
    if isinstance(content, FileView):
        raise Rejected("a file is no card", Cause.CONTENT)
    return cards.card(content, key)


def _sent(answer: Answer) -> Sent:
    message_id = _text(answer.data, "message_id")
    if not message_id:
        raise Uncertain("Lark accepted the message without saying which it is")
    return Sent(MessageId(message_id))


def _in_path(identifier: str) -> str:
    return quote(identifier, safe="")


def _text(body: Json, *path: str) -> str:
    return clean(string(body, *path)).strip()
