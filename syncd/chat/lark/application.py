"""What Lark tells our app about itself."""

from collections.abc import Iterator
from urllib.parse import quote

from syncd.chat.lark.members import Json, objects, part, string
from syncd.chat.lark.rest import Call, LarkRest
from syncd.core.model import ChatId, PersonId
from syncd.core.operators.platforms import Application, Bot, NamedChat, Scopes
from syncd.core.text import clean

_GRANTED = 1
_SWITCHED_ON = 2
_LANG = {"lang": "en_us"}
_MOST_PAGES = 20
"""Pages of 100 groups."""


class LarkApplication:
    """Asked by `syncd doctor` and `syncd setup`."""

    def __init__(self, rest: LarkRest, app_id: str) -> None:
        self._rest = rest
        self._path = f"/open-apis/application/v6/applications/{quote(app_id, safe='')}"

    # https://open.feishu.cn/document/ukTMukTMukTM/uAjMxEjLwITMx4CMyETM
    def bot(self) -> Bot:
        """Return the app's bot, and whether its ability is switched on."""
        told = part(self._rest.call(Call("GET", "/open-apis/bot/v3/info")).body, "bot")
        name, person = _text(told, "app_name"), PersonId(_text(told, "open_id"))
        return Bot(person, name, told.get("activate_status") == _SWITCHED_ON)

    # Needs no scope: https://open.feishu.cn/document/application-v6/scope/list
    def scopes(self) -> Scopes:
        """Return which scopes are granted; Rejected where Lark does not tell."""
        told = self._rest.call(Call("GET", "/open-apis/application/v6/scopes")).data
        listed = objects(told.get("scopes"))
        granted = {
            _text(one, "scope_name") for one in listed if one.get("grant_status") == _GRANTED
        }
        waiting = {_text(one, "scope_name") for one in listed} - granted
        return Scopes(frozenset(granted), frozenset(waiting))

    # https://open.feishu.cn/document/server-docs/application-v6/application/get
    def about(self) -> Application:
        """Return how the app is set up; Rejected where it may not look at itself, for which it
        needs a scope that nothing else does."""
        told = part(self._rest.call(Call("GET", self._path, query=_LANG)).data, "app")
        online = _text(told, "online_version_id")
        event, by = part(told, "event"), part(told, "callback_info") or part(told, "callback")
        events = _names(event, "subscribed_events")
        return Application(
            released=bool(online),
            waiting=bool(_text(told, "unaudit_version_id")),
            events=self._events_of(online) if events is None and online else events,
            callbacks=_names(by, "subscribed_callbacks"),
            events_by=_text(event, "subscription_type"),
            callbacks_by=_text(by, "callback_type"),
        )

    # Public programs read the events of the released version where the app's page has none:
    # https://open.feishu.cn/document/server-docs/application-v6/application/get-2
    def _events_of(self, version: str) -> frozenset[str] | None:
        path = f"{self._path}/app_versions/{quote(version, safe='')}"
        told = part(self._rest.call(Call("GET", path, query=_LANG)).data, "app_version")
        if not isinstance(told.get("event_infos"), list):
            return _names(told, "events")
        return frozenset(_text(one, "event_type") for one in objects(told.get("event_infos")))

    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/chat/list
    def groups(self) -> Iterator[NamedChat]:
        """Yield the groups that the bot is in, a page a call."""
        token = ""
        for _ in range(_MOST_PAGES):
            query = {"page_size": "100"} | ({"page_token": token} if token else {})
            page = self._rest.call(Call("GET", "/open-apis/im/v1/chats", query=query)).data
            for one in objects(page.get("items")):
                external = one.get("external") is True
                yield NamedChat(ChatId(_text(one, "chat_id")), _text(one, "name"), external)
            token = string(page, "page_token")
            if page.get("has_more") is not True or not token:
                return


def _names(holder: Json, name: str) -> frozenset[str] | None:
    """Return a list of names, None where there is none."""
    listed = holder.get(name)
    return frozenset(map(str, listed)) if isinstance(listed, list) else None


def _text(body: Json, name: str) -> str:
    return clean(string(body, name)).strip()
