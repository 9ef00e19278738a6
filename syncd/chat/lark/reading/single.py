"""Reads one message, and what people wrote before it in its thread.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/get
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/list
"""

import json
from urllib.parse import quote

from syncd.chat.lark.members import Json, objects, string
from syncd.chat.lark.reading.item import (
    as_event,
    by_person,
    created_ms,
    heard_in,
    items_in,
    words_in,
)
from syncd.chat.lark.rest import Call, LarkRest
from syncd.chat.lark.wire import message_in
from syncd.core.errors import Cause, Rejected
from syncd.core.events import ChatMessage
from syncd.core.model import Language, MessageId, Ms, PersonId, Thread
from syncd.core.views import Quoted

_MESSAGES = "/open-apis/im/v1/messages"
_PAGE = 50
_MOST_PAGES = 3
"""Of a thread in which more was written since, the rest stays where it is."""


class LarkMessages:
    def __init__(self, rest: LarkRest, app_id: str) -> None:
        self._rest, self._app_id = rest, app_id

    # Of forwarded messages the first item is their frame, and they follow:
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/get
    def read(
        self,
        message_id: MessageId,
        bot: PersonId = PersonId(""),
        language: Language = Language.EN,
    ) -> Quoted | None:
        """Return what a message says; None for one of ours, one without words, a deleted one."""
        first, *inner = _got(self._rest, message_id) or [{}]
        if not first or first.get("deleted") or self._ours(first):
            return None
        return _quoted(first, inner, bot, language)

    def heard(self, message_id: MessageId) -> ChatMessage | None:
        """Return a message as an event would bring it; None for a deleted one, or one that cannot
        be made out. Of one of ours the words are left out."""
        item = next(iter(_got(self._rest, message_id)), {})
        if not item or item.get("deleted"):
            return None
        if self._ours(item):
            item = {**item, "msg_type": "text", "body": {"content": json.dumps({"text": ""})}}
        return message_in(as_event(item))

    def earlier(
        self, thread: Thread, until_ms: Ms, most: int, bot: PersonId, language: Language
    ) -> list[Quoted]:
        """Return what people wrote last in a thread before then, below its root, oldest first."""
        id = thread_id(self._rest, thread)
        asked = {
            "container_id_type": "thread",
            "container_id": id,
            "sort_type": "ByCreateTimeDesc",
            "page_size": str(_PAGE),
        }
        found: list[Quoted] = []
        for _ in range(_MOST_PAGES if id else 0):
            data = self._rest.call(Call("GET", _MESSAGES, query=asked)).data
            for item in objects(data.get("items")):
                said = self._said_before(item, thread, until_ms, bot, language)
                if said is not None and len(found) < most:
                    found.append(said)
            token = string(data, "page_token")
            last = not data.get("has_more") or token in ("", asked.get("page_token"))
            if last or len(found) >= most:
                break
            asked["page_token"] = token
        return found[::-1]

    def _said_before(
        self, item: Json, thread: Thread, until_ms: Ms, bot: PersonId, language: Language
    ) -> Quoted | None:
        is_before = 0 < created_ms(item) < until_ms and item.get("message_id") != thread.root
        if not is_before or not by_person(item) or item.get("deleted"):
            return None
        return _quoted(item, [], bot, language)

    def _ours(self, item: Json) -> bool:
        return string(item, "sender", "id") == self._app_id


# The thread's own id stands on its root; without one nobody has answered there yet.
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/get
def thread_id(rest: LarkRest, thread: Thread) -> str:
    found = _got(rest, thread.root)
    if not found:
        raise Rejected("Lark does not show the message that began the thread", Cause.GONE)
    if known := string(found[0], "thread_id"):
        return known
    if found[0].get("deleted"):
        # No page says what a recalled message still tells of itself.
        raise Rejected("Lark does not tell the thread of a recalled message", Cause.GONE)
    return ""


def _got(rest: LarkRest, message_id: MessageId) -> list[Json]:
    path = f"{_MESSAGES}/{quote(message_id, safe='')}"
    return items_in(rest.call(Call("GET", path)).data)


def _quoted(first: Json, inner: list[Json], bot: PersonId, language: Language) -> Quoted | None:
    all_heard = [heard_in(item) for item in inner or [first]]
    told = [words_in(heard, bot, language) for heard in all_heard]
    author = string(first, "sender", "id") if by_person(first) else ""
    said = "\n".join(words for words, _ in told if words)
    # Of what was forwarded together nobody hands out the files.
    files = () if inner else all_heard[0].files
    body = tuple(block for _, blocks in told for block in blocks)
    id = MessageId(string(first, "message_id"))
    return Quoted(PersonId(author), said, files, body, id) if said else None
