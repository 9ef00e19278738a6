"""A linked ticket went to another project, where the search for changes does not look."""

from dataclasses import replace

from syncd.core import alarms
from syncd.core.commands import Order
from syncd.core.decide.known import Decision, Known, Rules
from syncd.core.events import TicketMoved
from syncd.core.model import Link, Ms, TicketKey

READ_AGAIN_MS = 60_000
"""How often a ticket is read of which no search tells."""


def has_left(key: TicketKey, rules: Rules) -> bool:
    """Tell whether a ticket with that key is where changes are not searched for."""
    return bool(rules.project) and key.rpartition("-")[0] != rules.project


def told_once(link: Link, key: TicketKey, rules: Rules) -> tuple[Order, ...]:
    """Return the order that tells the operators of a move that is news."""
    news = key != link.ticket_key and has_left(key, rules)
    return alarms.moved(link, key, rules) if news else ()


def moved(event: TicketMoved, known: Known, rules: Rules) -> Decision:
    """Follow a ticket from now on by reading it; one that is no request any more is left."""
    link = known.link
    if link is None:
        return Decision("the ticket is not linked")
    if event.portal_path is None:
        return Decision(
            "it was moved and is no request any more: what happens on it is not shown",
            link=replace(link, ticket_key=event.key, check_due=False),
            orders=alarms.no_request(link, event.key, rules),
        )
    path = event.portal_path or link.portal_path
    followed = replace(link, ticket_key=event.key, portal_path=path, check_due=True, due_ms=Ms(0))
    orders = told_once(link, event.key, rules)
    return Decision(
        "it was moved to another project, and is read there", link=followed, orders=orders
    )
