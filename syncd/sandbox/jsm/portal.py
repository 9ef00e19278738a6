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
        return _sheet("", "<h1>This request does not exist.</h1>", 404)
    seen = view(ask.state, ticket)
    remarks = "".join(
        f"<li><b>{html.escape(c.author)}</b><p>{html.escape(c.text)}</p></li>"
        for c in seen.comments
    )
    return _sheet(
        seen.key,
        f"<h1>{html.escape(seen.summary)}</h1>"
        f"<p><mark>{html.escape(seen.status)}</mark> {html.escape(seen.key)},"
        f" raised by {html.escape(seen.reporter)}</p>"
        f"<p>{html.escape(seen.description)}</p><h2>Activity</h2><ol>{remarks}</ol>",
    )


def form(ask: Ask) -> Answer:
    """GET the portal's own form of a request type; the query fills its fields in."""
    kind = ask.state.request_types.get(ask.path["type"])
    if kind is None:
        return _sheet("", "<h1>This form does not exist.</h1>", 404)
    asked = "".join(
        f"<p><label>{html.escape(field.name)}{' *' if field.required else ''} "
        f'<input name="{field.id}" value="{html.escape(ask.query.get(field.id, ""))}"></label>'
        for field in kind.fields
        if not field.hidden
    )
    return _sheet(kind.name, f"<h1>{html.escape(kind.name)}</h1><form>{asked}</form>")


_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: light-dark(#f4f5f7, #141517);
  color: light-dark(#1f2329, #ebebeb); }
header { background: #1d3f8f; color: #fff; padding: .8rem max(1rem, 50vw - 23rem); }
main { max-width: 46rem; margin: 1.2rem auto; padding: 1rem 1.5rem; border-radius: 8px;
  background: light-dark(#fff, #1f2124); border: 1px solid light-dark(#dee0e3, #3a3d42); }
h1 { font-size: 1.4rem; margin: .2rem 0; } h2 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p, h1 { white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0; }
mark { background: light-dark(#e1eaff, #23345c); color: light-dark(#1c4cba, #b7ccff);
  font-weight: 600; border-radius: 4px; padding: .1rem .4rem; }
ol { list-style: none; padding: 0; } li { padding: .6rem 0; }
li + li { border-top: 1px solid light-dark(#dee0e3, #3a3d42); }
label { display: grid; } input { font: inherit; padding: .3rem .5rem; }
"""


def _sheet(title: str, body: str, status: int = 200) -> Answer:
    """Return a page of the portal; `body` is HTML, in which people's words are escaped."""
    text = (
        f"<!doctype html><html lang=en><meta charset=utf-8>"
        f'<meta name=viewport content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title) or 'Portal'}</title><style>{_STYLE}</style>"
        f"<header>Support portal</header><main>{body}</main>"
    )
    safe = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return Answer(text.encode(), status, safe, "text/html; charset=utf-8")
