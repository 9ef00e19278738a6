"""The calls about a customer's transitions, and their answers.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-transition-post
"""

from syncd.core.model import DeliveryId, TicketKey
from syncd.core.text import clean
from syncd.core.ticket_card.moves import Transition
from syncd.helpdesk.jsm.files.calls import mark_of
from syncd.helpdesk.jsm.wire.call import DESK, Answer, Call, segment
from syncd.helpdesk.jsm.wire.members import children, root, text
from syncd.helpdesk.jsm.wire.wiki import escaped


# One page: a workflow step offers a customer a handful.
def offered(ticket: TicketKey) -> Call:
    return Call("GET", f"{DESK}/request/{segment(ticket)}/transition")


def read_offered(answer: Answer) -> tuple[Transition, ...]:
    """Return them in the order of the desk; an empty list is nothing unusual."""
    listed = children(root(answer), "values")
    return tuple(Transition(text(one, "id"), clean(text(one, "name"))) for one in listed)


def make(ticket: TicketKey, transition: Transition, said: str, key: DeliveryId) -> Call:
    """Return the call that makes it, with a note that is known by its last words, as the comment
    of a file is: it takes no properties."""
    note = f"{escaped(said)}\n{mark_of(key)}"
    body = {"id": transition.id, "additionalComment": {"body": note}}
    return Call("POST", f"{DESK}/request/{segment(ticket)}/transition", body=body)
