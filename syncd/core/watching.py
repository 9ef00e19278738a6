"""When a ticket, or a comment that the chat was shown, is looked at again.

Every interval of the watch stands in this file. `loops/watch/watch.py` takes what is due.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from syncd.core.model import Ms, SeenComment, SeenVerdict, TicketId

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_DAY_MS = 24 * _HOUR_MS


@dataclass(frozen=True)
class ChangedTicket:
    """One row of the change search."""

    id: TicketId
    updated: str
    updated_ms: Ms


@dataclass(frozen=True)
class Page:
    """One page of the change search; the first also tells the helpdesk's own time."""

    rows: tuple[ChangedTicket, ...]
    server_ms: Ms
    next: str = ""
    """Opaque token of the next page, empty on the last."""
    denied: tuple[str, ...] = ()
    """Projects that the helpdesk refused to search."""


class Reason(StrEnum):
    """Why something is looked at; each reason has a call of its own, the cheapest there is."""

    CHANGES = "changes"
    """The poll: one search for what changed since the cursor."""
    SWEEP = "sweep"
    """A search that reaches further back; the subject is how many hours."""
    READ = "read"
    """A ticket that changed or waits: read with all comments, a hundred a call."""
    FRESH = "fresh"
    """A ticket's comments of the last hour: read by their ids, a thousand a call."""
    SHOWN = "shown"
    """A ticket's comments of the last days: read by their ids, a thousand a call."""
    PORTAL = "portal"
    """A ticket's shown comments as the portal has them, some calls a ticket."""
    MISSING = "missing"
    """A ticket of which Jira's list left shown comments out: the portal tells whether they are
    gone."""
    WHERE = "where"
    """The project that a ticket is in now: its key, a hundred a call."""
    DUPLICATE = "duplicate"
    """A create that was sent again: whether the first attempt made a ticket, a late duplicate."""


@dataclass(frozen=True)
class Look:
    """Look at this subject then, because of the reason; subject and reason together are its key."""

    subject: str
    """A ticket's id; hours for SWEEP, a delivery's id for DUPLICATE."""
    reason: Reason
    due_ms: Ms | None
    """When it is due; Ms(0): before everything else, None: never again."""
    asked_ms: Ms = Ms(0)
    """When `due_ms` was set."""
    looks: int = 0
    """How often it was looked at."""
    failing_since_ms: Ms = Ms(0)
    """Since when every look failed; 0 when the last one succeeded."""
    failures: int = 0
    problem: str = ""
    """Why the last look failed."""
    told: bool = False
    """Whether the operators know that it fails."""


AT_ONCE = {
    Reason.CHANGES: 1,
    Reason.SWEEP: 3,
    Reason.READ: 1000,
    Reason.FRESH: 300,
    Reason.SHOWN: 300,
    Reason.PORTAL: 5,
    Reason.MISSING: 20,
    Reason.WHERE: 100,
    Reason.DUPLICATE: 20,
}
"""How many looks one take gets at most."""

PACE_MS = dict.fromkeys((Reason.PORTAL, Reason.MISSING, Reason.WHERE), 3 * _MINUTE_MS)
"""The least time between two takes of a reason: at most 100 tickets an hour for PORTAL, 400 for
MISSING, 2,000 for WHERE."""

SET_BACK_MS = _MINUTE_MS
"""When the clock is set back by more than this, what was asked for later than now is due."""

PAUSE_MS = _MINUTE_MS
"""Back-off of a whole reason after a take in which everything failed."""


# What a search found, and what decisions ask for.

WAITS_MS = 10_000
"""A ticket with a comment that may be our own is read again after this."""
NO_SLA_YET_MS = _MINUTE_MS
"""A new ticket whose SLA does not run yet is read once more when it is so old."""
MOVED_MS = _MINUTE_MS
"""How often a ticket is read in a project that is not searched."""
UNDER_WAY_MS = 30_000
"""A ticket is read again after this when a comment was hidden while its post was being sent."""
LATE_MS = 150_000
"""So long after its answer was lost a change of a message may still come true, and it is made once
more then."""
KEPT_BACK_MS = 10 * _MINUTE_MS
"""When a change of a message is tried again that was kept back, if the comment is still shown."""
_PUT_OFF_MS = 10 * _MINUTE_MS
"""The longest until a change that brings no new words is tried again; later comments go first."""
_UNREADABLE_MS = _HOUR_MS
"""Wait when the portal did not say whether it shows the comment: each new try holds up its lane."""
_WITHHELD_MS, _WITHHELD_LOOKS = _MINUTE_MS, 6
"""First wait after a comment was withheld, and after how many withholdings reading ends; the wait
doubles each time. The portal may know a comment later than Jira does."""


