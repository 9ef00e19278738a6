import json
from collections.abc import Callable

import pytest
from jsm_served import Served, filing

from syncd.core.errors import Unauthorized
from syncd.core.model import CommentId, DeliveryId, Ms, TicketId, TicketKey
from syncd.core.prose.said import blocks
from syncd.core.publicity import Publicity
from syncd.helpdesk.jsm.client import JsmHelpdesk
from syncd.sandbox.jsm import site

MYSELF = "/rest/api/3/myself"
GATE = r"GET /rest/servicedeskapi/request/"
NOTHING_FOUND = json.dumps({"issues": [], "isLast": True})


def answered_comment(here: Served, public: bool = True) -> tuple[TicketKey, CommentId]:
    key = here.people.create_ticket("aiko", "Down")
    return TicketKey(key), CommentId(here.people.comment("erin", key, "Look", public=public))


def test_login_is_proven_by_our_own_account(here: Served) -> None:
    assert here.helpdesk().whoami() == site.BOT_ACCOUNT_ID


ACTS: dict[str, Callable[[JsmHelpdesk], object]] = {
    "whoami": lambda h: h.whoami(),
    "form": lambda h: h.form(),
    "key_floor": lambda h: h.key_floor("HELP"),
    "create": lambda h: h.create(filing()),
    "find_account": lambda h: h.find_account("aiko@acme.example"),
    "make_account": lambda h: h.make_account("x@y.example", "X", invite=True),
    "changed_since": lambda h: h.changed_since(Ms(0), ""),
    "tickets": lambda h: h.tickets([TicketId("10001")]),
    "comment_details": lambda h: h.comment_details([CommentId("10002")]),
    "publicity": lambda h: h.publicity(TicketKey("HELP-1"), CommentId("10002")),
    "add_comment": lambda h: h.add_comment(TicketKey("HELP-1"), "A", blocks("x"), DeliveryId("D")),
    "find_comment": lambda h: h.find_comment(TicketKey("HELP-1"), DeliveryId("D")),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_expired_token_is_never_taken_for_an_answer(
    here: Served, act: Callable[[JsmHelpdesk], object]
) -> None:
    answered_comment(here)
    helpdesk = here.helpdesk()
    helpdesk.changed_since(Ms(0), "")
    here.state.token = "renewed by somebody else"
    with pytest.raises(Unauthorized):
        act(helpdesk)
    with pytest.raises(Unauthorized):
        act(here.helpdesk())


def test_empty_search_without_our_id_is_a_login_failure(here: Served) -> None:
    helpdesk = here.helpdesk()
    helpdesk.changed_since(Ms(0), "")
    here.fault("POST /rest/api/3/search/jql", "refuse", status=200, body=NOTHING_FOUND)
    with pytest.raises(Unauthorized):
        helpdesk.changed_since(Ms(0), "")
    assert helpdesk.changed_since(Ms(0), "").rows == ()


def test_search_answered_to_another_account_is_a_login_failure(here: Served) -> None:
    helpdesk = here.helpdesk()
    here.fault(
        "POST /rest/api/3/search/jql",
        "refuse",
        status=200,
        body=NOTHING_FOUND,
        headers={"X-AACCOUNTID": "712020:somebody"},
    )
    with pytest.raises(Unauthorized):
        helpdesk.changed_since(Ms(0), "")


def test_quiet_poll_is_one_call(here: Served) -> None:
    helpdesk = here.helpdesk()
    helpdesk.changed_since(Ms(0), "")
    here.watch.seconds += 3600
    made = here.made_while(lambda: helpdesk.changed_since(Ms(0), ""))
    assert here.routes(made) == ["POST /rest/api/3/search/jql"]


def test_poll_proves_the_login_for_the_gates_of_a_minute(here: Served) -> None:
    here.state.switches.accountid_on_servicedeskapi = False
    key, comment = answered_comment(here)
    helpdesk = here.helpdesk()
    helpdesk.changed_since(Ms(0), "")
    gates = here.made_while(lambda: [helpdesk.publicity(key, comment) for _ in range(12)])
    assert len(gates) == 12
    here.watch.seconds += 61
    late = here.made_while(lambda: helpdesk.publicity(key, comment))
    assert [call.path for call in late][1:] == [MYSELF]


def test_gate_that_carried_our_id_once_must_carry_it_again(here: Served) -> None:
    here.state.switches.accountid_on_servicedeskapi = True
    key, comment = answered_comment(here)
    helpdesk = here.helpdesk()
    assert helpdesk.publicity(key, comment) is Publicity.PUBLIC
    here.fault(GATE, "refuse", status=404, body="{}")
    with pytest.raises(Unauthorized):
        helpdesk.publicity(key, comment)


def test_platform_that_never_carries_the_id_is_proven_by_myself(here: Served) -> None:
    helpdesk = here.helpdesk()
    body = {"accountId": site.BOT_ACCOUNT_ID}
    here.fault("GET " + MYSELF, "refuse", times=-1, status=200, body=json.dumps(body))
    here.fault("POST /rest/api/3/search/jql", "refuse", times=-1, status=200, body=NOTHING_FOUND)
    first = here.made_while(lambda: helpdesk.changed_since(Ms(0), ""))
    second = here.made_while(lambda: helpdesk.changed_since(Ms(0), ""))
    assert (len(first), len(second)) == (2, 1)


def test_refused_comment_is_believed_only_on_a_proven_login(here: Served) -> None:
    key, _ = answered_comment(here)
    helpdesk = here.helpdesk()
    helpdesk.changed_since(Ms(0), "")
    here.fault("POST /rest/api/3/issue/", "refuse", status=404, body="{}")
    with pytest.raises(Unauthorized):
        helpdesk.add_comment(key, "Aiko", blocks("x"), DeliveryId("D"))


def test_created_ticket_is_a_success_whatever_its_headers(here: Served) -> None:
    here.state.switches.accountid_on_servicedeskapi = True
    helpdesk = here.helpdesk()
    helpdesk.form()
    body = json.dumps({"issueId": "1", "issueKey": "HELP-9"})
    here.fault("POST /rest/servicedeskapi/request$", "refuse", status=201, body=body)
    assert helpdesk.create(filing()).key == "HELP-9"
