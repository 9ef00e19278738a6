"""After a restore: what may have been done since the backup was taken, and is looked for first.

A backup knows nothing of what was sent after it. What waits in it may stand in the chat or in the
helpdesk by now; so may what follows from a message or a comment that is only now found again.
"""

from syncd.core.delivery import Delivery
from syncd.core.model import Ms

RESTORED = "restored"
"""Cursor: when the backup was taken that this database was made from."""
RESUMED = "resumed"
"""Cursor: when syncd first ran on it."""
FLOOR = "resumed-floor"
"""How cursors begin that say the highest ticket number of a project that the backup knew."""
REASON = "the database was restored from a backup: it may have been sent since"

_SLACK_MS = 120_000
"""How far other clocks may be from ours."""


def may_be_done(delivery: Delivery, resumed_ms: Ms) -> bool:
    """Tell whether an earlier run, of which nothing is known, may have done it.

    `resumed_ms`: the cursor RESUMED, 0 where the database never was restored. What was in DOUBT
    since then was looked for.
    """
    if not resumed_ms or delivery.was_uncertain or delivery.command.repeatable:
        return False
    # A create may come of a click that the backup has; else what was enqueued since is new.
    slack_ms = _SLACK_MS if delivery.command.began_ms() or not delivery.command.keyed else 0
    return began_ms(delivery) < resumed_ms + slack_ms


def floor_of(project: str) -> str:
    """Return the name of the cursor; what it says is 0 where the backup knew no ticket."""
    return f"{FLOOR}:{project}"


def began_ms(delivery: Delivery) -> Ms:
    """Return the earliest moment at which any run could have sent it."""
    return delivery.command.began_ms() or delivery.enqueued_ms
