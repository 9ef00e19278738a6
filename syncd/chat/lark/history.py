"""Reads a chat's history: messages that were missed, and whether one of ours is there.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/list
"""

import json
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import quote

from syncd.chat.lark import message as messages
from syncd.chat.lark.members import Json, as_object, objects, parsed, string
from syncd.chat.lark.rest import Call, LarkRest
from syncd.core.errors import Cause, Rejected, Unavailable
from syncd.core.model import ChatId, DeliveryId, Language, MessageId, Ms, PersonId, Thread
from syncd.core.prose.heard import as_blocks, readable
from syncd.core.text import Body
from syncd.core.views import InChat, InThread, Quoted, Said, Sighting, Where
from syncd.core.wording.notes import Notes

_MESSAGES = "/open-apis/im/v1/messages"
_PAGE = 50
_OLDEST = {"sort_type": "ByCreateTimeAsc", "page_size": str(_PAGE)}
_NEWEST = {"sort_type": "ByCreateTimeDesc", "page_size": str(_PAGE)}
_MOST_PAGES = 40
_SLACK_MS = 120_000
"""How far Lark's clock may be from ours."""


class History:
    """What Lark remembers of a chat or of a thread."""

    def __init__(self, rest: LarkRest, app_id: str) -> None:
        self._rest = rest
        self._app_id = app_id

    def find(self, where: Where, keys: Collection[DeliveryId], since_ms: Ms) -> Sighting:
        """Look for our message that carries one of `keys`, among what was sent since then."""
        unsure, deleted = False, set()
        for item in self._newest_first(where, Ms(since_ms - _SLACK_MS), _MOST_PAGES):
            if not self._ours(item):
                continue
            id, content = MessageId(str(item.get("message_id"))), _content(item)
            if any(key in content for key in keys):
                return Sighting(id, sure=True)
            if item.get("deleted"):
                deleted.add(id)
                continue
            if string(item, "msg_type") in ("image", "file"):
                continue  # It names its key, and nothing else.
            # Every card of ours names its delivery; one that names none came back as a stub.
            unsure = unsure or not ("ref=" in content or '"d"' in content or '\\"d\\"' in content)
        return Sighting(None, sure=not unsure, deleted=frozenset(deleted))

    def since(self, where: Where, since_ms: Ms) -> Iterable[bytes]:
        """Yield people's messages since then, the oldest first, in the form in which events come.

        Events and lists have different shapes; this is the one place that turns one to the other.
        """
        for item in self._oldest_first(where, since_ms):
            if _by_person(item) and not item.get("deleted"):
                yield _as_event(item)

    def latest(self, chat_id: ChatId) -> list[Said]:
        """Return what people wrote last at the top level of a group, the newest first."""
        query = {"container_id_type": "chat", "container_id": chat_id}
        data = self._rest.call(Call("GET", _MESSAGES, query=query | _NEWEST)).data
        return [_said(item) for item in _page(data) if _by_person(item) and _has_words(item)]

    # Of forwarded messages the first item is their frame, and they follow:
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/get
    def read(
        self,
        message_id: MessageId,
        bot: PersonId = PersonId(""),
        language: Language = Language.EN,
    ) -> Quoted | None:
        """Return what a message says; None for one of ours, one without words, a deleted one."""
        path = f"{_MESSAGES}/{quote(message_id, safe='')}"
        first, *inner = _items(self._rest.call(Call("GET", path)).data) or [{}]
        if not first or first.get("deleted") or self._ours(first):
            return None
        all_heard = [_heard(item) for item in inner or [first]]
        told = [_told(heard, bot, language) for heard in all_heard]
        author = string(first, "sender", "id") if _by_person(first) else ""
        said = "\n".join(words for words, _ in told if words)
        # Of what was forwarded together nobody hands out the files.
        files = () if inner else all_heard[0].files
        body = tuple(block for _, blocks in told for block in blocks)
        return Quoted(PersonId(author), said, files, body) if said else None

    def _oldest_first(self, where: Where, since_ms: Ms) -> Iterable[Json]:
        if isinstance(where, InChat):
            pages = self._pages(_group(where.chat_id, since_ms) | _OLDEST)
            return (item for page in pages for item in page if not _before(item, since_ms))
        return reversed(list(self._newest_first(where, since_ms)))

    def _newest_first(
        self, where: Where, since_ms: Ms, most_pages: int | None = None
    ) -> Iterator[Json]:
        """Yield what lies in a group (roots only) or in a thread, back to that moment."""
        for number, page in enumerate(self._pages(self._container(where, since_ms) | _NEWEST)):
            if number == most_pages:
                raise Rejected("the history is too long to be read back", Cause.OTHER)
            for item in page:
                if _before(item, since_ms):
                    return
                yield item

    def _container(self, where: Where, since_ms: Ms) -> dict[str, str]:
        match where:
            case InChat(chat_id):
                return _group(chat_id, since_ms)
            case InThread(thread):
                # A thread takes no times, so it is read until it gets too old.
                return {"container_id_type": "thread", "container_id": self._thread_id(thread)}
            case _:
                raise Rejected("this place has no history", Cause.PLACE)

    def _pages(self, query: dict[str, str]) -> Iterator[list[Json]]:
        if not query["container_id"]:
            return
        asked = query | {"card_msg_content_type": "user_card_content"}
        more = True
        while more:
            data = self._rest.call(Call("GET", _MESSAGES, query=asked)).data
            yield _page(data)
            more, token = bool(data.get("has_more")), str(data.get("page_token") or "")
            if more and token in ("", asked.get("page_token")):
                raise Unavailable("Lark does not say where its history goes on")
            asked["page_token"] = token

    # The thread's own id stands on its root; without one nobody has answered there yet.
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/get
    def _thread_id(self, thread: Thread) -> str:
        path = f"{_MESSAGES}/{quote(thread.root, safe='')}"
        found = _items(self._rest.call(Call("GET", path)).data)
        if not found:
            raise Rejected("Lark does not show the message that began the thread", Cause.GONE)
        if thread_id := string(found[0], "thread_id"):
            return thread_id
        if found[0].get("deleted"):
            # No page says what a recalled message still tells of itself.
            raise Rejected("Lark does not tell the thread of a recalled message", Cause.GONE)
        return ""

    def _ours(self, item: Json) -> bool:
        return string(item, "sender", "id") == self._app_id