def of_new_link(ticket_id: TicketId, now: Ms) -> tuple[Look, ...]:
    """Return the looks at a ticket that was just linked: its first reading, and its project."""
    return Look(ticket_id, Reason.READ, now), Look(ticket_id, Reason.WHERE, where_again(now))


def of_verdicts(ticket_id: TicketId, verdicts: Iterable[SeenVerdict], now: Ms) -> tuple[Look, ...]:
    """Return the looks that follow from verdicts just reached on a ticket's comments."""
    reached = set(verdicts)
    reasons = [Reason.SHOWN] * bool(reached & set(LOOKED_AT_AGAIN))
    reasons += [Reason.PORTAL] * (SeenVerdict.TOLD in reached)
    looks = tuple(Look(ticket_id, reason, shown_again(now, now)) for reason in reasons)
    fresh = Look(ticket_id, Reason.FRESH, fresh_again(now, now))
    return (*looks, fresh) if reached & set(LOOKED_AT_WHILE_FRESH) else looks


def of_shown(ticket_id: TicketId, told: Ms, now: Ms) -> tuple[Look, ...]:
    """Return the looks at a comment whose message was just made or changed, and which was told
    then; those that were asked for in the last hour go on by themselves."""
    if now - told < FRESH_FOR_MS:
        return ()
    return of_verdicts(ticket_id, [SeenVerdict.TOLD], now)


def withheld_again(tries: int, *, unreadable: bool, now: Ms) -> Ms | None:
    """Return when a ticket is read again whose comment was withheld `tries` times; None: never."""
    if unreadable:
        return Ms(now + _UNREADABLE_MS)
    tries = max(tries, 1)
    return Ms(now + (_WITHHELD_MS << (tries - 1))) if tries <= _WITHHELD_LOOKS else None


def later(seen: SeenComment, at_ms: Ms) -> SeenComment:
    """Have its message changed once more then, at the earliest. Where that is to be done later
    already, it stays so: a change that may still come true late has to be made good after it."""
    return replace(seen, again_ms=max(seen.again_ms, at_ms))


def put_off(shown: Ms, now: Ms) -> Ms:
    """Return when a change of a message that was made or changed at `shown` is tried again: it
    waits as long as the message stands, but no lost answer to it may come true afterwards."""
    return Ms(now + min(max(abs(now - shown), LATE_MS), _PUT_OFF_MS))


# Comments that were shown, hidden, withheld or withdrawn.

LOOKED_AT_WHILE_FRESH = (SeenVerdict.TOLD, SeenVerdict.HIDDEN, SeenVerdict.WITHDRAWN)
"""A withheld comment has times of its own (`withheld_again`)."""
LOOKED_AT_AGAIN = (*LOOKED_AT_WHILE_FRESH, SeenVerdict.WITHHELD)
FRESH_FOR_MS = _HOUR_MS
"""Who writes too much notices it within minutes, and hiding a comment need not change its ticket:
so young ones are read again each minute."""
_FRESH_AGAIN_MS = _MINUTE_MS
"""All of them at this beat, so that they share a call."""
SHOWN_FOR_MS = 14 * _DAY_MS
"""A verdict older than this is not checked any more, unless its ticket changes."""
PORTAL_KNOWS_MS = _HOUR_MS
"""Age at which the portal surely knows a comment; about a younger one it is asked only when the
comment stands in the chat."""
_SHOWN_AGAIN = ((SHOWN_FOR_MS, _HOUR_MS),)
"""Pairs (age, interval): while the ticket's newest verdict is younger than the age, its comments
are read again at the interval. The first pair that fits counts."""
_TOGETHER_MS = 10 * _MINUTE_MS
"""Such looks fall due together at this beat, a little early, so that many of them share a call."""


