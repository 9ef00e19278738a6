"""Who people are and what chats are, asked once and remembered in the store."""

import json
from dataclasses import asdict

from syncd.core.errors import Rejected
from syncd.core.model import AccountId, ChatId, Ms, PersonId, Profile
from syncd.loops.ports import Helpdesk, Messenger
from syncd.store.store import Store
from syncd.store.tx import Tx

_DAY_MS = 86_400_000
_PROFILE = "profile"


def address_of(tx: Tx, person: PersonId) -> str:
    """Return the address that the person's profile showed when it was last read, else empty."""
    stored = tx.cache.get(_PROFILE, person)
    return Profile(**json.loads(stored)).email if stored else ""


class People:
    """Answers from the store what was asked within a day."""

    def __init__(self, store: Store, messenger: Messenger, helpdesk: Helpdesk) -> None:
        self._store = store
        self._messenger = messenger
        self._helpdesk = helpdesk

    def profile(self, person: PersonId) -> Profile:
        """Return the person's profile; without a name where the app may not read it."""
        stored = self._get(_PROFILE, person)
        if stored is not None:
            return Profile(**json.loads(stored))
        try:
            profile = self._messenger.profile(person)
        except Rejected:
            return Profile(person, "")
        if profile.name:
            self._put(_PROFILE, person, json.dumps(asdict(profile)))
        return profile

    def chat_mode(self, chat_id: ChatId) -> str:
        """Return `group`, `topic` or `p2p`."""
        stored = self._get("chat_mode", chat_id)
        if stored is not None:
            return stored
        mode = self._messenger.chat_mode(chat_id)
        self._put("chat_mode", chat_id, mode)
        return mode

    def account(self, email: str) -> AccountId | None:
        """Return the helpdesk's account with that address, None when it shows none."""
        stored = self._get("account", email)
        if stored is not None:
            return AccountId(stored)
        found = self._helpdesk.find_account(email)
        if found is not None:
            self.keep_account(email, found)
        return found

    def keep_account(self, email: str, account: AccountId) -> None:
        self._put("account", email, account)

    def forget_account(self, email: str) -> None:
        """Ask the helpdesk again next time."""
        self._put("account", email, "")

    def last_key_floor(self) -> int:
        """Return the floor that was last known, 0 when none ever was."""
        with self._store.read() as tx:
            return int(tx.cache.get("key_floor", "project") or 0)

    def keep_key_floor(self, floor: int) -> None:
        self._put("key_floor", "project", str(floor))

    def _get(self, kind: str, key: str) -> str | None:
        with self._store.read() as tx:
            return tx.cache.get(kind, key, not_older_than=Ms(tx.now - _DAY_MS)) or None

    def _put(self, kind: str, key: str, body: str) -> None:
        self._store.write(lambda tx: tx.cache.put(kind, key, body))
