"""Who is who: the name of a person by the cheapest way that works, and a sign where none does."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from syncd.core.errors import Rejected, RemoteFailure
from syncd.core.model import ChatId, Ms, PersonId
from syncd.core.reaching.capability import Capability
from syncd.core.reaching.strangers import sign_of
from syncd.core.wording.table import Wording
from syncd.loops.acquaintance import name_of, side_of
from syncd.loops.directory import DAY_MS, People, profile_name
from syncd.loops.refused import EVERYBODY, is_refused, keep_refusal
from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx


@dataclass(frozen=True)
class Names:
    """Every way is asked once a day, and what was refused counts as an answer.

    Somebody is recognised by their exact id, never by company or place in a list.
    """

    people: People

    def known(self, person: PersonId, wording: Wording) -> str:
        """Return what to call somebody, without asking anybody."""
        return self._on_record(person) or nameless(person, wording)

    def of(self, person: PersonId, chat_id: ChatId, wording: Wording) -> str:
        """Return what to call somebody who wrote in that chat; Unavailable: ask again later."""
        return next(filter(None, self._ways(person, chat_id)), "") or nameless(person, wording)

    def at_best(self, person: PersonId, chat_id: ChatId, wording: Wording) -> str:
        """Return the same, without a name where nobody answers just now."""
        try:
            return self.of(person, chat_id, wording)
        except RemoteFailure:
            return self.known(person, wording)

    def _ways(self, person: PersonId, chat_id: ChatId) -> Iterator[str]:
        yield self._on_record(person)
        yield self._listed(person, chat_id)
        yield self._asked(person)
        name = self.people.profile(person).name
        if not name and chat_id:
            self._write(lambda tx: self._no_contact(tx, chat_id, person))
        yield name

    def _on_record(self, person: PersonId) -> str:
        with self.people.store.read() as tx:
            return name_of(tx, person) or profile_name(tx, person)

    def _listed(self, person: PersonId, chat_id: ChatId) -> str:
        """List the group's people, whose names are kept for a day."""
        with self.people.store.read() as tx:
            listed = tx.cache.get(CacheKind.MEMBERS, chat_id, Ms(tx.now - DAY_MS))
            refused = is_refused(tx, chat_id, Capability.MEMBERS, EVERYBODY)
        if listed is None and not refused and chat_id:
            listed = self._list(chat_id)
        return str(json.loads(listed or "{}").get(person, ""))

    def _list(self, chat_id: ChatId) -> str:
        try:
            named = {met.person: met.name for met in self.people.messenger.members(chat_id)}
        except Rejected as exc:
            why = str(exc)
            self._write(lambda tx: keep_refusal(tx, chat_id, Capability.MEMBERS, EVERYBODY, why))
            return ""
        listed = json.dumps(named, ensure_ascii=False)
        self._write(lambda tx: tx.cache.put(CacheKind.MEMBERS, chat_id, listed))
        return listed

    def _no_contact(self, tx: Tx, chat_id: ChatId, person: PersonId) -> None:
        side = side_of(tx, person)
        if not is_refused(tx, chat_id, Capability.CONTACT, side):
            reason = "Lark tells no name of somebody who writes here"
            keep_refusal(tx, chat_id, Capability.CONTACT, side, reason)

    def _asked(self, person: PersonId) -> str:
        with self.people.store.read() as tx:
            told = tx.cache.get(CacheKind.NAMED, person, Ms(tx.now - DAY_MS))
        if told is None:
            try:
                met = self.people.messenger.names((person,))
            except Rejected:
                met = []
            told = next((one.name for one in met if one.person == person), "")
            name = told
            self._write(lambda tx: tx.cache.put(CacheKind.NAMED, person, name))
        return told

    def _write(self, work: Callable[[Tx], None]) -> None:
        self.people.store.write(work)


def nameless(person: PersonId, wording: Wording) -> str:
    """Return what tells somebody without a name from everybody else."""
    return f"{wording.nameless} {sign_of(person)}"
