"""The bot's own emojis on people's messages.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-reaction/create
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-reaction/list
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-reaction/delete
"""

from collections.abc import Iterator
from urllib.parse import quote

from syncd.chat.lark import answers, limiter
from syncd.chat.lark.limiter import Limiter
from syncd.chat.lark.members import objects, string
from syncd.chat.lark.rest import Call, LarkRest
from syncd.core.errors import Cause, Rejected, Unavailable
from syncd.core.model import MessageId

_PAGE = 50
_MOST_PAGES = 20


class LarkReactions:
    def __init__(self, rest: LarkRest, limit: Limiter, app_id: str) -> None:
        self._rest, self._limiter, self._app_id = rest, limit, app_id

    def react(self, message_id: MessageId, emoji: str) -> None:
        """Put an emoji on a message; doing it twice shows it once.

        No page says what becomes of the same one put there again. What the page calls a repeated
        request may be that, or one whose answer was lost and that is still under way.
        """
        self._limiter.take(limiter.of_api("react"))
        body = {"reaction_type": {"emoji_type": emoji}}
        try:
            self._rest.call(Call("POST", _path(message_id), body, write=True, telling=False))
        except Rejected as refused:
            if refused.code != answers.REACTS_ALREADY:
                raise
            if not any(self._ours(message_id, emoji)):
                raise Unavailable(str(refused), 1.0) from refused

    def unreact(self, message_id: MessageId, emoji: str) -> None:
        """Take our emoji away; gone already is success."""
        try:
            for id in list(self._ours(message_id, emoji)):
                self._limiter.take(limiter.of_api("unreact"))
                path = f"{_path(message_id)}/{quote(id, safe='')}"
                self._rest.call(Call("DELETE", path, telling=False))
        except Rejected as refused:
            if refused.cause is not Cause.GONE:
                raise

    def _ours(self, message_id: MessageId, emoji: str) -> Iterator[str]:
        """Yield the ids of our own such reactions."""
        asked = {"reaction_type": emoji, "page_size": str(_PAGE)}
        for _ in range(_MOST_PAGES):
            data = self._rest.call(Call("GET", _path(message_id), query=asked, telling=False)).data
            for item in objects(data.get("items")):
                if string(item, "operator", "operator_id") == self._app_id:
                    yield string(item, "reaction_id")
            token = string(data, "page_token")
            if not data.get("has_more") or token in ("", asked.get("page_token")):
                return
            asked["page_token"] = token


def _path(message_id: MessageId) -> str:
    return f"/open-apis/im/v1/messages/{quote(message_id, safe='')}/reactions"
