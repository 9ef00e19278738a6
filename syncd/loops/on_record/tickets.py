"""The tickets that somebody asks for."""

from syncd.core.decide.moving import has_left
from syncd.core.known import Rules
from syncd.core.model import Link
from syncd.core.ticket_card.listed import MOST, Listed, Search
from syncd.core.watching import Reason
from syncd.store.tx import Tx


def found(tx: Tx, search: Search, rules: Rules) -> tuple[Listed, ...]:
    """Return them, newest first; of many one more than a list shows, to tell that there are.

    Nothing is told of one that left for another project and is not followed there: what became of
    it, its new key too, may be nothing for the chat.
    """

    def followed(link: Link) -> bool:
        stays = not has_left(link.ticket_key, rules)
        return stays or tx.looks.of(Reason.READ, link.ticket_id) is not None

    if search.key:
        link = tx.links.named(search.key)
        return (Listed(link),) if link and followed(link) else ()
    if search.asker:
        return tuple(tx.links.open_of(search.asker, search.chat_id, MOST + 1, followed))
    return tuple(tx.links.open_in(search.chat_id, MOST + 1, followed))
