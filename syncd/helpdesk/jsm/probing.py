"""Looks for the ticket of a create whose answer was lost."""

from functools import partial

from syncd.core.doubt import Probe
from syncd.core.errors import Rejected
from syncd.core.model import Ms, TicketId
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.wire import probe, tickets

_SLACK_MS = 120_000
"""How far the helpdesk's clock may be from ours."""


class Probing:
    """Reads the keys above the floor one hundred at a time, and compares markers exactly."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(
        self, project: str, marker: str, floor: int, sent_ms: Ms, canaries: tuple[TicketId, ...]
    ) -> Probe:
        """Return the tickets that carry `marker`, and whether finding none proves anything.

        One of the `canaries` must be visible, or else our view of the project has shrunk; without
        any the ticket at the floor serves, and in a project that had none our permissions do.
        """
        self._connection.whoami()
        marked, visible, reached = self._by_keys(project, marker, floor, canaries)
        marked |= self._by_search(project, marker, sent_ms)
        found = tuple(
            self._connection.read(
                probe.portal_request(key), partial(probe.read_request, marker=marker)
            )
            for key in sorted(marked, key=_number)
        )
        fresh = not canaries and floor == 0 and not found
        proven = visible or (fresh and self._sees_fresh_project(project, reached))
        return Probe(found, proven=proven)

    def lacking(self, project: str) -> list[str]:
        """Return the names of the permissions that our account needs in the project and lacks."""
        call = probe.our_permissions(project, list(probe.NEEDED))
        return self._connection.read(call, probe.read_lacking)

    def may_edit(self, project: str) -> bool:
        """Tell whether our account may change a summary there, and take a reference away."""
        call = probe.our_permissions(project, [probe.EDIT])
        return self._connection.read(call, probe.read_may_edit)

    def _by_keys(
        self, project: str, marker: str, floor: int, canaries: tuple[TicketId, ...]
    ) -> tuple[set[str], bool, int]:
        """Return the marked keys, whether a proof was seen, and the last number looked at."""
        marked: set[str] = set()
        proofs: set[str] = {*canaries} or {f"{project}-{floor}"}
        visible = False
        start = floor + 1
        asked_too = sorted(proofs)
        while True:
            size = probe.BULK - len(asked_too)
            last = start + size - 1
            keys = [f"{project}-{n}" for n in range(start, start + size)]
            looked = self._look([*asked_too, *keys], marker)
            visible = visible or any(proofs & set(names) for names in looked.visible)
            marked.update(looked.marked)
            if all(proofs & set(names) for names in looked.visible):
                return marked, visible, last
            start, asked_too = start + size, []

    def _sees_fresh_project(self, project: str, reached: int) -> bool:
        """Where no ticket was known to exist, ask what we may see: there is none to show it.

        Asked after the keys were read, so that what was lost in between shows. Tickets beyond those
        keys say that the project is not fresh at all.
        """
        if self._connection.read(tickets.newest(project), tickets.read_newest) > reached:
            return False
        try:
            return self._connection.read(probe.our_permissions(project), probe.read_sight)
        except Rejected:
            return False

    def _by_search(self, project: str, marker: str, sent_ms: Ms) -> set[str]:
        """Beside it: the search may know of a ticket whose key has changed meanwhile."""
        since = max(sent_ms - _SLACK_MS, 0)
        keys = self._connection.read(probe.created_since(project, since), probe.read_keys)
        return set(self._look(keys, marker).marked) if keys else set()

    def _look(self, keys: list[str], marker: str) -> probe.Looked:
        return self._connection.read(
            probe.by_keys(keys), lambda answer: probe.read_looked(answer, marker)
        )


def _number(key: str) -> int:
    return int(key.rpartition("-")[2])
