"""Profiles, kinds of chats and helpdesk accounts, asked for once and cached in the store."""

import json
from dataclasses import asdict, dataclass, replace

from syncd.core.errors import Rejected
from syncd.core.known import Known
from syncd.core.model import (
    AccountId,
    Chat,
    ChatId,
    DeliveryId,
    Ms,
    PersonId,
    Profile,
    ReporterRule,
)
from syncd.core.reaching.capability import Group
from syncd.loops.acquaintance import is_outsider
from syncd.loops.ports import Helpdesk, Messenger
from syncd.store.store import Store
from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx

DAY_MS = 86_400_000


def _on(desk: str, email: str) -> str:
    return f"{desk}/{email}" if desk else email


def address_of(tx: Tx, person: PersonId) -> str:
    """Return the address that the person's profile showed when it was last read, else empty."""
    stored = tx.cache.get(CacheKind.PROFILE, person)
    return Profile(**json.loads(stored)).email if stored else ""


def given_by(tx: Tx, person: PersonId) -> tuple[str, ...]:
    """Return the addresses that the person has given as their own, the last one last."""
    return tuple((tx.cache.get(CacheKind.GIVEN, person) or "").split())


def keep_given(tx: Tx, person: PersonId, addresses: tuple[str, ...]) -> None:
    tx.cache.put(CacheKind.GIVEN, person, " ".join(addresses))


def last_time(tx: Tx, person: PersonId, chat_id: ChatId) -> str | None:
    """Return the address that the person gave in that chat last time, empty where they had it
    forgotten; None where there was none."""
    return tx.cache.get(CacheKind.LAST_TIME, f"{person}/{chat_id}")


def keep_last_time(tx: Tx, person: PersonId, chat_id: ChatId, address: str) -> None:
    tx.cache.put(CacheKind.LAST_TIME, f"{person}/{chat_id}", address)


def offered(tx: Tx, person: PersonId, chat_id: ChatId) -> str:
    """Return the address that somebody may be taken to have in a chat where no profile shows one:
    that of last time, unless they had it forgotten, else one that they gave elsewhere."""
    last = last_time(tx, person, chat_id)
    return (given_by(tx, person) or ("",))[-1] if last is None else last


def known_address(tx: Tx, person: PersonId, chat: Chat) -> str:
    """Return the address of somebody as far as it is known without asking, and belongs into that
    chat; else empty."""
    address = address_of(tx, person)
    if not address and chat.reporter is ReporterRule.SELF:
        # By any other rule it may be somebody else's, for whom they asked.
        address = last_time(tx, person, chat.id) or ""
    domains = {domain.casefold() for domain in chat.allowed_domains}
    is_ours = not domains or address.rpartition("@")[2].casefold() in domains
    return address if is_ours else ""


def with_own_address(tx: Tx, known: Known) -> Known:
    """Fill in the asker's address from the cache when Lark's answer to the form was lost."""
    request = known.request
    if request is None or request.own_address:
        return known
    own = address_of(tx, request.asker)
    given = () if own else given_by(tx, request.asker)
    last = "" if own else last_time(tx, request.asker, request.thread.chat_id) or ""
    current = replace(request, own_address=own)
    return replace(known, request=current, given=given, last_time=last)


def with_author(tx: Tx, known: Known, id: DeliveryId) -> Known:
    """Say whether an address of whoever caused that delivery is known, or could be read."""
    delivery = tx.outbox.get(id) if known.chat.participants else None
    if delivery is None:
        return known
    person = delivery.person
    if known_address(tx, person, known.chat):
        return replace(known, knows_author=True)
    today = tx.cache.get(CacheKind.PROFILE, person, not_older_than=Ms(tx.now - DAY_MS))
    return replace(known, profile_unread=today is None and not is_outsider(tx, person))


def opened_chat_ms(tx: Tx, person: PersonId) -> int:
    """Return when the person opened their chat with the bot last, 0 where that is not known."""
    return int(tx.cache.get(CacheKind.REACHED, person) or 0)


def keep_reached(tx: Tx, person: PersonId) -> None:
    """Note that direct messages reach that person; what was refused before counts no more."""
    tx.cache.put(CacheKind.REACHED, person, str(tx.now))


def key_floors(tx: Tx) -> dict[str, int]:
    """Return the highest ticket number of each project as it was last known."""
    return {project: int(floor) for project, floor, _ in tx.cache.all(CacheKind.KEY_FLOOR)}


