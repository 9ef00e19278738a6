"""The portal: what the reporter of a request sees, as data and as a page."""

import html
from dataclasses import dataclass

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.desk import wire as desk_wire
from syncd.sandbox.jsm.exchange import Answer, Ask
from syncd.sandbox.jsm.records import Ticket
from syncd.sandbox.jsm.state import JiraState


def route(project: site.Project) -> str:
    """Return the route of a project's requests, with `{key}` in it."""
    return f"/servicedesk/customer/portal/{project.portal_id}" + "/{key}"


ROUTE = route(site.HOME)


# Seen on a live portal: https://asudev.jira.com/servicedesk/customer/portal/28/create/276
def form_route(project: site.Project) -> str:
    """Return the route of the portal's own forms, with `{type}` in it."""
    return f"/servicedesk/customer/portal/{project.portal_id}" + "/create/{type}"


@dataclass(frozen=True)
class PortalComment:
    """A remark as the portal shows it; `created` in epoch milliseconds."""

    id: str
    author: str
    text: str
    created: int
    files: tuple[tuple[str, int], ...] = ()
    """Names and sizes in bytes of what is attached to it."""


@dataclass(frozen=True)
class PortalView:
    """One request as the portal shows it."""

    key: str
    summary: str
    description: str
    status: str
    reporter: str
    comments: tuple[PortalComment, ...]


def view(state: JiraState, ticket: Ticket) -> PortalView:
    """Return what the customer sees: no internal comment, nothing that was deleted."""
    shown = [c for c in ticket.comments if desk_wire.is_public(state, c)]
    return PortalView(
        key=ticket.key,
        summary=ticket.summary,
        description=ticket.description,
        status=site.STATUSES[ticket.status].shown,
        reporter=state.name_of(ticket.reporter),
        comments=tuple(
            PortalComment(
                str(c.id),
                state.name_of(c.author),
                c.text,
                c.created,
                tuple((file.name, len(file.content)) for file in c.attachments),
            )
            for c in shown
        ),
    )


def page(ask: Ask) -> Answer:
    """GET the address of `_links.web`."""
    ticket = ask.state.find(ask.path["key"])
    if ticket is None or not ticket.request_type:
        return Answer(b"<p>This request does not exist.</p>", 404, media_type="text/html")
    seen = view(ask.state, ticket)
    remarks = "".join(
        f"<li><b>{html.escape(c.author)}</b><pre>{html.escape(c.text)}</pre></li>"
        for c in seen.comments
    )
    text = (
        f"<!doctype html><meta charset=utf-8><title>{html.escape(seen.key)}</title>"
        f"<h1>{html.escape(seen.summary)}</h1>"
        f"<p>{html.escape(seen.key)} · {html.escape(seen.status)} · {html.escape(seen.reporter)}"
        f"<pre>{html.escape(seen.description)}</pre><ol>{remarks}</ol>"
    )
    return Answer(text.encode(), media_type="text/html; charset=utf-8")


def form(ask: Ask) -> Answer:
    """GET the portal's own form of a request type; the query fills its fields in."""
    kind = ask.state.request_types.get(ask.path["type"])
    if kind is None:
        return Answer(b"<p>This form does not exist.</p>", 404, media_type="text/html")
    asked = "".join(
        f"<p><label>{html.escape(field.name)}{' *' if field.required else ''} "
        f'<input name="{field.id}" value="{html.escape(ask.query.get(field.id, ""))}"></label>'
        for field in kind.fields
        if not field.hidden
    )
    text = f"<!doctype html><meta charset=utf-8><h1>{html.escape(kind.name)}</h1><form>{asked}"
    return Answer(text.encode(), media_type="text/html; charset=utf-8")
