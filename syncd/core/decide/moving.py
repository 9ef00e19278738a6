"""A linked ticket was moved to another project, which the search for changes does not cover."""

from dataclasses import replace

from syncd.core.delivery import Decision, Order
from syncd.core.desks.desk import project_of, projects
from syncd.core.events import TicketMoved
from syncd.core.known import Known, Rules
from syncd.core.model import Link, Ms, TicketKey
from syncd.core.operators import alarms
from syncd.core.watching import Look, Reason


def has_left(key: TicketKey, rules: Rules) -> bool:
    """Tell whether a ticket with that key is outside the projects that are searched for changes."""
    searched = projects(rules.desks)
    return bool(searched) and project_of(key) not in searched


def told_once(link: Link, key: TicketKey, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm about a move, unless this key is on record already."""
    news = key != link.ticket_key and has_left(key, rules)
    return alarms.moved(link, key, rules) if news else ()


def moved(event: TicketMoved, known: Known, rules: Rules, now: Ms) -> Decision:
    """Read a moved ticket regularly from now on; stop where it is no request of the portal."""
    link = known.link
    if link is None:
        return Decision("the ticket is not linked")
    if event.portal_path is None:
        return Decision(
            "it was moved and is no request any more: what happens on it is not shown",
            link=replace(link, ticket_key=event.key),
            orders=alarms.no_request(link, event.key, rules),
            looks=(Look(link.ticket_id, Reason.READ, None),),
        )
    path = event.portal_path or link.portal_path
    return Decision(
        "it was moved to another project, and is read there",
        link=replace(link, ticket_key=event.key, portal_path=path),
        orders=told_once(link, event.key, rules),
        looks=(Look(link.ticket_id, Reason.READ, now),),
    )
