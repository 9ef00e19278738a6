"""Control of the helpdesk: what an engineer sees and does, and what the portal shows."""

from dataclasses import asdict
from typing import Any

from syncd.sandbox.control_ask import Ask, BadAsk
from syncd.sandbox.jsm import portal, site
from syncd.sandbox.jsm.engineers import JiraPeople
from syncd.sandbox.jsm.records import Comment, Ticket
from syncd.sandbox.jsm.state import JiraState

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
        text, public = ask.text("text"), ask.flag("public")
        return {"id": self._people.comment(engineer, ask.path["key"], text, public=public)}

    def flip(self, ask: Ask) -> object:
        """Make a comment public or internal after the fact."""
        public = ask.flag("public")
        self._people.flip(ask.path["key"], ask.path["id"], public)
        return {"public": public}

    def edit(self, ask: Ask) -> object:
        """Edit a comment as its author."""
        self._people.edit(ask.path["key"], ask.path["id"], ask.text("text"))
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

    def _engineer(self, key: str) -> str:
        person = self._state.world.people.get(key)
        if person is None:
            raise BadAsk(f"There is no person {key!r}.", 404)
        if not person.engineer:
            raise BadAsk(f"{person.name} is no engineer and sees the portal only.", 403)
        return key

    def _ticket(self, ticket: Ticket) -> Json:
        severity = ticket.fields.get(site.SEVERITY.id) or {}
        return {
            "key": ticket.key,
            "summary": ticket.summary,
            "description": ticket.description,
            "form": [f"{label}: {answer}" for label, answer in ticket.form or ()],
            "severity": severity.get("value", ""),
            "status": ticket.status,
            "reporter": self._people.author_name(ticket.reporter),
            "creator": self._people.author_name(ticket.creator),
            "created_ms": ticket.created,
            "portal_path": portal.route(ticket.project).format(key=ticket.key),
            "comments": [self._comment(c) for c in ticket.comments],
        }

    def _comment(self, comment: Comment) -> Json:
        return {
            "id": str(comment.id),
            "author": self._people.author_name(comment.author),
            "text": comment.text,
            "public": comment.public,
            "restricted_to": (comment.visibility or {}).get("value", ""),
            "edited": comment.updated != comment.created,
            "created_ms": comment.created,
        }
