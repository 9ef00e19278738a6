"""One transaction, and the tables as they are seen from inside it."""

from syncd.core.model import Ms
from syncd.store.cache import Cache
from syncd.store.chats import Chats
from syncd.store.cursors import Cursors
from syncd.store.history import History
from syncd.store.inbox import Inbox
from syncd.store.leases import Leases
from syncd.store.links import Links
from syncd.store.outbox import Outbox
from syncd.store.portable import Scope
from syncd.store.requests import Requests
from syncd.store.seen import Seen
from syncd.store.twins import Twins


class Tx:
    """What is done through it is kept together or not at all; `now` stands still meanwhile."""

    def __init__(self, scope: Scope) -> None:
        self.now: Ms = scope.now
        self.history = History(scope)
        self.inbox = Inbox(scope, self.history)
        self.outbox = Outbox(scope, self.history)
        self.requests = Requests(scope)
        self.links = Links(scope)
        self.seen = Seen(scope)
        self.twins = Twins(scope)
        self.cursors = Cursors(scope)
        self.leases = Leases(scope)
        self.chats = Chats(scope)
        self.cache = Cache(scope)
