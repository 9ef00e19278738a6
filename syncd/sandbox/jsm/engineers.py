"""What people do in Jira, and what they see there; safe to call from any thread."""

import copy
from collections.abc import Sequence
from mimetypes import guess_type
from typing import Any

from syncd.sandbox.jsm import portal, site
from syncd.sandbox.jsm.desk.files import with_media
from syncd.sandbox.jsm.fields import kinds
from syncd.sandbox.jsm.fields.case import Case
from syncd.sandbox.jsm.fields.every import ORGANIZATIONS
from syncd.sandbox.jsm.fields.others import kept_organization
from syncd.sandbox.jsm.platform.sla import Clock, clocks
from syncd.sandbox.jsm.records import (
    AUTOMATION,
    PUBLIC_PROPERTY,
    Attachment,
    Comment,
    OnPortal,
    Ticket,
)
from syncd.sandbox.jsm.state import JiraState
from syncd.sandbox.jsm.text import adf
from syncd.sandbox.jsm.text.adf import Adf


class JiraPeople:
    """The people at work in Jira; LookupError names a person, ticket or comment not there."""

    def __init__(self, state: JiraState) -> None:
        self._state = state
        self._lock = state.world.lock

    def create_ticket(
        self,
        person_key: str,
        summary: str,
        *,
        description: str = "",
        severity: str = "3-Minor",
        request_type: str = "10",
    ) -> str:
        """Create a ticket by hand and return its key; no request type makes it a plain issue."""
        with self._lock:
            person = self._account(person_key)
            fields: dict[str, Any] = {"summary": summary}
            if description:
                fields["description"] = adf.from_text(description)
            if request_type == site.GET_HELP.id:
                asked = Case(site.SEVERITY, self._state)
                fields[site.SEVERITY.id] = kinds.kept(asked, {"value": severity})
            ticket = self._state.new_ticket(request_type, fields, reporter=person, creator=person)
            return ticket.key

    def comment(
        self,
        person_key: str,
        ticket_key: str,
        text_or_adf: str | Adf,
        *,
        public: bool = True,
        visibility: str | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> str:
        """Comment as an engineer does in the agent's view; `visibility` is a project role, `files`
        have names and bytes."""
        with self._lock:
            restricted = None
            if visibility is not None:
                restricted = _role(visibility)
            author = self._account(person_key)
            attached = [self._attachment(author, name, data) for name, data in files]
            written = _document(text_or_adf)
            comment = self._state.add_comment(
                self._ticket(ticket_key),
                author,
                with_media(written, attached, named=True) if attached else written,
                visibility=restricted,
                properties={} if public else {PUBLIC_PROPERTY: {"internal": True}},
                attachments=attached,
            )
            return str(comment.id)

    def _attachment(self, author: str, name: str, data: bytes) -> Attachment:
        kind = guess_type(name)[0] or "application/octet-stream"
        return Attachment(self._state.next_id(), name, kind, data, author, self._state.now())

    def share(self, ticket_key: str, organization: str) -> None:
        """Share a request with a customer's company, besides those that it is shared with."""
        with self._lock:
            ticket = self._ticket(ticket_key)
            case = Case(ORGANIZATIONS, self._state)
            shared = ticket.fields.setdefault(ORGANIZATIONS.id, [])
            shared.append(kept_organization(case, int(organization)))
            self._state.touch(ticket)

    def customer_comments(self, person_key: str, ticket_key: str, text: str) -> str:
        """Comment through the portal; always public."""
        with self._lock:
            comment = self._state.add_comment(
                self._ticket(ticket_key), self._account(person_key), adf.from_text(text)
            )
            return str(comment.id)

    def reporter_comments(self, ticket_key: str, text: str) -> str:
        """Comment through the portal as whoever the request was raised for."""
        with self._lock:
            ticket = self._ticket(ticket_key)
            comment = self._state.add_comment(ticket, ticket.reporter, adf.from_text(text))
            return str(comment.id)

    def outsider_mails(self, person_key: str, ticket_key: str, text: str) -> str:
        """Answer by e-mail as somebody who is no part of the request."""
        with self._lock:
            comment = self._state.add_comment(
                self._ticket(ticket_key),
                self._account(person_key),
                adf.from_text(text),
                author_can_see_request=False,
            )
            return str(comment.id)

    def automation_comments(self, ticket_key: str, text: str, *, public: bool = True) -> str:
        """Comment as an automation rule of the site."""
        with self._lock:
            comment = self._state.add_comment(
                self._ticket(ticket_key),
                AUTOMATION.account_id,
                adf.from_text(text),
                properties={} if public else {PUBLIC_PROPERTY: {"internal": True}},
            )
            return str(comment.id)

    def flip(self, ticket_key: str, comment_id: str, public: bool) -> None:
        """Make a comment public or internal after the fact."""
        with self._lock:
            ticket = self._ticket(ticket_key)
            self._state.set_public(ticket, self._comment(ticket, comment_id), public)

    def restrict(self, ticket_key: str, comment_id: str, role: str) -> None:
        """Let only a project role read a comment, "" everybody, after the fact, as its author."""
        with self._lock:
            ticket = self._ticket(ticket_key)
            comment = self._comment(ticket, comment_id)
            comment.visibility = _role(role) if role else None
            self._state.edit_comment(ticket, comment, comment.author, comment.body)

    def hide_on_portal(self, ticket_key: str, comment_id: str, says: OnPortal) -> None:
        """Let the portal alone treat a comment otherwise; the platform's signs stay as they are."""
        with self._lock:
            self._comment(self._ticket(ticket_key), comment_id).on_portal = says

    def edit(self, ticket_key: str, comment_id: str, text_or_adf: str | Adf) -> None:
        """Edit a comment as its author."""
        with self._lock:
            ticket = self._ticket(ticket_key)
            comment = self._comment(ticket, comment_id)
            self._state.edit_comment(ticket, comment, comment.author, _document(text_or_adf))

    def delete(self, ticket_key: str, comment_id: str) -> None:
        with self._lock:
            ticket = self._ticket(ticket_key)
            self._state.delete_comment(ticket, self._comment(ticket, comment_id))

    def delete_ticket(self, ticket_key: str) -> None:
        """Delete a ticket with all that was said on it."""
        with self._lock:
            self._state.delete_ticket(self._ticket(ticket_key))

    def transition(self, ticket_key: str, status: str) -> None:
        """Move a ticket to a status of `site.STATUSES`."""
        with self._lock:
            done = site.STATUSES[status].category == "done"
            self._state.set_status(self._ticket(ticket_key), status, "Done" if done else "")

    def assign(self, ticket_key: str, person_key: str) -> None:
        """Give a ticket to an engineer, "" to nobody."""
        with self._lock:
            ticket = self._ticket(ticket_key)
            ticket.assignee = self._account(person_key) if person_key else ""
            self._state.touch(ticket)

    def prioritize(self, ticket_key: str, priority: str) -> None:
        """Set a priority of `site.PRIORITIES`."""
        with self._lock:
            ticket = self._ticket(ticket_key)
            number = str(site.PRIORITIES.index(priority) + 1)
            ticket.fields["priority"] = {"id": number, "name": priority}
            self._state.touch(ticket)

    def slas(self, ticket_key: str) -> list[Clock]:
        """Return the clocks that run on a ticket, or ran."""
        with self._lock:
            return clocks(self._state, self._ticket(ticket_key))

    def resolve(self, ticket_key: str, resolution: str = "Done") -> None:
        with self._lock:
            self._state.set_status(self._ticket(ticket_key), "Resolved", resolution)

    def move(self, ticket_key: str, *, request_type: str = site.GET_HELP.id) -> str:
        """Move a ticket to the other project and return its new key; without a request type it is
        no request there."""
        with self._lock:
            ticket = self._ticket(ticket_key)
            self._state.move(ticket, site.ELSEWHERE, request_type)
            return ticket.key

    def rename(self, ticket_key: str, summary: str) -> None:
        """Change the title."""
        with self._lock:
            ticket = self._ticket(ticket_key)
            ticket.fields["summary"] = summary
            self._state.touch(ticket)

    def tickets(self) -> list[Ticket]:
        """Return copies of all tickets, the oldest first."""
        with self._lock:
            return [copy.deepcopy(t) for t in self._state.tickets.values()]

    def ticket(self, ticket_key: str) -> Ticket:
        """Return a copy of one ticket."""
        with self._lock:
            return copy.deepcopy(self._ticket(ticket_key))

    def comments(self, ticket_key: str) -> list[Comment]:
        """Return copies of all comments, also internal ones, the oldest first."""
        return self.ticket(ticket_key).comments

    def author_name(self, account_id: str) -> str:
        """Return the name that Jira shows for an account."""
        with self._lock:
            return self._state.name_of(account_id)

    def portal_view(self, ticket_key: str) -> portal.PortalView:
        """Return what the customer sees: no internal comment, nothing that was deleted."""
        with self._lock:
            return portal.view(self._state, self._ticket(ticket_key))

    def _account(self, person_key: str) -> str:
        account_id = self._state.world.person(person_key).account_id
        if not account_id:
            raise LookupError(f"{person_key} has no account in Jira")
        return account_id

    def _ticket(self, ticket_key: str) -> Ticket:
        ticket = self._state.find(ticket_key)
        if ticket is None:
            raise LookupError(f"there is no ticket {ticket_key}")
        return ticket

    def _comment(self, ticket: Ticket, comment_id: str) -> Comment:
        comment = self._state.comment(ticket, comment_id)
        if comment is None:
            raise LookupError(f"{ticket.key} has no comment {comment_id}")
        return comment


def _document(text_or_adf: str | Adf) -> Adf:
    return adf.from_text(text_or_adf) if isinstance(text_or_adf, str) else text_or_adf


def _role(name: str) -> dict[str, str]:
    return {"type": "role", "value": name, "identifier": name}
