"""Reads a chat's history: messages that were missed, and whether one of ours is there.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/list
"""

from collections.abc import Collection, Iterable, Iterator

from syncd.chat.lark.members import Json, objects, string
from syncd.chat.lark.reading.item import as_event, by_person, content_of, created_ms, items_in
from syncd.chat.lark.reading.single import thread_id
from syncd.chat.lark.rest import Call, LarkRest
from syncd.core.errors import Cause, Rejected, Unavailable
from syncd.core.model import ChatId, DeliveryId, MessageId, Ms, PersonId
from syncd.core.views import InChat, InThread, Said, Sighting, Where

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
            id, content = MessageId(str(item.get("message_id"))), content_of(item)
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
            if by_person(item) and not item.get("deleted"):
                yield as_event(item)

    def latest(self, chat_id: ChatId) -> list[Said]:
        """Return what people wrote last at the top level of a group, the newest first."""
        query = {"container_id_type": "chat", "container_id": chat_id}
        data = self._rest.call(Call("GET", _MESSAGES, query=query | _NEWEST)).data
        return [_said(item) for item in _page(data) if by_person(item) and _has_words(item)]

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
                return {
                    "container_id_type": "thread",
                    "container_id": thread_id(self._rest, thread),
                }
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
    return items_in(data)


def _before(item: Json, moment: Ms) -> bool:
    """Tell whether it was written before then; one that does not say when was not."""
    return 0 < created_ms(item) < moment


def _has_words(item: Json) -> bool:
    return item.get("msg_type") in ("text", "post") and not item.get("deleted")


def _said(item: Json) -> Said:
    mentioned = [m.get("id") for m in objects(item.get("mentions"))]
    return Said(
        MessageId(str(item.get("message_id"))),
        Ms(created_ms(item)),
        tuple(PersonId(id) for id in mentioned if isinstance(id, str)),
    )
