"""The private ways to one person, and which of them a chat has refused."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from syncd.core.errors import Cause, Rejected, RemoteFailure, StoreError, Unavailable
from syncd.core.model import Chat, ChatId, FormWay, PersonId, Place
from syncd.core.reaching.capability import Capability, Group, Side, refused_for
from syncd.core.views import Direct, OnlyFor
from syncd.log import Log
from syncd.loops.acquaintance import side_of
from syncd.loops.directory import People, opened_chat_ms
from syncd.loops.refused import EVERYBODY, is_refused, keep_refusal
from syncd.store.tx import Tx

Way: TypeAlias = tuple[Place, Direct | OnlyFor]
Ways: TypeAlias = tuple[Way, ...]

# 230027 refuses private cards alone where the group has people of other companies:
# https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN
ANOTHER_WAY_MAY_WORK = frozenset({Cause.PLACE, Cause.OUTSIDE, Cause.SILENCED, Cause.FORBIDDEN})
_CAPABILITY = {Place.EPHEMERAL: Capability.EPHEMERAL, Place.DIRECT: Capability.DIRECT}
_SAYS_NOTHING = (Cause.OUTSIDE, Cause.SILENCED)
"""What is refused because the bot is not there, or may not speak just now, may work later."""


@dataclass(frozen=True)
class PrivateWays:
    people: People
    log: Log
    _tried: set[tuple[ChatId, Place]] = field(default_factory=set)
    """The ways into groups of several companies that somebody tries just now."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def for_form(self, chat: Chat, person: PersonId, *, top_level: bool) -> Ways:
        """Return the ways for a form, the best first; a topic takes no ephemeral card, nor does a
        thread.

        https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN
        """
        if chat.form is FormWay.THREAD:
            return ()
        only, direct = (Place.EPHEMERAL, OnlyFor(chat.id, person)), (Place.DIRECT, Direct(person))
        if not top_level or chat.form is FormWay.DIRECT:
            return self._open(chat.id, person, (direct,))
        ways = self._open(chat.id, person, (only, direct))
        takes_private_cards = only not in ways or self.people.group(chat.id).mode in ("group", "")
        return ways if takes_private_cards else ways[1:]

    def for_word(self, chat_id: ChatId, person: PersonId) -> Ways:
        """Return the ways for a word: directly, where it waits until it is looked at, else in the
        group for one pair of eyes."""
        direct, only = (Place.DIRECT, Direct(person)), (Place.EPHEMERAL, OnlyFor(chat_id, person))
        return self._open(chat_id, person, (direct, only) if chat_id else (direct,))

    @contextmanager
    def trying(self, chat_id: ChatId, way: Way, person: PersonId) -> Iterator[bool]:
        """Yield whether the way is still open.

        In a group of several companies one at a time tries it, so that what is refused to one is
        not refused to others at the same moment. Unavailable: somebody else tries it now.
        """
        try:
            for_many = self._may_be_refused_for_many(chat_id, way, person)
        except StoreError as exc:
            raise Unavailable(str(exc)) from exc  # Nothing was sent.
        if not for_many:
            yield True
            return
        tried = chat_id, way[0]
        with self._lock:
            if tried in self._tried:
                raise Unavailable("this way into the chat is being tried", 1.0)
            self._tried.add(tried)
        try:
            yield self._still_open(chat_id, way, person)
        finally:
            with self._lock:
                self._tried.discard(tried)

    def _still_open(self, chat_id: ChatId, way: Way, person: PersonId) -> bool:
        with suppress(StoreError):
            return bool(self._open(chat_id, person, (way,)))
        return True

    def _may_be_refused_for_many(self, chat_id: ChatId, way: Way, person: PersonId) -> bool:
        if not chat_id:
            return False
        with self.people.store.read() as tx:
            inside = side_of(tx, person) is Side.INSIDE
        alone = inside and way[0] is Place.DIRECT
        return not alone and self.people.group(chat_id).external

    def note(self, chat_id: ChatId, place: Place, person: PersonId, refused: Rejected) -> None:
        """Remember that a way was refused, if that says anything of the next time.

        What cannot be written down just now is tried once more, and no harm is done.
        """
        if refused.cause in _SAYS_NOTHING or not chat_id:
            return
        with suppress(StoreError):
            self._note(chat_id, place, person, refused)

    def _note(self, chat_id: ChatId, place: Place, person: PersonId, refused: Rejected) -> None:
        try:
            group = self.people.group(chat_id)
        except RemoteFailure:
            group = Group("")  # Then it counts for this person alone.
        forbidden, capability = refused.cause is Cause.FORBIDDEN, _CAPABILITY[place]

        def work(tx: Tx) -> None:
            alone = place is Place.DIRECT and bool(opened_chat_ms(tx, person))
            side = side_of(tx, person)
            who = person if alone else refused_for(group, side, person, forbidden=forbidden)
            keep_refusal(tx, chat_id, capability, who, str(refused))

        self.people.store.write(work)
        self.log.info("refused", chat=chat_id, capability=capability, reason=str(refused))

    def takes_no_cards(self, chat_id: ChatId) -> bool:
        """Tell whether the chat has refused cards, so that words alone arrive."""
        with suppress(StoreError), self.people.store.read() as tx:
            return is_refused(tx, chat_id, Capability.CARDS, EVERYBODY)
        return False

    def lets_nothing_change(self, chat_id: ChatId) -> bool:
        """Tell whether the chat has refused to have a message of the bot's changed, or cards, which
        alone are changed."""
        refused = (Capability.EDIT, Capability.CARDS)
        with suppress(StoreError), self.people.store.read() as tx:
            return any(is_refused(tx, chat_id, one, EVERYBODY) for one in refused)
        return False

    def note_for_all(self, chat_id: ChatId, capability: Capability, refused: RemoteFailure) -> None:
        """Remember that the chat has refused something that is about nobody alone."""
        reason = str(refused)
        with suppress(StoreError):
            self.people.store.write(
                lambda tx: keep_refusal(tx, chat_id, capability, EVERYBODY, reason)
            )
        self.log.info("refused", chat=chat_id, capability=capability, reason=reason)

    def _open(self, chat_id: ChatId, person: PersonId, ways: Ways) -> Ways:
        with self.people.store.read() as tx:
            side = side_of(tx, person)

            def is_open(place: Place) -> bool:
                capability = _CAPABILITY[place]
                opened_ms = opened_chat_ms(tx, person) if place is Place.DIRECT else 0
                if is_refused(tx, chat_id, capability, person, since_ms=opened_ms):
                    return False
                return bool(opened_ms) or not is_refused(tx, chat_id, capability, side)

            return tuple(way for way in ways if is_open(way[0]))
