"""The tickets that somebody asks for."""

from syncd.core.ticket_card.listed import MOST, Listed, Search
from syncd.store.tx import Tx


def found(tx: Tx, search: Search) -> tuple[Listed, ...]:
    """Return them, newest first; of many one more than a list shows, to tell that there are."""
    if search.key:
        link = tx.links.named(search.key)
        return (Listed(link),) if link else ()
    if search.asker:
        return tuple(tx.links.open_of(search.asker, search.chat_id, MOST + 1))
    return tuple(tx.links.open_in(search.chat_id, MOST + 1))
