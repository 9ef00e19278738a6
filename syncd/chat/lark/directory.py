"""What Lark tells of groups and of people."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from syncd.chat.lark.members import objects, string
from syncd.chat.lark.rest import Call, LarkRest
from syncd.core.errors import Rejected
from syncd.core.model import ChatId, PersonId, Profile
from syncd.core.reaching.capability import Group
from syncd.core.reaching.strangers import Met
from syncd.core.text import clean

_BY_OPEN_ID = {"user_id_type": "open_id"}
_MOST_NAMES = 10
_MOST_PAGES = 10
"""Pages of 100; somebody in a larger group is asked for alone."""


@dataclass(frozen=True)
class LarkDirectory:
    rest: LarkRest

    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/chat/get
    def group(self, chat_id: ChatId) -> Group:
        """Return what kind of chat it is; Rejected where there is none, or the bot is not in it."""
        return self.described(chat_id)[1]

    def described(self, chat_id: ChatId) -> tuple[str, Group]:
        """Return a chat's name, and what kind it is. `chat_tag` has no value for groups with people
        of other companies; only `external` tells."""
        told = self.rest.call(Call("GET", f"/open-apis/im/v1/chats/{_in_path(chat_id)}")).data
        kind = Group(_clean(string(told, "chat_mode")), told.get("external") is True)
        return _clean(string(told, "name")), kind

    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/contact-v3/user/get
    def profile(self, person: PersonId) -> Profile:
        """Return name and e-mail address, each empty where the app may not read it."""
        path = f"/open-apis/contact/v3/users/{_in_path(person)}"
        try:
            answer = self.rest.call(Call("GET", path, query=_BY_OPEN_ID))
        except Rejected:
            return Profile(person, "")
        told = partial(_told, answer.data, "user")
        return Profile(person, told("name"), told("email") or told("enterprise_email"))

    # People alone, of every company; the bot is not listed:
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/chat-members/get
    def members(self, chat_id: ChatId) -> Iterator[Met]:
        """Yield who is in a group, a page a call; Rejected where the app may not know."""
        for listed, _ in self._pages(chat_id):
            yield from listed

    def is_member(self, chat_id: ChatId, person: PersonId) -> bool | None:
        """Tell whether somebody is listed; None where the list goes on beyond what is read, or is
        none that could be read: a group has people in it."""
        whole = False
        for listed, last in self._pages(chat_id):
            if any(met.person == person for met in listed):
                return True
            if not all(met.person for met in listed):
                return None
            whole = last and bool(listed)
        return False if whole else None

    def _pages(self, chat_id: ChatId) -> Iterator[tuple[list[Met], bool]]:
        """Yield page by page who is in a group, and whether that is the last of them."""
        path, token = f"/open-apis/im/v1/chats/{_in_path(chat_id)}/members", ""
        for _ in range(_MOST_PAGES):
            query = {"member_id_type": "open_id", "page_size": "100"}
            page = self.rest.call(
                Call("GET", path, query=query | ({"page_token": token} if token else {}))
            ).data
            items, token = objects(page.get("items")), string(page, "page_token")
            last = page.get("has_more") is False
            # The tenant that this list tells need not be the one that messages tell.
            listed = [Met(PersonId(_told(one, "member_id")), _told(one, "name")) for one in items]
            yield listed, last
            if last or not token:
                return

    # By its page it does not check whom the app may see:
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/contact-v3/user/basic_batch
    def names(self, people: Collection[PersonId]) -> list[Met]:
        """Return the names of up to ten people, those that the app may know, at one call."""
        asked = {"user_ids": list(people)[:_MOST_NAMES]}
        path = "/open-apis/contact/v3/users/basic_batch"
        answer = self.rest.call(Call("POST", path, asked, query=_BY_OPEN_ID))
        told = objects(answer.data.get("users"))
        return [Met(PersonId(_told(one, "user_id")), _told(one, "name")) for one in told]


def _in_path(identifier: str) -> str:
    return quote(identifier, safe="")


def _told(body: dict[str, object], *path: str) -> str:
    return _clean(string(body, *path))


def _clean(said: str) -> str:
    return clean(said).strip()
