"""Who may do what in a chat, as the configuration says it."""

from typing import TypeAlias

from syncd.core.model import Chat, PersonId
from syncd.core.reaching.capability import Side

Allowed: TypeAlias = tuple[str, ...]
"""People's ids, or one of the words below; empty: nobody."""

ANYONE = "anyone"
OWN = "own"
"""People of the app's own company; of whom nobody has told where they belong counts as another's.
"""


def may(allowed: Allowed, person: PersonId, side: Side) -> bool:
    return (
        is_named(allowed, person) or ANYONE in allowed or (OWN in allowed and side is Side.INSIDE)
    )


def is_named(allowed: Allowed, person: PersonId) -> bool:
    """Tell whether somebody is allowed by name, not as one of many."""
    return person in allowed


def may_adopt(chat: Chat, person: PersonId, side: Side) -> bool:
    """Tell whether somebody may bring a ticket that exists already; where no organization says
    which tickets are the chat's, only somebody who is named may: any ticket of the desk would do.
    """
    if not chat.organization:
        return is_named(chat.may_adopt, person)
    return may(chat.may_adopt, person, side)


def anybody_may_adopt(chat: Chat) -> bool:
    """Tell whether there may be somebody who may."""
    named = set(chat.may_adopt) - {ANYONE, OWN}
    return bool(chat.may_adopt if chat.organization else named)
