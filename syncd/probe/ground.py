"""What is asked: each thing is read once, and what was written goes away in the end."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from types import TracebackType
from typing import Any, Self

from syncd.app import new_key
from syncd.chat.lark.client import LarkMessenger
from syncd.chat.lark.members import as_object, parsed
from syncd.core.desks.desk import Desk
from syncd.core.errors import Rejected, RemoteFailure
from syncd.core.model import ChatId, Filed, MessageId, Ms, PersonId
from syncd.core.operators.platforms import NamedChat
from syncd.core.views import InChat
from syncd.doctor.case import Case
from syncd.helpdesk.jsm.client import JsmHelpdesk
from syncd.helpdesk.jsm.wire import tickets
from syncd.helpdesk.jsm.wire.call import V3, Answer, Call
from syncd.helpdesk.jsm.wire.members import Obj, children, root
from syncd.probe.draft import TITLE, Draft, Urgency, draft
from syncd.probe.ending import end_of
from syncd.probe.written import StillThereError, Thing, Written

RECENT = 100
"""Tickets that are looked at, those that changed last."""
_GROUPS = 3
"""Groups of a kind that are looked into."""
MESSAGES = 200
"""Messages of a chat that are looked at, the oldest of 14 days first."""
_APART_SECONDS = 1.1
_DAYS_MS = 14 * 86_400_000


@dataclass(frozen=True)
class Heard:
    """A person's message as the history has it."""

    id: MessageId
    author: PersonId
    type: str
    content: dict[str, Any]


@dataclass
class Ground:
    """Use it as a context, which takes away what was written."""

    case: Case
    chat: ChatId = ChatId("")
    """The group that messages may be written into; empty: none."""
    person: PersonId = PersonId("")
    """Who may be shown a private card; empty: nobody."""
    wait: Callable[[float], None] = time.sleep
    """Lets seconds go by, so that what happens next has another time than what did before."""
    tell: Callable[[str], None] = lambda said: None
    """Tells the operator at once of what takes its time to go away."""
    written: Written = field(default_factory=Written)
    _ticket: str = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.written.clean()

    @property
    def lark(self) -> LarkMessenger:
        return self.case.messenger

    @property
    def jira(self) -> JsmHelpdesk:
        return self.case.helpdesk

    @property
    def desk(self) -> Desk:
        """The desk that a ticket may be written on."""
        return self.case.config.all_desks()[0]

    # Lark.

    @cached_property
    def groups(self) -> list[NamedChat]:
        return list(self.lark.groups())

    def of_kind(self, external: bool) -> list[NamedChat]:
        """Return a few groups, with people of other companies or without."""
        return [one for one in self.groups if one.external is external][:_GROUPS]

    def heard(self, chat: ChatId) -> list[Heard]:
        """Return what people wrote there lately, as far as it is looked at."""
        since = Ms(max(self.case.clock() - _DAYS_MS, 0))
        return [_heard(raw) for raw in islice(self.lark.since(InChat(chat), since), MESSAGES)]

    # Jira.

    def exchange(self, call: Call) -> Answer:
        """Return an answer as it came; RemoteFailure where it says nothing."""
        return self.jira.survey.exchange(call)

    @cached_property
    def recent(self) -> list[str]:
        """Ids of the tickets that changed last."""
        listed = ", ".join(f'"{desk.project}"' for desk in self.case.config.all_desks())
        jql = f"project in ({listed}) ORDER BY updated DESC"
        answer = self.exchange(tickets.search(jql, ["updated"], RECENT))
        found = children(root(answer), "issues") if answer.status == 200 else []
        return [str(one.get("id")) for one in found]

    def issues(self, ids: list[str], *fields: str) -> list[Obj]:
        """Return the fields of tickets, as the platform has them."""
        if not ids:
            return []
        body: dict[str, object] = {"issueIdsOrKeys": ids, "fields": list(fields)}
        answer = self.exchange(Call("POST", f"{V3}/issue/bulkfetch", body=body))
        return children(root(answer), "issues") if answer.status == 200 else []

    @cached_property
    def draft(self) -> Draft:
        """What a ticket of ours is made of; NotMadeUpError where the form requires more."""
        told = self.case.config.severity
        urgency = Urgency(told.field, told.highest)
        return draft(self.jira, self.desk, self.jira.whoami(), new_key(), urgency)

    @property
    def ticket(self) -> str:
        """The key of the one ticket, which is written when it is first needed."""
        if self._ticket:
            return self._ticket
        filing = self.draft.filing
        return self.file(lambda: self.jira.create(filing))

    def file(self, create: Callable[[], Filed]) -> str:
        """Write the one ticket, have it taken away in the end, and return its key."""
        if any(id == TITLE for _, id in self.written.left):
            raise Rejected("a ticket of ours may be there already")
        with self.written.perhaps("a ticket was made", TITLE):
            key = create().key
            still = "a ticket of ours is still open"
            self.written.add(Thing(key, still, lambda: end_of(self.exchange, key)))
            self._ticket = key
        self.tell(f"{key} was made; it goes away in the end.")
        return key

    def draft_call(self) -> Call:
        """Return the call that would create such a ticket."""
        return self.jira.call_for(self.draft.filing)

    def pause(self) -> None:
        self.wait(_APART_SECONDS)

    def send(self, send: Callable[[], MessageId], title: str, *, private: bool = False) -> Thing:
        """Send a message, and return it to be taken away; in the end it is at the latest."""
        what = "a card for one person" if private else "a message of ours"
        with self.written.perhaps("a message was sent", title):
            id = send()
            thing = Thing(id, f"{what} is still there", lambda: self._unsend(id, private))
            self.written.add(thing)
        return thing

    def _unsend(self, message: MessageId, private: bool) -> str:
        try:
            self.lark.remove(message, private=private)
        except RemoteFailure as failure:
            what = "a card for one person" if private else "a message of ours"
            by = failure.code or "no answer"
            raise StillThereError(f"{what} is still there ({by})") from failure
        return "the card was taken away" if private else "the message was recalled"


def _heard(raw: bytes) -> Heard:
    event = json.loads(raw)["event"]
    message = event["message"]
    return Heard(
        MessageId(str(message.get("message_id"))),
        PersonId(str(event["sender"]["sender_id"].get("open_id"))),
        str(message.get("message_type")),
        as_object(parsed(message.get("content") or "")),
    )
