"""The calls about a request's feedback, and their answers.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-requestidorkey-feedback-post
"""

from syncd.core.model import TicketKey
from syncd.core.text import clean
from syncd.core.ticket_card.rating import Rating
from syncd.helpdesk.jsm.wire.call import DESK, Answer, Call, segment
from syncd.helpdesk.jsm.wire.members import count, lenient, root

_KIND = "csat"


def give(ticket: TicketKey, rating: Rating) -> Call:
    body: dict[str, object] = {"type": _KIND, "rating": rating.stars}
    if rating.sentence:
        body["comment"] = {"body": clean(rating.sentence)}
    return Call("POST", _of(ticket), body=body)


def given(ticket: TicketKey) -> Call:
    return Call("GET", _of(ticket))


def read_given(answer: Answer) -> Rating:
    found = root(answer)
    return Rating(count(found, "rating"), lenient(found, "comment", "body"))


def _of(ticket: TicketKey) -> str:
    return f"{DESK}/request/{segment(ticket)}/feedback"
