"""Reading a chat back: what was said while nobody listened, and whether a message of ours is there.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/list
"""

import json
from collections.abc import Iterator
from typing import Any, TypeAlias
from urllib.parse import quote

from syncd.chat.lark.rest import Call, LarkRest
from syncd.core.errors import Cause, Rejected
from syncd.core.model import ChatId, DeliveryId, MessageId, Ms, Thread
from syncd.core.views import Direct, InChat, InThread, Sighting, Where

Json: TypeAlias = dict[str, Any]

_MESSAGES = "/open-apis/im/v1/messages"
_PAGE = 50
_MOST_PAGES = 40
_SLACK_MS = 120_000
"""How far Lark's clock may be from ours."""


class History:
    """What Lark remembers of a chat or of a thread."""

    def __init__(self, rest: LarkRest, app_id: str) -> None:
        self._rest = rest
        self._app_id = app_id

    def find(self, where: Where, key: DeliveryId, since_ms: Ms) -> Sighting:
        """Look for our message that carries `key`, among what was sent since then."""
        unsure = False
        for item in self._container(where, Ms(since_ms - _SLACK_MS)):
            if not self._ours(item):
                continue
            content = _content(item)
            if key in content:
                return Sighting(MessageId(str(item.get("message_id"))), sure=True)
            # Every card of ours names its delivery; one that names none came back as a stub.
            unsure = unsure or not ("ref=" in content or '"d"' in content or '\\"d\\"' in content)
        return Sighting(None, sure=not unsure)

    def since(self, where: Where, since_ms: Ms) -> list[bytes]:
        """Return people's messages since then, the oldest first, in the form in which events come.

        Events and lists have different shapes; this is the one place that turns one to the other.
        """
        found = [item for item in self._container(where, since_ms) if _by_person(item)]
        chat_type = "p2p" if isinstance(where, Direct) else "group"
        return [_as_event(item, chat_type) for item in reversed(found)]

    def _container(self, where: Where, since_ms: Ms) -> Iterator[Json]:
        """Yield what lies in a group (roots only) or in a thread, the newest first."""
        match where:
            case InChat(chat_id):
                return self._pages(_group(chat_id, since_ms), since_ms)
            case InThread(thread):
                thread_id = self._thread_id(thread)
                # A thread takes no times, so it is read until it gets too old.
                query = {"container_id_type": "thread", "container_id": thread_id}
                return self._pages(query, since_ms) if thread_id else iter(())
            case _:
                raise Rejected("this place has no history", Cause.PLACE)

    def _pages(self, query: dict[str, str], since_ms: Ms) -> Iterator[Json]:
        asked = query | {
            "sort_type": "ByCreateTimeDesc",
            "page_size": str(_PAGE),
            "card_msg_content_type": "user_card_content",
        }
        for _ in range(_MOST_PAGES):
            data = self._rest.call(Call("GET", _MESSAGES, query=asked)).data
            for item in _items(data):
                if _created(item) < since_ms:
                    return
                if not item.get("deleted"):
                    yield item
            token = data.get("page_token")
            if not data.get("has_more") or not isinstance(token, str) or not token:
                return
            asked["page_token"] = token
        raise Rejected("the history is too long to be read back", Cause.OTHER)

    # The thread's own id stands on its root; without one nobody has answered there yet.
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/get
    def _thread_id(self, thread: Thread) -> str:
        path = f"{_MESSAGES}/{quote(thread.root, safe='')}"
        for item in _items(self._rest.call(Call("GET", path)).data):
            found = item.get("thread_id")
            return found if isinstance(found, str) else ""
        return ""

    def _ours(self, item: Json) -> bool:
        sender = item.get("sender")
        return isinstance(sender, dict) and sender.get("id") == self._app_id


def _group(chat_id: ChatId, since_ms: Ms) -> dict[str, str]:
    return {
        "container_id_type": "chat",
        "container_id": chat_id,
        "start_time": str(max(since_ms // 1000, 0)),
    }


def _items(data: Json) -> list[Json]:
    items = data.get("items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _created(item: Json) -> int:
    told = item.get("create_time")
    return int(told) if isinstance(told, str) and told.isdecimal() else 0


def _content(item: Json) -> str:
    body = item.get("body")
    content = body.get("content") if isinstance(body, dict) else None
    return content if isinstance(content, str) else ""


def _by_person(item: Json) -> bool:
    sender = item.get("sender")
    return isinstance(sender, dict) and sender.get("sender_type") == "user"


def _as_event(item: Json, chat_type: str) -> bytes:
    sender = item["sender"]
    mentions = [
        {**m, "id": {"open_id": m.get("id")}}
        for m in item.get("mentions") or []
        if isinstance(m, dict)
    ]
    message = {
        "message_id": item.get("message_id"),
        "chat_id": item.get("chat_id"),
        "chat_type": chat_type,
        "message_type": item.get("msg_type"),
        "content": _content(item),
        "create_time": item.get("create_time"),
        "mentions": mentions,
    }
    message |= {k: item[k] for k in ("root_id", "parent_id", "thread_id") if k in item}
    event = {
        "schema": "2.0",
        "header": {
            "event_id": f"history:{item.get('message_id')}",
            "event_type": "im.message.receive_v1",
        },
        "event": {
            "sender": {"sender_id": {"open_id": sender.get("id")}, "sender_type": "user"},
            "message": message,
        },
    }
    return json.dumps(event, ensure_ascii=False).encode()
