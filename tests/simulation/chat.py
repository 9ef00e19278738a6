"""The chat platform, in this process: what people see of the bot, and the keys it honours."""

import re
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from simulation.weather import Weather

from syncd.core.errors import Cause, Rejected
from syncd.core.model import (
    ChatId,
    DeliveryId,
    Language,
    MessageId,
    Ms,
    PersonId,
    Profile,
    RequestId,
)
from syncd.core.prose import said
from syncd.core.reaching.capability import Group
from syncd.core.reaching.strangers import Met
from syncd.core.views import (
    Content,
    Direct,
    FormView,
    InChat,
    InThread,
    OnlyFor,
    PostView,
    Quoted,
    Sent,
    Sighting,
    Where,
)

BOT = PersonId("ou_bot")
PREMIUM, ENTERPRISE = ChatId("oc_premium"), ChatId("oc_enterprise")
ABROAD = ChatId("oc_abroad")
"""With people of another company; no private card reaches anybody there."""
CHATS = (PREMIUM, ENTERPRISE, ABROAD)
PEOPLE = (PersonId("ou_ann"), PersonId("ou_ben"), PersonId("ou_cai"), PersonId("ou_dov"))
HERMIT = PEOPLE[2]
"""Whom no private card reaches in a group."""
STRANGER = PEOPLE[3]
"""Whom nothing private reaches, and whose profile nobody may read."""

ARRIVED, FAILED = "DONE", "CrossMark"
"""What the bot puts on replies."""

_KEY_LIVES_MS = 3_600_000
_MARK = re.compile(r"<<(\w+)>>")
_EDITION = re.compile(r"\[\[(\d+)\]\]")


@dataclass
class Shown:
    """One message of the bot."""

    id: MessageId
    where: Where
    content: Content
    key: DeliveryId
    at_ms: int
    begun: int
    """When the turn began in which it was made, in the order of all turns."""
    gone: bool = False

    @property
    def remarks(self) -> list[str]:
        """The comments whose words stand in it."""
        return marks(self.content)


def marks(content: object) -> list[str]:
    """Return the marks of all comments and replies whose words stand anywhere in it."""
    return _MARK.findall(repr(content))


def edition_of(content: object) -> int:
    """Return how often the comment had been edited that stands in it."""
    said = _EDITION.search(repr(content))
    return int(said[1]) if said else 0


