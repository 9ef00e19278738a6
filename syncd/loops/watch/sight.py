"""Proves that we still see the projects: to Jira's search a lost permission is an empty result."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from syncd.core.desks.desk import project_of, projects
from syncd.core.errors import Rejected
from syncd.core.model import Ms, TicketId, TicketKey
from syncd.log import Log
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.store.tx import Tx

_LASTS_MS = 300_000
_FIRST = 10
_OTHERS = 100
"""How many more are asked for when none of the first ten is visible: those may be deleted."""
_PROOFS = 3


def proofs(tx: Tx, project: str) -> tuple[TicketId, ...]:
    """Return canary tickets of the project: unless one is visible, finding nothing proves nothing.

    Empty where none was linked lately: then the search's own newest ticket has to prove it.
    """
    return tuple(_linked(tx, project)[:_PROOFS])


def _linked(tx: Tx, project: str) -> list[TicketId]:
    """Return recently linked tickets of the project that can be read."""
    broken = tx.looks.broken()
    links = tx.links.recent(_FIRST + _OTHERS)
    here = (link.ticket_id for link in links if _is_of(link.ticket_key, project))
    return [id for id in here if id not in broken]


def _is_of(key: TicketKey, project: str) -> bool:
    return not project or project_of(key) == project


class Invisible(Exception):
    """None of the linked tickets of a project is visible: a lost permission, not deletions.

    `since`: from when on nobody knows what changed in it.
    """

    def __init__(self, reason: str, since: Ms) -> None:
        super().__init__(reason)
        self.since = since


@dataclass
class Sight:
    """Remembers when some linked ticket of each project was visible last, as long as the process
    lives."""

    records: Records
    helpdesk: Helpdesk
    log: Log
    _saw_ms: dict[str, Ms] = field(default_factory=dict)
    _since: dict[str, Ms] = field(default_factory=dict)
    """From when on the last search covered each project that then was proven to be visible."""
    _sees_now: set[str] = field(default_factory=set)
    _gone_told: set[str] = field(default_factory=set)

    def saw(self, keys: Iterable[TicketKey]) -> None:
        """Take tickets that were read as proof, except those that left the projects."""
        seen = list(keys)
        self._sees_now |= {p for p in self._projects() if any(_is_of(key, p) for key in seen)}

    def prove(self, *, asks: Collection[str], since: Ms) -> None:
        """Raise Invisible when nothing proves our sight of one of the projects, in which a search
        from `since` on found what it found.

        Asked every five minutes, and whenever the search found tickets of a project (`asks`) of
        which none could be read.
        """
        sees, self._sees_now = self._sees_now, set()
        every = self._projects()
        lost = [
            p
            for p in every
            if not self._is_proven(p, since, sees=p in sees, asks=p in asks if p else bool(asks))
        ]
        if lost:
            where = f" in {', '.join(lost)}" if len(every) > 1 else ""
            raise Invisible(
                f"none of the linked tickets{where} is visible; is a permission lost?",
                min(self._since.get(project, since) for project in lost),
            )

    def _projects(self) -> tuple[str, ...]:
        return projects(self.records.rules.desks) or ("",)

    def _is_proven(self, project: str, since: Ms, *, sees: bool, asks: bool) -> bool:
        now = self.records.store.now()
        saw = self._saw_ms.get(project)
        lately = saw is not None and abs(now - saw) < _LASTS_MS
        if not sees:
            if lately and not asks:
                return True
            self._saw_ms.pop(project, None)
            if not self._look(project, asks=asks):
                return False
        self._saw_ms[project] = now
        self._since[project] = max(since, self._since.get(project, since))
        return True

    def _look(self, project: str, *, asks: bool) -> bool:
        with self.records.store.read() as tx:
            linked = _linked(tx, project)
        seen = self._sees(linked[:_FIRST], project) or self._sees(linked[_FIRST:], project)
        if not linked or seen:
            self._gone_told.discard(project)
            return True
        # What was deleted is not found by a search either, and other tickets are; without the
        # permission none is:
        # https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
        if asks or not self._finds_any(project):
            return False
        if project not in self._gone_told:
            self.log.warning("linked_tickets_gone", looked_for=len(linked))
        self._gone_told.add(project)
        return True

    def _finds_any(self, project: str) -> bool:
        """A search in a project that we may not see is refused, or finds nothing."""
        try:
            return bool(self.helpdesk.key_floor(project))
        except Rejected:
            return False

    def _sees(self, ids: list[TicketId], project: str) -> bool:
        found = self.helpdesk.keys(ids) if ids else {}
        return any(_is_of(key, project) for key in found.values())