def forget_group(tx: Tx, chat_id: ChatId) -> None:
    """Have it asked anew what kind of chat it is."""
    tx.cache.forget(CacheKind.GROUP, chat_id)


def profile_name(tx: Tx, person: PersonId) -> str:
    """Return the name that the profile had when it was read last, empty when it never was."""
    stored = tx.cache.get(CacheKind.PROFILE, person)
    return Profile(**json.loads(stored)).name if stored else ""


@dataclass(frozen=True)
class People:
    """Answers from the cache for a day, then asks again."""

    store: Store
    messenger: Messenger
    helpdesk: Helpdesk

    def profile(self, person: PersonId) -> Profile:
        """Return the person's profile, asked for once a day; empty where the app may not read it.

        That of another company's people never can be.
        """
        with self.store.read() as tx:
            before, outside = tx.cache.get(CacheKind.PROFILE, person), is_outsider(tx, person)
        if outside:
            return Profile(person, "")
        stored = self._get(CacheKind.PROFILE, person)
        if stored is not None:
            return Profile(**json.loads(stored))
        try:
            profile = self.messenger.profile(person)
        except Rejected:
            profile = Profile(person, "")
        if not profile.name and before is not None:
            profile = Profile(**json.loads(before))
        self._put(CacheKind.PROFILE, person, json.dumps(asdict(profile)))
        return profile

    def offered_address(self, person: PersonId, chat_id: ChatId) -> str:
        """Return the address that a form of theirs begins with, where no profile shows one."""
        with self.store.read() as tx:
            return offered(tx, person, chat_id)

    def last_time(self, person: PersonId, chat_id: ChatId) -> str:
        """Return the address that they gave in that chat last time, empty where there is none."""
        with self.store.read() as tx:
            return last_time(tx, person, chat_id) or ""

    def group(self, chat_id: ChatId) -> Group:
        """Return what kind of chat it is; where the app may not know, others may be in it."""
        stored = self._get(CacheKind.GROUP, chat_id)
        if stored is not None:
            return Group(**json.loads(stored))
        try:
            group = self.messenger.group(chat_id)
        except Rejected:
            group = Group("", external=True)
        self._put(CacheKind.GROUP, chat_id, json.dumps(asdict(group)))
        return group

    def account(self, email: str, desk: str) -> AccountId | None:
        """Return the account with that address on a desk, None when the helpdesk shows none."""
        stored = self._get(CacheKind.ACCOUNT, _on(desk, email))
        if stored is not None:
            return AccountId(stored)
        found = self.helpdesk.find_account(email, desk)
        if found is not None:
            self.keep_account(email, desk, found)
        return found

    def keep_account(self, email: str, desk: str, account: AccountId) -> None:
        self._put(CacheKind.ACCOUNT, _on(desk, email), account)

    def forget_account(self, email: str, desk: str) -> None:
        """Have the helpdesk asked again next time."""
        self._put(CacheKind.ACCOUNT, _on(desk, email), "")

    def keep_made(self, email: str, account: AccountId) -> None:
        """Note an account that was made and is not admitted to the desk yet."""
        self._put(CacheKind.MADE, email, account)

    def made(self, email: str) -> AccountId | None:
        """Return the account that was made for that address lately, None when none was."""
        stored = self._get(CacheKind.MADE, email)
        return AccountId(stored) if stored is not None else None

    def somebody(self, email: str) -> AccountId | None:
        """Return the account with that address, be it a customer or not; None when none is shown.

        Apart from `account`: not everybody whom a form names may raise tickets.
        """
        stored = self._get(CacheKind.SOMEBODY, email)
        if stored is not None:
            return AccountId(stored)
        found = self.helpdesk.find_person(email)
        if found is not None:
            self._put(CacheKind.SOMEBODY, email, found)
        return found

    def last_key_floor(self, project: str) -> int:
        """Return the highest ticket number as it was last known, 0 when it never was."""
        with self.store.read() as tx:
            return int(tx.cache.get(CacheKind.KEY_FLOOR, project) or 0)

    def keep_key_floor(self, project: str, floor: int) -> None:
        self._put(CacheKind.KEY_FLOOR, project, str(floor))

    def _get(self, kind: CacheKind, key: str) -> str | None:
        with self.store.read() as tx:
            return tx.cache.get(kind, key, not_older_than=Ms(tx.now - DAY_MS)) or None

    def _put(self, kind: CacheKind, key: str, body: str) -> None:
        self.store.write(lambda tx: tx.cache.put(kind, key, body))