class FakeChat:
    """A Messenger whose every call is under the weather."""

    def __init__(
        self,
        weather: Weather,
        now: Callable[[], int],
        begun: Callable[[], int],
        leaving: Callable[[Content], None],
        arrived: Callable[[Shown], None],
    ) -> None:
        self._weather = weather
        self._now = now
        self._begun = begun
        self._leaving = leaving
        """Told of everything that leaves syncd, whether it arrives or not."""
        self._arrived = arrived
        self._keys: dict[tuple[str, DeliveryId], Shown] = {}
        self.shown: list[Shown] = []
        self.recalled: set[MessageId] = set()
        """Roots of threads that their writers took back."""
        self.emojis: dict[MessageId, set[str]] = {}
        """The bot's own on people's messages."""
        self.unmarked: set[MessageId] = set()
        """Messages of which an emoji was refused."""
        self.replies: dict[MessageId, str] = {}
        """What people's replies say now, nothing where one was taken back."""

    # -- what people see

    def forms(self, person: PersonId) -> list[Shown]:
        """Return the forms that the person can fill in now."""
        return [
            s
            for s in self.shown
            if isinstance(s.content, FormView) and not s.gone and self._sees(person, s.where)
        ]

    def offers(self, request: RequestId) -> list[Shown]:
        """Return the cards of that request: its forms, and the buttons that offer one."""
        return [s for s in self.shown if s.content.request_id == request and not s.gone]

    def buttons(self) -> list[Shown]:
        """Return what has a button that opens a form."""
        posts = [s for s in self.shown if isinstance(s.content, PostView) and not s.gone]
        return [s for s in posts if any(b.action == "form" for b in s.content.buttons)]

    def showing(self, remark: str) -> list[Shown]:
        """Return the messages that ever showed the remark to all, also those taken away since."""
        posts = [s for s in self.shown if isinstance(s.content, PostView) and s.content.link_url]
        return [s for s in posts if remark in s.remarks]

    def _sees(self, person: PersonId, where: Where) -> bool:
        return not isinstance(where, OnlyFor | Direct) or where.person == person

    # -- what syncd calls

    def bot(self) -> PersonId:
        return self._weather.read("bot", lambda: BOT)

    def group(self, chat_id: ChatId) -> Group:
        return self._weather.read("group", lambda: Group("group", external=chat_id == ABROAD))

    def members(self, chat_id: ChatId) -> list[Met]:
        return self._weather.read("members", list)

    def is_member(self, chat_id: ChatId, person: PersonId) -> bool:
        return self._weather.read("members", lambda: True)

    def names(self, people: Collection[PersonId]) -> list[Met]:
        return self._weather.read("names", list)

    def profile(self, person: PersonId) -> Profile:
        name = person.removeprefix("ou_")
        if person == STRANGER:
            return self._weather.read("profile", lambda: Profile(person, ""))
        return self._weather.read(
            "profile", lambda: Profile(person, name.title(), f"{name}@acme.example")
        )

    def read(
        self,
        message_id: MessageId,
        bot: PersonId = BOT,
        language: Language = Language.EN,
    ) -> Quoted | None:
        def look() -> Quoted | None:
            words = self.replies.get(message_id, "it is down")
            return Quoted(PersonId("ou_ann"), words, body=said.blocks(words)) if words else None

        return self._weather.read("read", look)

    def reserve(self, where: Where) -> AbstractContextManager[None]:
        return nullcontext()

    def wait_for(self, chat_id: ChatId) -> float:
        return 0.0

    def send(self, where: Where, content: Content, key: DeliveryId) -> Sent:
        self._leaving(content)
        if isinstance(where, OnlyFor) and (where.person == HERMIT or where.chat_id == ABROAD):
            raise Rejected("this person takes no private card", Cause.PLACE)
        if isinstance(where, OnlyFor | Direct) and where.person == STRANGER:
            raise Rejected("nothing private reaches this person", Cause.PLACE)
        self._needs_root(where)
        name = f"send {type(content).__name__} {type(where).__name__}"
        no = Rejected("the platform does not like these words", Cause.CONTENT)
        begun = self._begun()
        return self._weather.write(name, lambda: self._show(where, content, key, begun), no)

    def _needs_root(self, where: Where) -> None:
        if isinstance(where, InThread) and where.thread.root in self.recalled:
            raise Rejected("the message was recalled", Cause.GONE)

    def _show(self, where: Where, content: Content, key: DeliveryId, begun: int) -> Sent:
        slot = (type(where).__name__, key)
        before = None if isinstance(where, OnlyFor) else self._keys.get(slot)
        if before is not None and self._now() - before.at_ms < _KEY_LIVES_MS:
            return Sent(before.id)
        number = MessageId(f"om_bot_{len(self.shown)}")
        shown = Shown(number, where, content, key, self._now(), begun)
        self._keys[slot] = shown
        self.shown.append(shown)
        self._arrived(shown)
        return Sent(shown.id)

    def shortened(self, form: FormView) -> tuple[str, ...]:
        return ()

    def remove(self, message_id: MessageId, *, private: bool) -> None:
        def effect() -> None:
            for shown in self.shown:
                if shown.id == message_id:
                    shown.gone = True

        self._weather.write("remove", effect, Rejected("too old to be recalled"))

    def replace(self, message_id: MessageId, content: Content, key: DeliveryId) -> None:
        self._leaving(content)

        def effect() -> None:
            for shown in self.shown:
                if shown.id == message_id:
                    shown.content = content

        self._weather.write("replace", effect, Rejected("too old to be edited"))

    def react(self, message_id: MessageId, emoji: str) -> None:
        no = Rejected("its writer wants no reactions", Cause.OTHER)
        on = self.emojis.setdefault(message_id, set())
        try:
            self._weather.write("react", lambda: on.add(emoji), no)
        except Rejected:
            self.unmarked.add(message_id)
            raise

    def unreact(self, message_id: MessageId, emoji: str) -> None:
        on = self.emojis.setdefault(message_id, set())
        try:
            no = Rejected("its writer wants no reactions", Cause.OTHER)
            self._weather.write("unreact", lambda: on.discard(emoji), no)
        except Rejected:
            self.unmarked.add(message_id)
            raise

    def find(self, where: Where, keys: Collection[DeliveryId], since_ms: Ms) -> Sighting:
        def look() -> Sighting:
            self._needs_root(where)
            for shown in self.shown:
                if (
                    shown.key in keys
                    and shown.where == where
                    and shown.at_ms >= since_ms
                    and isinstance(where, InChat | InThread)
                ):
                    return Sighting(shown.id, sure=True)
            return Sighting(None, sure=True)

        return self._weather.read("find", look, unsure=Sighting(None, sure=False))

    def since(self, where: Where, since_ms: Ms) -> list[bytes]:
        return self._weather.read("since", list)
