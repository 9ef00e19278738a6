"""What is asked: each thing is read once, and what was written is remembered until it is gone."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from types import TracebackType
from typing import Any, Self

from syncd.app import new_key
from syncd.chat.lark.client import LarkMessenger
from syncd.chat.lark.members import as_object, parsed
from syncd.core.desks.desk import Desk
from syncd.core.errors import Rejected, RemoteFailure, Uncertain
from syncd.core.model import ChatId, MessageId, Ms, PersonId
from syncd.core.operators.platforms import NamedChat
from syncd.core.views import InChat
from syncd.doctor.case import Case
from syncd.helpdesk.jsm.client import JsmHelpdesk
from syncd.helpdesk.jsm.wire import tickets
from syncd.helpdesk.jsm.wire.call import V3, Answer, Call, segment
from syncd.helpdesk.jsm.wire.members import Obj, UnreadableError, children, lenient, root
from syncd.probe.draft import TITLE, Draft, draft

RECENT = 100
"""Tickets that are looked at, those that changed last."""
_GROUPS = 3
"""Groups of a kind that are looked into."""
_MESSAGES = 200
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
    cleaned: list[str] = field(default_factory=list)
    """What became of each thing that was written."""
    left: list[tuple[str, str]] = field(default_factory=list)
    """What could not be taken away, and its id, which is for the operator's eyes alone."""
    _written: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.clean()

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
        """Return what people wrote there lately."""
        since = Ms(max(self.case.clock() - _DAYS_MS, 0))
        return [_heard(raw) for raw in islice(self.lark.since(InChat(chat), since), _MESSAGES)]

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
        return draft(self.jira, self.desk, self.jira.whoami(), new_key())

    @cached_property
    def ticket(self) -> str:
        """The key of the one ticket, which is written when it is first needed."""
        if any(id == TITLE for _, id in self.left):
            raise Rejected("a ticket of ours may be there already")
        with self.perhaps("a ticket was made", TITLE):
            filed = self.jira.create(self.draft.filing)
        self.wrote(filed.key)
        return filed.key

    @contextmanager
    def perhaps(
        self, what: str, title: str, unsure: tuple[type[RemoteFailure], ...] = (Uncertain,)
    ) -> Iterator[None]:
        """Note what may have been written although no answer tells; its title finds it."""
        try:
            yield
        except unsure:
            self.left.append((f"whether {what} is not known", title))
            raise

    def pause(self) -> None:
        self.wait(_APART_SECONDS)

    def draft_call(self) -> Call:
        """Return the call that would create such a ticket."""
        return self.jira.call_for(self.draft.filing)

    def wrote(self, ticket: str) -> None:
        """Have a ticket taken away in the end."""
        self._written.append(ticket)

    def clean(self) -> None:
        """Take away what was written; what cannot be is noted."""
        while self._written:
            key = self._written.pop()
            try:
                how = self._end(key)
            except (RemoteFailure, UnreadableError):
                how = ""
            if how:
                self.cleaned.append(how)
            else:
                self.left.append(("a ticket of ours is still open", key))

    # https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-delete
    def _end(self, key: str) -> str:
        """Delete a ticket, which few may; else close it; empty: neither."""
        path = f"{V3}/issue/{segment(key)}"
        if self.exchange(Call("DELETE", path)).status == 204:
            return "the ticket was deleted"
        answer = self.exchange(Call("GET", f"{path}/transitions"))
        steps = children(root(answer), "transitions") if answer.status == 200 else []
        ends = [one for one in steps if lenient(one, "to", "statusCategory", "key") == "done"]
        for one in ends:
            body = {"transition": {"id": lenient(one, "id")}}
            if self.exchange(Call("POST", f"{path}/transitions", body=body)).status == 204:
                return "the ticket was closed, since our account may not delete it"
        return ""

    def unsend(self, message: MessageId, *, private: bool = False) -> None:
        """Take a message of ours back; where that fails it is noted."""
        try:
            self.lark.remove(message, private=private)
        except RemoteFailure as failure:
            what = "a card for one person" if private else "a message of ours"
            self.left.append((f"{what} is still there ({failure.code or 'no answer'})", message))
        else:
            done = "the card was taken away" if private else "the message was recalled"
            self.cleaned.append(done)


def _heard(raw: bytes) -> Heard:
    event = json.loads(raw)["event"]
    message = event["message"]
    return Heard(
        MessageId(str(message.get("message_id"))),
        PersonId(str(event["sender"]["sender_id"].get("open_id"))),
        str(message.get("message_type")),
        as_object(parsed(message.get("content") or "")),
    )