def _group(chat_id: ChatId, since_ms: Ms) -> dict[str, str]:
    return {
        "container_id_type": "chat",
        "container_id": chat_id,
        "start_time": str(max(since_ms // 1000, 0)),
    }


def _page(data: Json) -> list[Json]:
    """Return what a page holds; what is no page must not pass for an empty chat."""
    if data.get("has_more") is False and "items" not in data:
        return []
    return _items(data)


def _items(data: Json) -> list[Json]:
    items = data.get("items")
    if not isinstance(items, list):
        raise Unavailable("Lark answered without the messages that were asked for")
    return objects(items)


def _created(item: Json) -> int:
    told = string(item, "create_time")
    return int(told) if told.isdecimal() else 0


def _before(item: Json, moment: Ms) -> bool:
    """Tell whether it was written before then; one that does not say when was not."""
    return 0 < _created(item) < moment


def _content(item: Json) -> str:
    return string(item, "body", "content")


def _by_person(item: Json) -> bool:
    return string(item, "sender", "sender_type") == "user"


def _told(heard: messages.Heard, bot: PersonId, language: Language) -> tuple[str, Body]:
    """Return what a message says, and the same with its layout."""
    notes = Notes(heard.notes, language)
    body = as_blocks(heard.text, heard.body, heard.named, bot, notes)
    return readable(heard.text, heard.named, bot, notes), body


def _heard(item: Json) -> messages.Heard:
    content = as_object(parsed(_content(item)))
    if item.get("updated") and isinstance(said := content.get("text"), str):
        content = {**content, "text": messages.unwrapped(said)}
    return messages.read(string(item, "msg_type"), content, item.get("mentions"))


def _has_words(item: Json) -> bool:
    return item.get("msg_type") in ("text", "post") and not item.get("deleted")


def _said(item: Json) -> Said:
    mentioned = [m.get("id") for m in objects(item.get("mentions"))]
    return Said(
        MessageId(str(item.get("message_id"))),
        Ms(_created(item)),
        tuple(PersonId(id) for id in mentioned if isinstance(id, str)),
    )


def _as_event(item: Json) -> bytes:
    mentions = objects(item.get("mentions"))
    message = {
        "message_id": item.get("message_id"),
        "chat_id": item.get("chat_id"),
        "chat_type": "group",
        "message_type": item.get("msg_type"),
        "content": _content(item),
        "create_time": item.get("create_time"),
        "mentions": [{**m, "id": {"open_id": m.get("id")}} for m in mentions],
    }
    told = ("root_id", "parent_id", "thread_id", "thread_message_position")
    message |= {k: item[k] for k in told if k in item}
    event = {
        "schema": "2.0",
        "header": {
            "event_id": f"history:{item.get('message_id')}",
            "event_type": "im.message.receive_v1",
        },
        "event": {
            "sender": {"sender_id": {"open_id": item["sender"].get("id")}, "sender_type": "user"},
            "message": message,
        },
    }
    return json.dumps(event, ensure_ascii=False).encode()
