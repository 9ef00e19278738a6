"""Requests that take more than one card: of two desks, with a Form, an organization, a severity."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from syncd.sandbox.box import Sandbox
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields.every import ORGANIZATIONS
from syncd.sandbox.jsm.forms.every import IN_A_FORM

HIDDEN = "PRESET-7731"
"""What the configuration answers for everybody, and nobody in a chat reads."""
TOLD_AT_ONCE = "erin"
"""Who is told of the highest severity."""
_ZONE = "Asia/Tokyo"
_CONTRACT = site.Field("customfield_10062", "Contract", "text")
_ORGANIZATION = "27"

_ONE_DESK = re.compile(r"^(service_desk|project|request_type|marker_field) = .*\n", re.MULTILINE)
_TWO_DESKS = f"""
[[desks]]
name = "technical"
service_desk = "1"
project = "HELP"
request_types = ["13"]

[[desks]]
name = "billing"
service_desk = "3"
project = "BILL"
request_types = ["20"]

[severity]
field = "{site.SEVERITY.id}"
%s

[[responses]]
hours = 3

[defaults]
desks = ["technical", "billing"]
organization = "{_ORGANIZATION}"
escalate_to = "ou_{TOLD_AT_ONCE}"
zone = "{_ZONE}"
presets = {{ {_CONTRACT.id} = "{HIDDEN}" }}
"""
_BY_AN_SLA = 'first_response = "Time to first response"'


@dataclass(frozen=True)
class Wish:
    """What somebody asks for, and what has to stand in the ticket then."""

    answers: Mapping[str, tuple[str, ...]]
    """By question: what is answered, one after the other, of which the last alone is taken."""
    form: Mapping[str, str] | None = None
    """What its Form says."""
    fields: Mapping[str, object] = field(default_factory=dict)
    severity: str = ""
    """The highest one, of which somebody is told at once."""
    by_an_sla: bool = False
    """Whether the site tells when the first answer is due, or the table."""

    @property
    def in_more_than_one_card(self) -> bool:
        return "request_kind" in self.answers


A_FORM = Wish(
    answers={
        "request_kind": ("Report by a Form",),
        "question_3": ("Billing",),
        site.SEVERITY.id: ("1-Critical",),
        "question_9": ("7", "INV-7"),
    },
    form={"Area": "Billing", "How bad is it?": "1-Critical", "Invoice": "INV-7"},
    severity="1-Critical",
    by_an_sla=True,
)
A_BILL = Wish(
    answers={"request_kind": ("账单",), site.INVOICE_NUMBER.id: ("INV-7",)},
    fields={site.INVOICE_NUMBER.id: "INV-7", _CONTRACT.id: HIDDEN},
)
PLAIN = Wish(answers={site.SEVERITY.id: ("2-Major",)})


def config(wish: Wish, plain: str) -> str:
    """Return the configuration under which it is asked for."""
    if not wish.in_more_than_one_card:
        return plain
    return _ONE_DESK.sub("", plain) + _TWO_DESKS % (_BY_AN_SLA if wish.by_an_sla else "")


def prepare(box: Sandbox) -> None:
    """Let the desk for bills ask for the customer's organization and for a contract."""
    fields = (*site.INVOICE.fields, ORGANIZATIONS, _CONTRACT)
    box.jira_state.request_types["20"] = replace(site.INVOICE, fields=fields)
    box.jira_state.request_types["13"] = IN_A_FORM


def promises(text: str) -> bool:
    """Tell whether a card says by when the first answer comes."""
    return _ZONE in text


def wrong(wish: Wish, box: Sandbox, key: str) -> Iterator[str]:
    """Yield a sentence for each answer that did not arrive in the ticket as it was given."""
    ticket = box.jira_people.ticket(key)
    if wish.form is not None and ticket.form is None:
        yield f"{key} was made without its Form"
    told = dict(ticket.form or ())
    for label, answer in (wish.form or {}).items():
        if told.get(label) != answer:
            yield f"{label!r} was answered with {answer!r}, and {key} says {told.get(label)!r}"
    for id, value in wish.fields.items():
        if ticket.fields.get(id) != value:
            yield f"{id} is {ticket.fields.get(id)!r} in {key}, not {value!r}"
    if wish is A_BILL and _ORGANIZATION not in repr(ticket.fields.get(ORGANIZATIONS.id)):
        yield f"{key} has the organization {ticket.fields.get(ORGANIZATIONS.id)!r}"
