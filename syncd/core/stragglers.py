"""Creates that were given up for lost and may yet come true: when to look, what is one too many.

No create carries a key by which Jira would know it again, so one that it was slow to carry out
becomes a second ticket:
https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-post
"""

from collections.abc import Iterable

from syncd.core.commands import Delivery
from syncd.core.model import DeliveryId, Filed, Ms, TicketId

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_WAITS_MS = (15 * _MINUTE_MS, 45 * _MINUTE_MS, 23 * _HOUR_MS)
"""Between the ticket and the first look, and between looks: 15 min, 1 h and 24 h in all."""
_FORGOTTEN_MS = 7 * 24 * _HOUR_MS
"""After so long a look that never succeeded is not worth another try."""


def may_straggle(create: Delivery, filed: DeliveryId) -> bool:
    """Tell whether a second ticket may come of this create, now that `filed` has made the ticket.

    Claims are counted for sends: one look too many is better than one too few.
    """
    return create.was_uncertain and (create.id != filed or create.tries > 1)


def look_is_due(looks: int, since: Ms, now: Ms) -> bool:
    """Tell whether to look after so many looks, the last at `since`; a clock set back says yes."""
    return not 0 <= now - since < _WAITS_MS[looks]


def all_looked(looks: int) -> bool:
    return looks >= len(_WAITS_MS)


def is_hopeless(since: Ms, now: Ms) -> bool:
    """Tell whether nothing could be seen for so long that looking ends."""
    return now - since > _FORGOTTEN_MS


def surplus(found: Iterable[Filed], ticket: TicketId) -> tuple[Filed, ...]:
    """Return the tickets with our marker that are not the one that the Request has."""
    return tuple(one for one in found if one.id != ticket)
