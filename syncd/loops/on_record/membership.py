"""Who is not in a group any more, as events have told it, or its list of people."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from syncd.core.errors import Rejected, RemoteFailure, StoreError
from syncd.core.known import Known
from syncd.core.model import ChatId, Ms, PersonId
from syncd.core.reaching.capability import Capability
from syncd.loops.acquaintance import side_of
from syncd.loops.directory import People
from syncd.loops.refused import EVERYBODY, is_refused, keep_refusal
from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx

_GONE, _BACK = "gone", ""
"""What is kept begins with one of these; the moment follows, by the chat's clock."""
_COUNTS_MS = 5 * 60_000
"""Somebody who was just looked for is not looked for again."""


def note(
    tx: Tx, chat_id: ChatId, present: Mapping[PersonId, bool], sent_ms: Ms, *, moved: bool
) -> None:
    """Note who left, who is back and who came; of everybody else nothing is kept.

    What comes late, such as a message from before somebody left, changes nothing.
    `sent_ms`: when it was so, 0 where nobody knows; `moved`: they came or left just then.
    """
    for person, is_in in present.items():
        state, since = _kept(tx, chat_id, person)
        late = 0 < sent_ms < since
        if not late and (moved or state == _GONE):
            _keep(tx, chat_id, person, _BACK if is_in else _GONE, sent_ms)


def has_left(tx: Tx, chat_id: ChatId, person: PersonId) -> bool:
    """Tell whether somebody is certainly not in that group any more."""
    return _kept(tx, chat_id, person)[0] == _GONE


def _kept(tx: Tx, chat_id: ChatId, person: PersonId) -> tuple[str, int]:
    kept = tx.cache.get(CacheKind.LEFT, _name(chat_id, person)) or _BACK
    state, _, since = kept.partition(" ")
    return state, int(since or 0)


def _keep(tx: Tx, chat_id: ChatId, person: PersonId, state: str, sent_ms: Ms) -> None:
    tx.cache.put(CacheKind.LEFT, _name(chat_id, person), f"{state} {sent_ms}")


def with_actor(tx: Tx, known: Known, person: PersonId) -> Known:
    """Say who somebody is who wants something in a chat."""
    if not person:
        return known
    left = has_left(tx, known.chat.id, person)
    return replace(known, side=side_of(tx, person), has_left=left)


def _name(chat_id: ChatId, person: PersonId) -> str:
    return f"{chat_id}/{person}"


@dataclass(frozen=True)
class Members:
    """Asks for a group's list at most once in five minutes for each person and group."""

    people: People

    def has_left(self, chat_id: ChatId, person: PersonId) -> bool:
        """Tell whether somebody is certainly not in the group any more; where nobody can tell, or
        nobody answers, they are taken to be there."""
        store, name = self.people.store, _name(chat_id, person)
        with store.read() as tx:
            if has_left(tx, chat_id, person):
                return True
            since = Ms(tx.now - _COUNTS_MS)
            asked = tx.cache.get(CacheKind.LISTED, name, since) is not None
            refused = is_refused(tx, chat_id, Capability.MEMBERS, EVERYBODY)
        if asked or refused:
            return False
        gone = self._is_missing(chat_id, person)

        def keep(tx: Tx) -> None:
            tx.cache.put(CacheKind.LISTED, name, "")
            if gone:
                # Our clock is not the chat's: whatever they write after this, they are back.
                _keep(tx, chat_id, person, _GONE, Ms(0))

        store.write(keep)
        return gone

    def _is_missing(self, chat_id: ChatId, person: PersonId) -> bool:
        """In a group with people of other companies the list may name them by ids that no message
        has (seen in the field), so that not to be on it says nothing there; and a group may have
        become one since it was asked for last."""
        try:
            if self.people.group(chat_id).external:
                return False
            if self.people.messenger.is_member(chat_id, person) is not False:
                return False
            return not self.people.messenger.group(chat_id).external
        except Rejected as exc:
            why = str(exc)
            with suppress(StoreError):
                self.people.store.write(
                    lambda tx: keep_refusal(tx, chat_id, Capability.MEMBERS, EVERYBODY, why)
                )
        except RemoteFailure:
            pass
        return False
