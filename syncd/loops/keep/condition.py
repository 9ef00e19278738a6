"""How the daemon is now: what goes wrong, by names that stay, for all who ask."""

from collections.abc import Callable
from dataclasses import dataclass

from syncd.core.model import PLATFORMS
from syncd.core.operators.alarms import Trouble
from syncd.loops.keep.health import health
from syncd.loops.outgoing.reach import Reach
from syncd.loops.troubles import Board
from syncd.store.store import Store
from syncd.store_outage import StoreOutage


def _name(trouble: Trouble) -> str:
    return str(trouble).replace(" ", "_")


_SOCKET = _name(Trouble.SOCKET)
TROUBLES = (*map(_name, Trouble), "store", "helpdesk", *map(str, PLATFORMS))
"""The names of all troubles."""


@dataclass(frozen=True)
class Condition:
    """Asks everybody who knows; nothing here waits but for the database, where it says so."""

    store: Store
    board: Board
    reach: Reach
    outage: StoreOutage
    knows_account: Callable[[], bool]
    """Whether the helpdesk has told who we are."""
    connected: Callable[[], bool]
    tried: Callable[[], bool]
    """Whether a long connection was ever tried."""

    def troubles(self) -> dict[str, str]:
        """Return what keeps mentions from being served now, by a stable name, with the reason."""
        found = {
            _name(trouble): why or "see `syncd status`"
            for trouble, why in self.board.standing().items()
            # Where the bot may not speak, the form comes directly.
            if trouble not in (Trouble.SOCKET, Trouble.SWEEP, Trouble.SILENCED)
        }
        away = self.reach.away()
        found |= {str(platform): away[platform] for platform in PLATFORMS if platform in away}
        if reason := self.outage.reason():
            found["store"] = reason
        if not self.knows_account():
            found.setdefault("helpdesk", "not asked yet")
        return found

    def standing(self) -> set[str]:
        """Return the names of all troubles that go on."""
        of_board = {_name(trouble) for trouble in self.board.standing()} - {_SOCKET}
        lost = {_SOCKET} if self.tried() and not self.connected() else set()
        return of_board | lost | self.troubles().keys()

    def ready(self) -> bool:
        """Tell whether a mention would be served now."""
        return self.connected() and not self.troubles()

    def wrong(self) -> list[str]:
        """Return the names of what an operator has to know now, with all that keeps mentions from
        being served; StoreError when the database cannot tell."""
        found = [*self.troubles()]
        if not self.connected():
            found.append(str(Trouble.SOCKET))
        with self.store.read() as tx:
            found += [to_do.what for to_do in health(self.store, tx).to_do]
        return list(dict.fromkeys(found))
