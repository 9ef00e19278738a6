"""What is typed into forms, answered by the configuration, or told one's own company, stays there.

An outsider's form stands in a group of two companies, where everybody sees it; a customer of a
third company asks the same desks.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import databases
import internal
import pytest
from house import GLOBEX, INITECH, LOBBY, House

from syncd.config.sections import ChatConfig, DeskConfig, ResponseConfig
from syncd.core.model import DeliveryState, Plan
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields.every import ORGANIZATIONS
from syncd.sandbox.lark.shown import Shown

url = databases.fresh_on(databases.SQLITE)

DESKS = (
    DeskConfig(name="technical", service_desk="1", project="HELP", request_types=("13",)),
    DeskConfig(name="billing", service_desk="3", project="BILL", request_types=("20",)),
)
HIDDEN, COMPANIES = "LEAK-preset", ("LEAK-of-initech", "LEAK-of-globex")
CONTRACT = site.Field("customfield_10062", "Contract", "text")
ADDRESSES = {"mei": "mei@initech.example", "ben": "ben@globex.example"}
TYPED = {"mei": "Aurora stands still", "ben": "Borealis stands still"}
CHAT_OF = {"mei": INITECH, "ben": GLOBEX}
REFUSED = '{"errorMessage": "%s may not ask for: %s"}'


def chat(id: str, organization: str) -> ChatConfig:
    return ChatConfig(
        id=id, name=id, plan=Plan.PREMIUM, desks=("technical", "billing"), zone="Asia/Tokyo",
        organization=organization, presets={CONTRACT.id: HIDDEN}, escalate_to=LOBBY,
    )  # fmt: skip


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    opened = make_house(
        desks=DESKS,
        chats=(chat(INITECH, "27"), chat(GLOBEX, "28")),
        responses=(ResponseConfig(hours=3),),
        **{"severity.field": site.SEVERITY.id, "alerts.chat": LOBBY},
    )
    opened.box.lark_state.limits.enforced = False
    named = tuple(map(site.Option, ("27", "28"), COMPANIES))
    fields = (*site.INVOICE.fields, replace(ORGANIZATIONS, options=named), CONTRACT)
    opened.box.jira_state.request_types["20"] = replace(site.INVOICE, fields=fields)
    opened.time_passes(seconds=3_700)
    opened.app.basics.run_once()
    return opened


def rests(house: House) -> None:
    """Let everything that waits or is in doubt come to its end."""

    def is_done() -> bool:
        house.tidy()
        waiting = DeliveryState.READY, DeliveryState.DOUBT
        return not any(house.deliveries(state) for state in waiting)

    house.until(is_done, step=5)


def form(house: House, person: str, root: str) -> Shown:
    """Return the newest form of that request, opened by its button where it has to be."""
    rests(house)
    here = [m for m in house.thread("erin", CHAT_OF[person], root) if not m.recalled]
    cards = [m for m in here if m.fields or any(b.name == "open_form" for b in m.buttons)]
    if cards and not cards[-1].fields:
        house.clicks(person, cards[-1], "open_form")
        rests(house)
    return house.form(person, CHAT_OF[person])


def asks(house: House, person: str, kind: str, **answers: str) -> None:
    """Ask, and answer card by card what is not answered yet, an invoice wrongly at first."""
    root, tickets = house.asks(person, CHAT_OF[person], TYPED[person]), len(house.ticket_keys())
    answers |= {"request_kind": kind, "reporter": ADDRESSES[person]}
    invoices = ["INV-7", "INV-7", "7"]
    for _ in range(6):
        card = form(house, person, root)
        asked = [f.name for f in card.fields if not f.default or f.name == "question_9"]
        told = {name: answers.pop(name) for name in asked if name in answers}
        told |= {"question_9": invoices.pop()} if "question_9" in asked else {}
        click = house.clicks(person, card, "submit", **told)
        assert click.toast.type in ("info", "success"), click.toast.content
        rests(house)
        if len(house.ticket_keys()) > tickets:
            return
    raise AssertionError("six cards are more than it takes")


def everything_is_asked(house: House, person: str) -> None:
    """An incident of the highest severity, whose Form is corrected once, then a bill."""
    severe = {"question_3": "Billing", site.SEVERITY.id: "1-Critical"}
    asks(house, person, "Report by a Form", **severe)
    asks(house, person, "Billing", **{site.INVOICE_NUMBER.id: "INV-7"})


def nothing(house: House) -> None:
    pass


def jira_quotes_the_address(house: House) -> None:
    for person in ADDRESSES:
        body = REFUSED % (ADDRESSES[person], TYPED[person])
        how: dict[str, Any] = {"status": 400, "headers": {"content-type": "application/json"}}
        house.fail("jsm", "POST /rest/servicedeskapi/request$", "refuse", body=body, **how)


def answers_are_lost(house: House) -> None:
    house.fail("jsm", "POST /rest/servicedeskapi/request/validate", "drop_after")
    house.fail("lark", "POST /open-apis/im/v1/messages$", "drop_after")


def in_chat(house: House, id: str) -> str:
    """Return all that the bot has ever said there for everybody, recalled or not."""
    state = house.box.lark_state
    return "\n".join(m.content for m in state.in_chat(state.chats[id]) if not m.sender)


@pytest.mark.parametrize(
    "trouble", [nothing, jira_quotes_the_address, answers_are_lost], ids=lambda t: t.__name__
)
def test_what_is_not_for_a_chat_is_not_in_it_nor_in_the_log(
    house: House, begins: Callable[[], Callable[[], str]], trouble: Callable[[House], None]
) -> None:
    logged = begins()
    trouble(house)
    for person in ADDRESSES:
        everything_is_asked(house, person)
    for key in house.ticket_keys():
        house.box.jira_people.comment("erin", key, "we look into it")
    house.poll()
    rests(house)

    assert sorted(house.ticket_keys()) == ["BILL-1", "BILL-2", "HELP-1", "HELP-2"]
    bills = [t.fields for t in house.box.jira_people.tickets() if t.key.startswith("BILL")]
    assert [bill[CONTRACT.id] for bill in bills] == [HIDDEN, HIDDEN]
    assert all(any(name in repr(bill) for bill in bills) for name in COMPANIES)
    told = in_chat(house, LOBBY)
    assert told.count("1-Critical: a new ticket of") == 2, "the own company is told"
    assert not [address for address in ADDRESSES.values() if address in told]
    for person, other in (("mei", "ben"), ("ben", "mei")):
        here = in_chat(house, CHAT_OF[person])
        assert "we look into it" in here
        assert ADDRESSES[person] not in here
        assert "a new ticket of" not in here
        assert ADDRESSES[other] not in here
        assert TYPED[other].split()[0] not in here
        assert TYPED[other].split()[0] not in repr(house.box.lark_people.direct(person))
    assert internal.sent(house.box, HIDDEN, *COMPANIES) == []
    said = logged()
    secrets = [HIDDEN, *COMPANIES, *ADDRESSES.values(), "Aurora", "Borealis", "INV-7"]
    assert [secret for secret in secrets if secret in said] == []
    assert '"decided"' in said, "it proves nothing unsaid"
