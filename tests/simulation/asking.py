"""What can be asked for at two desks, what people answer, and what has to come of it."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from simulation.tickets import Issue

from syncd.core.desks.choice import KIND
from syncd.core.desks.desk import Desk, RequestKind
from syncd.core.desks.filing import Filing
from syncd.core.errors import Cause, FormChanged, Rejected
from syncd.core.fields.field import Field, FieldKind, Option, Problem, Trigger
from syncd.core.fields.form import Form
from syncd.core.model import REPORTER, SUMMARY, PersonId, RequestId, Values
from syncd.core.views import FormView

BOSS = PersonId("ou_boss")
"""Who is told of the highest severity."""
HIDDEN, ORGANIZATION = "hidden-preset", "27"
"""What the configuration answers for everybody, and nobody in a chat reads."""
HIGHEST = "S1"
DESKS = (Desk("technical", "1", "HELP", ("10",)), Desk("billing", "3", "BILL", ("20",)))
TECHNICAL, BILLING = (desk.kinds[0] for desk in DESKS)
PROJECTS = {desk.kinds[0]: desk.project for desk in DESKS}

_SUMMARY = Field(SUMMARY, FieldKind.TEXT, "Summary", required=True, max_length=255)
_BILL, _ELSE = Option("1", "A bill"), Option("2", "Something else")


def _select(id: str, *options: Option) -> Field:
    return Field(id, FieldKind.SELECT, id.title(), required=True, options=options)


def _following(id: str, answer: Option) -> Field:
    when = ((Trigger("area", (answer.value,)),),)
    return Field(id, FieldKind.TEXT, id.title(), required=True, when=when)


_BILLS = (
    _SUMMARY,
    _select("area", _BILL, _ELSE),
    _following("invoice", _BILL),
    _following("which", _ELSE),
    _select("severity", Option(HIGHEST, HIGHEST), Option("S2", "S2")),
    Field("contract", FieldKind.TEXT, "Contract"),
    Field("companies", FieldKind.ORGANIZATIONS, "Organizations"),
)
_MORE = Field("more", FieldKind.TEXT, "Approved by", required=True)


@dataclass
class Forms:
    """The forms as their administrator draws them, and what they refuse."""

    asks_more: bool = False
    """Whether a question was added since the beginning."""
    complained: set[RequestId] = field(default_factory=set)
    """Whose invoice was refused, so that its asker knows better by now."""

    def of(self, kind: RequestKind) -> Form:
        if kind != BILLING:
            return Form((_SUMMARY,), name="Get help")
        more = (_MORE,) if self.asks_more else ()
        return Form((*_BILLS, *more), name="Billing", attached="Bills")

    def problems(self, filing: Filing) -> tuple[Problem, ...]:
        """Return what is wrong; FormChanged where nobody was asked a question of the Form."""
        if filing.kind != BILLING:
            return ()
        if self.asks_more and not filing.values.get("more"):
            raise FormChanged("nobody was asked who approved it")
        if filing.values.get("invoice") not in ("7", None):
            return ()
        if "invoice" not in filing.values:
            return ()
        self.complained.add(request_of(filing.marker))
        return (Problem("invoice", "Invoice: like INV-7."),)

    def hold(self, filing: Filing) -> None:
        """Refuse to make a ticket of it that says something wrong, or leaves something out."""
        if told := self.problems(filing):
            raise Rejected("the invoice is wrong", Cause.INVALID, told[0].told)


@dataclass
class Answers:
    """What people answer; each request has its own answers, which stay what they are."""

    forms: Forms
    heard: dict[RequestId, dict[str, int]] = field(default_factory=dict)
    """When syncd first took the answer to which question, in the order of all turns."""

    def to(self, form: FormView, person: PersonId, begun: int) -> tuple[Values, list[str]]:
        """Return what stands in the form when it is submitted, and what had to be typed though it
        had been taken before the form was made."""
        wanted = self._of(form.request_id, person)
        before = self.heard.get(form.request_id, {})
        heard = {id for id, turn in before.items() if turn < begun}
        values: Values = {}
        twice = []
        for asked in form.fields:
            default = form.values.get(asked.id, "")
            corrects = asked.id == "invoice" and form.request_id in self.forms.complained
            if (default or asked.id in heard) and not corrects:
                if asked.required and not default:
                    twice.append(asked.id)
                values |= {asked.id: default} if default else {}
                continue
            if asked.id in wanted:
                values[asked.id] = wanted[asked.id]
        return values, twice

    def hears(self, form: FormView, values: Values, turn: int) -> None:
        heard = self.heard.setdefault(form.request_id, {})
        heard.update({id: turn for id in values if id not in heard})

    def _of(self, request: RequestId, person: PersonId) -> Mapping[str, str]:
        chance = random.Random(f"answers {request}")
        area, wrong = chance.choice((_BILL, _ELSE)), chance.random() < 0.4
        invoice = "7" if wrong and request not in self.forms.complained else "INV-7"
        follows = {"invoice": invoice} if area is _BILL else {"which": "the contract"}
        return {
            REPORTER: f"{person.removeprefix('ou_')}@acme.example",
            SUMMARY: "It is down",
            KIND: str(chance.choice((BILLING, BILLING, TECHNICAL))),
            "area": area.value,
            "severity": chance.choice((HIGHEST, "S2")),
            "more": "Dora",
            **follows,
        }


def request_of(marker: str) -> RequestId:
    return RequestId(marker.removeprefix("LK"))


def is_severe(issue: Issue) -> bool:
    return issue.filing is not None and issue.filing.values.get("severity") == HIGHEST


def wrong(issue: Issue) -> Iterator[str]:
    """Yield a sentence for each answer that is not in the ticket as it was to be."""
    filing = issue.filing
    if filing is None or filing.kind != BILLING:
        return
    values = filing.values
    if values.get("contract") != HIDDEN or values.get("companies") != [ORGANIZATION]:
        yield f"{issue.key} lacks what the configuration answers: {values}"
    follows = {"1": {"invoice": "INV-7"}, "2": {"which": "the contract"}}
    expected = follows.get(str(values.get("area")))
    if expected is None or expected != {
        k: v for k, v in values.items() if k in ("invoice", "which")
    }:
        yield f"{issue.key} was made with {values}"
