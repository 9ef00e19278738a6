"""One transaction, and the tables as they are seen from inside it."""

from syncd.core.model import Ms
from syncd.store.census import Census
from syncd.store.portable import Scope
from syncd.store.tables.budgets import Budgets
from syncd.store.tables.cache import Cache
from syncd.store.tables.chats import Chats
from syncd.store.tables.comments import Seen, Twins
from syncd.store.tables.facts import Cursors, Facts
from syncd.store.tables.history import History
from syncd.store.tables.inbox import Inbox
from syncd.store.tables.leases import Leases
from syncd.store.tables.links import Cards, Links
from syncd.store.tables.looks import Looks
from syncd.store.tables.outbox import Outbox
from syncd.store.tables.requests import Requests


class Tx:
    """One transaction: all or nothing, and `now` stays the same throughout."""

    def __init__(self, scope: Scope) -> None:
        self.now: Ms = scope.now
        self._scope = scope
        self.history = History(scope)
        self.inbox = Inbox(scope, self.history)
        self.outbox = Outbox(scope, self.history)
        self.requests = Requests(scope)
        self.links = Links(scope)
        self.cards = Cards(scope)
        self.looks = Looks(scope)
        self.seen = Seen(scope)
        self.twins = Twins(scope)
        self.cursors = Cursors(scope)
        self.leases = Leases(scope)
        self.chats = Chats(scope)
        self.cache = Cache(scope)
        self.facts = Facts(scope)
        self.budgets = Budgets(scope)
        self.census = Census(scope)

    def new_id(self) -> str:
        """Return an id that sorts after every id made here before."""
        return self._scope.ids.next(self.now)
