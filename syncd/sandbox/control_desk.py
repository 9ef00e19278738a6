"""Control of the helpdesk: what an engineer sees and does, and what the portal shows."""

from dataclasses import asdict
from typing import Any

from syncd.sandbox.control_ask import Ask, BadAsk
from syncd.sandbox.jsm import portal, site
from syncd.sandbox.jsm.engineers import JiraPeople
from syncd.sandbox.jsm.records import Comment, Ticket
from syncd.sandbox.jsm.state import JiraState
from syncd.sandbox.jsm.text import adf
from syncd.sandbox.jsm.text.adf import Adf
from syncd.sandbox.jsm.text.adf_schema import problem_with

Json = dict[str, Any]


class DeskDoor:
    """Tickets with all their comments, for engineers only."""

    def __init__(self, state: JiraState) -> None:
        self._state = state
        self._people = JiraPeople(state)

    def tickets(self, ask: Ask) -> object:
        """Return every ticket, the newest first, with its public and internal comments."""
        self._engineer(ask.query.get("engineer", ""))
        return {"tickets": [self._ticket(t) for t in reversed(self._people.tickets())]}

    def portal(self, ask: Ask) -> object:
        """Return a request as its reporter reads it."""
        return asdict(self._people.portal_view(ask.path["key"]))

    def comment(self, ask: Ask) -> object:
        """Answer a ticket, publicly or internally."""
        engineer = self._engineer(ask.text("engineer"))
        said, public = _said(ask), ask.flag("public")
        return {"id": self._people.comment(engineer, ask.path["key"], said, public=public)}

    def answer_as_customer(self, ask: Ask) -> object:
        """Write in the portal, as the one who raised the request."""
        return {"id": self._people.reporter_comments(ask.path["key"], ask.text("text"))}

    def flip(self, ask: Ask) -> object:
        """Make a comment public or internal after the fact."""
        public = ask.flag("public")
        self._people.flip(ask.path["key"], ask.path["id"], public)
        return {"public": public}

    def edit(self, ask: Ask) -> object:
        """Edit a comment as its author."""
        self._people.edit(ask.path["key"], ask.path["id"], _said(ask))
        return {}

    def delete(self, ask: Ask) -> object:
        """Delete a comment."""
        self._people.delete(ask.path["key"], ask.path["id"])
        return {}

    def restrict(self, ask: Ask) -> object:
        """Let only a project role read a comment; without a role, whoever could before."""
        role = ask.optional_text("role")
        self._people.restrict(ask.path["key"], ask.path["id"], role)
        return {"role": role}

    def transition(self, ask: Ask) -> object:
        """Move a ticket to another status."""
        status = ask.text("status")
        if status not in site.STATUSES:
            raise BadAsk(f"There is no status {status!r}; there are {', '.join(site.STATUSES)}.")
        self._people.transition(ask.path["key"], status)
        return {"status": status}

    def assign(self, ask: Ask) -> object:
        """Give a ticket to an engineer; without one, to nobody."""
        engineer = ask.optional_text("engineer")
        self._people.assign(ask.path["key"], engineer and self._engineer(engineer))
        return {"engineer": engineer}

    def prioritize(self, ask: Ask) -> object:
        """Set a ticket's priority."""
        priority = ask.text("priority")
        if priority not in site.PRIORITIES:
            raise BadAsk(f"There is no priority {priority!r}; {', '.join(site.PRIORITIES)}.")
        self._people.prioritize(ask.path["key"], priority)
        return {"priority": priority}

    def _engineer(self, key: str) -> str:
        person = self._state.world.people.get(key)
        if person is None:
            raise BadAsk(f"There is no person {key!r}.", 404)
        if not person.engineer:
            raise BadAsk(f"{person.name} is no engineer and sees the portal only.", 403)
        return key

    def _ticket(self, ticket: Ticket) -> Json:
        severity = ticket.fields.get(site.SEVERITY.id) or {}
        kind = self._state.request_types.get(ticket.request_type)
        return {
            "key": ticket.key,
            "kind": kind.name if kind else "",
            "summary": ticket.summary,
            "description": ticket.description,
            "document": ticket.fields.get("description"),
            "form": [f"{label}: {answer}" for label, answer in ticket.form or ()],
            "severity": severity.get("value", ""),
            "priority": ticket.priority,
            "status": ticket.status,
            "category": site.STATUSES[ticket.status].category,
            "reporter": self._people.author_name(ticket.reporter),
            "creator": self._people.author_name(ticket.creator),
            "assignee": self._people.author_name(ticket.assignee) if ticket.assignee else "",
            "slas": [asdict(clock) for clock in self._people.slas(ticket.key)],
            "rating": ticket.rating,
            "rating_said": ticket.rating_said,
            "created_ms": ticket.created,
            "portal_path": portal.route(ticket.project).format(key=ticket.key),
            "comments": [self._comment(c) for c in ticket.comments],
        }

    def _comment(self, comment: Comment) -> Json:
        return {
            "id": str(comment.id),
            "author": self._people.author_name(comment.author),
            "text": comment.text,
            "document": comment.body,
            "files": [{"name": f.name, "bytes": len(f.content)} for f in comment.attachments],
            "public": comment.public,
            "restricted_to": (comment.visibility or {}).get("value", ""),
            "edited": comment.updated != comment.created,
            "created_ms": comment.created,
        }


def _said(ask: Ask) -> str | Adf:
    """Return what was written: a document, or plain text."""
    document = ask.body.get("document")
    if document is None:
        return ask.text("text")
    if problem := problem_with(document):
        raise BadAsk(f"'document' is not valid: {problem}.")
    written: Adf = document
    if not adf.to_text(written).strip():
        raise BadAsk("'document' must hold words.")
    return written
