"""What the customer says of a request once it is over.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-requestidorkey-feedback-post
"""

from syncd.sandbox.jsm.desk.customers import opted_in
from syncd.sandbox.jsm.desk.requests import bot, visible_request
from syncd.sandbox.jsm.exchange import Answer, Ask, refuse_desk, wrong_members
from syncd.sandbox.jsm.records import Ticket

_LONGEST = 32_767


def give(ask: Ask) -> Answer:
    """POST /rest/servicedeskapi/request/{key}/feedback: of the reporter, or of a Connect app."""
    ticket = _rateable(ask)
    body = ask.json_object()
    wrong = wrong_members(body, {"type": "string", "rating": "integer", "comment": "object"})
    said = body.get("comment", {})
    if wrong or wrong_members(said, {"body": "string"}):
        refuse_desk(400, "Unrecognized or wrongly typed member.")
    if body.get("type") != "csat":
        refuse_desk(400, "The type of feedback is not valid.")
    if not 1 <= body.get("rating", 0) <= 5:
        refuse_desk(400, "The rating must be between 1 and 5.")
    if len(said.get("body", "")) > _LONGEST:
        refuse_desk(400, "The comment is too long.")
    if ticket.rating and not ask.state.switches.feedback_is_replaced:
        refuse_desk(400, "Feedback has been given already.")
    ticket.rating, ticket.rating_said = body["rating"], said.get("body", "")
    ask.state.touch(ticket)
    return Answer(_shown(ticket), 201)


def read(ask: Ask) -> Answer:
    """GET the same."""
    ticket = _rateable(ask)
    if not ticket.rating:
        refuse_desk(404, "No feedback has been given.")
    return Answer(_shown(ticket))


def take_back(ask: Ask) -> Answer:
    """DELETE the same."""
    ticket = _rateable(ask)
    ticket.rating, ticket.rating_said = 0, ""
    return Answer(status=204)


def _rateable(ask: Ask) -> Ticket:
    """Return the request, if the caller may say anything of it."""
    opted_in(ask)
    ticket, caller = visible_request(ask), bot(ask)
    if caller.account_id != ticket.reporter and not ask.state.switches.anybody_rates:
        refuse_desk(403, "Only the reporter can give feedback on this request.")
    if not ask.state.switches.feedback_enabled:
        refuse_desk(400, "Feedback is not enabled for this service project.")
    return ticket


def _shown(ticket: Ticket) -> dict[str, object]:
    shown: dict[str, object] = {"type": "csat", "rating": ticket.rating}
    if ticket.rating_said:
        shown["comment"] = {"body": ticket.rating_said}
    return shown