def shown_again(newest: Ms, now: Ms) -> Ms | None:
    """Return when a ticket's comments are looked at again, None when all of them are too old."""
    waits = (wait for age, wait in _SHOWN_AGAIN if now - newest < age)
    wait = next(waits, None)
    if wait is None:
        return None
    beat = min(_TOGETHER_MS, wait // 6)
    return Ms((now + wait) // beat * beat)


def looked_at(reason: Reason) -> tuple[int, tuple[SeenVerdict, ...]]:
    """Return how old a verdict may be, and which it may be, for its comment to be looked at."""
    if reason is Reason.FRESH:
        return FRESH_FOR_MS, LOOKED_AT_WHILE_FRESH
    told_only = reason in (Reason.PORTAL, Reason.MISSING)
    return SHOWN_FOR_MS, (SeenVerdict.TOLD,) if told_only else LOOKED_AT_AGAIN


def comments_again(reason: Reason, newest: Ms, now: Ms) -> Ms | None:
    """Return when a ticket's comments are looked at again for that reason, None: no more."""
    if reason is Reason.MISSING:
        return None
    return fresh_again(newest, now) if reason is Reason.FRESH else shown_again(newest, now)


def fresh_again(newest: Ms, now: Ms) -> Ms | None:
    """Return when a ticket's young comments are looked at again, None when none is young."""
    if now - newest >= FRESH_FOR_MS:
        return None
    return Ms((now // _FRESH_AGAIN_MS + 1) * _FRESH_AGAIN_MS)


def where_again(now: Ms) -> Ms:
    """Return when a ticket's project is asked for again; among many tickets `PACE_MS` delays it."""
    return Ms(now + _HOUR_MS)


# Searches. Jira's index learns late, in the field by hours:
# https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/

_SWEEPS = {3: 15 * _MINUTE_MS, 26: _HOUR_MS, 8 * 24: _DAY_MS}
"""Hours that a sweep reaches back, and the interval at which it runs."""
_SWEEP_FIRST_MS, _SWEEP_LONGEST_MS = _MINUTE_MS, 15 * _MINUTE_MS


def poll(now: Ms) -> Look:
    """Return the look that is the poll; it is due again each `poll.interval_seconds`."""
    return Look("tickets", Reason.CHANGES, now)


def sweeps(now: Ms) -> tuple[Look, ...]:
    return tuple(Look(str(hours), Reason.SWEEP, now) for hours in _SWEEPS)


def swept(look: Look, began: Ms) -> Ms:
    """Return when a sweep that began then and succeeded is due again."""
    return Ms(began + _SWEEPS[int(look.subject)])


def sweep_failed(failures: int, now: Ms) -> Ms:
    """Return when a sweep that failed so often in a row is tried again: 1, 2, 4, 8, 15 minutes."""
    return Ms(now + min(_SWEEP_FIRST_MS << min(failures - 1, 12), _SWEEP_LONGEST_MS))


def lookback_ms(look: Look) -> int:
    return int(look.subject) * _HOUR_MS


def window(cursor: Ms, overlap_ms: int) -> Ms:
    """Return the moment to search from: the cursor less the overlap."""
    return Ms(max(cursor - overlap_ms, 0))


def advance(cursor: Ms, newest_row: Ms, server_ms: Ms) -> Ms:
    """Return the next cursor: the newest row seen, at most the server's time, never going back."""
    return Ms(max(cursor, min(newest_row, server_ms)))


# Late duplicates: creates that were sent again, and whose first attempt may still make a ticket.

_DUPLICATE_MS = (15 * _MINUTE_MS, 45 * _MINUTE_MS, 23 * _HOUR_MS)
"""From the ticket to the first look, then from look to look: 15 min, 1 h and 24 h in all."""
_HOPELESS_MS = 7 * _DAY_MS


def duplicate_again(looks: int, now: Ms) -> Ms | None:
    """Return when to look again after `looks` looks, None when there were enough."""
    return Ms(now + _DUPLICATE_MS[looks]) if looks < len(_DUPLICATE_MS) else None


def is_hopeless(look: Look, now: Ms) -> bool:
    """Tell whether looking ends, because it has failed for seven days."""
    return look.failing_since_ms > 0 and now - look.failing_since_ms > _HOPELESS_MS


# Looks that fail.

NOT_SHOWN = "the helpdesk does not show it to us"
"""The problem of a ticket that a bulk read leaves out."""
PARTLY_SHOWN = "a comment of it is not shown to us"
NEWS_AGAIN_MS = _MINUTE_MS
"""A ticket that fails for one of these is read again so soon when the search finds it changed."""

_PATIENCE_MS = 10 * _MINUTE_MS
_LONGEST_MS = _HOUR_MS


def lasts(look: Look, now: Ms) -> bool:
    """Tell whether it has failed for ten minutes: operators are told, and later comments no longer
    wait for it."""
    return look.failing_since_ms > 0 and abs(now - look.failing_since_ms) >= _PATIENCE_MS


def failed_again(failing_since: Ms, now: Ms) -> Ms:
    """Return when to look again: the back-off is the time for which it has failed, an hour at most.

    One look falls on the ten minutes after which operators are told.
    """
    failed_for = abs(now - failing_since)
    wait = min(failed_for, _LONGEST_MS)
    if failed_for < _PATIENCE_MS:
        wait = min(wait, _PATIENCE_MS - failed_for)
    return Ms(now + wait)
