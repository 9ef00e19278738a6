"""/rest/api/3/search/jql and its relatives.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
"""

import base64
import hashlib
import json
import secrets
from functools import partial
from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.exchange import (
    INVALID_PAYLOAD,
    Answer,
    Ask,
    refuse,
    wrong_members,
)
from syncd.sandbox.jsm.platform import wire
from syncd.sandbox.jsm.records import Ticket
from syncd.sandbox.jsm.search import jql, jql_match
from syncd.sandbox.jsm.search.index import Row
from syncd.sandbox.jsm.state import JiraState

_SEARCH_MEMBERS = {
    "jql": "string",
    "fields": "strings",
    "maxResults": "integer",
    "nextPageToken": "string",
    "expand": "string",
    "fieldsByKeys": "boolean",
    "properties": "strings",
    "reconcileIssues": "integers",
}
_TOKEN_LIFE_MS = 7 * 24 * 3600 * 1000
_LIGHT_FIELDS = {"id", "key", "updated", "created", "status"}
_BAD_TOKEN = "The provided next page token is invalid or expired."


def search(ask: Ask) -> Answer:
    """POST /rest/api/3/search/jql; the body is closed."""
    body = ask.json_object()
    if wrong_members(body, _SEARCH_MEMBERS):
        refuse(400, INVALID_PAYLOAD)
    return _search(ask, body)


def search_by_query(ask: Ask) -> Answer:
    """GET /rest/api/3/search/jql."""
    body: dict[str, Any] = {
        "jql": ask.query.get("jql", ""),
        "maxResults": ask.integer("maxResults", 50),
        "fields": sorted(ask.names("fields")),
    }
    if token := ask.query.get("nextPageToken"):
        body["nextPageToken"] = token
    if ids := ask.names("reconcileIssues"):
        body["reconcileIssues"] = [int(i) for i in ids if i.isdigit()]
    return _search(ask, body)


def approximate_count(ask: Ask) -> Answer:
    """POST /rest/api/3/search/approximate-count."""
    body = ask.json_object()
    if wrong_members(body, {"jql": "string"}):
        refuse(400, INVALID_PAYLOAD)
    _, rows = _matching(ask, body.get("jql", ""), [])
    return Answer({"count": len(rows)})


def removed(ask: Ask) -> Answer:
    """The old /rest/api/3/search is gone. https://developer.atlassian.com/changelog/#CHANGE-2046"""
    refuse(
        410,
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.",
    )


def bulkfetch(ask: Ask) -> Answer:
    """POST /rest/api/3/issue/bulkfetch: by key from the records, not from the index."""
    body = ask.json_object()
    members = {
        "issueIdsOrKeys": "strings",
        "fields": "strings",
        "expand": "strings",
        "properties": "strings",
        "fieldsByKeys": "boolean",
    }
    if wrong_members(body, members) or "issueIdsOrKeys" not in body:
        refuse(400, INVALID_PAYLOAD)
    asked: list[str] = body["issueIdsOrKeys"]
    if not 1 <= len(asked) <= 100 or len(body.get("properties", [])) > 5:
        refuse(400, "The number of issues must be between 1 and 100.")
    found = {name: _seen(ask, name) for name in asked}
    tickets = {ticket.id: ticket for ticket in found.values() if ticket is not None}
    fields = body.get("fields") or ["*navigable"]
    errors = []
    if ask.state.switches.bulkfetch_lists_errors:
        missing = "Issue does not exist or you do not have permission to see it."
        errors = [{"id": n, "errorMessage": missing} for n, t in found.items() if t is None]
    issues = [
        wire.issue(ask.state, ticket, ask.base, ["key", *fields], body.get("properties", []))
        for _, ticket in sorted(tickets.items())
    ]
    return Answer({"issues": issues, "issueErrors": errors})


def _sees(ask: Ask, project: site.Project) -> bool:
    return ask.caller is not None and ask.state.bot_reads(project)


def _seen(ask: Ask, name: str) -> Ticket | None:
    ticket = ask.state.find(name)
    return ticket if ticket is not None and _sees(ask, ticket.project) else None


def _search(ask: Ask, body: dict[str, Any]) -> Answer:
    size = body.get("maxResults", 50)
    lists = len(body.get("reconcileIssues", [])) <= 50 and len(body.get("properties", [])) <= 5
    if not 1 <= size <= 5000 or not lists:
        refuse(400, INVALID_PAYLOAD)
    fields = body.get("fields") or ["id"]
    text = body.get("jql", "")
    query, rows = _matching(ask, text, body.get("reconcileIssues", []))
    key_of = partial(jql_match.sort_key, query)
    rows.sort(key=key_of)
    state, token = ask.state, body.get("nextPageToken")
    if state.switches.search_empty_pages > 0:
        state.switches.search_empty_pages -= 1
        first = _token_of(state, text, [])
        return Answer({"issues": [], "nextPageToken": first, "isLast": False})
    if token is not None:
        after = _position(state, text, token)
        rows = [row for row in rows if key_of(row) > after]
    page = rows[: min(size, _page_limit(state, set(fields)))]
    kept = body.get("properties", [])
    issues = [wire.issue(state, state.by_id[row.id], ask.base, fields, kept) for row in page]
    answer: dict[str, Any] = {"issues": issues, "isLast": len(page) == len(rows)}
    if not answer["isLast"]:
        answer["nextPageToken"] = _token_of(state, text, list(key_of(page[-1])))
    if state.switches.search_repeats_token and token is not None:
        answer |= {"isLast": False, "nextPageToken": token}
    return Answer(answer)


def _page_limit(state: JiraState, fields: set[str]) -> int:
    """The document: up to 5000 for id or key; the more fields, the fewer issues."""
    if state.switches.search_page_limit:
        return state.switches.search_page_limit
    if fields <= {"id", "key"}:
        return 5000
    return 1000 if fields <= _LIGHT_FIELDS else 100


def _matching(ask: Ask, text: str, fresh: list[int]) -> tuple[jql.Query, list[Row]]:
    """Return the query and its rows; issues named in `fresh` are read past the index."""
    state = ask.state
    words = jql_match.Site(
        projects={
            name.upper(): project.key
            for project in site.PROJECTS
            if _sees(ask, project) or not state.switches.search_refuses_unseen
            for name in (project.key, project.id, project.name)
        },
        keys=lambda key: state.find(key) is not None,
        utc_offset_minutes=state.switches.utc_offset_minutes,
        epoch_ms=state.switches.epoch_ms_in_jql,
    )
    try:
        query = jql.parse(text)
        if ask.caller is None and query.clauses:
            return query, []
        test = jql_match.matcher(query, words)
    except jql.JqlError as error:
        refuse(400, str(error))
    rows = {row.id: row for row in state.index.rows(state.now())}
    rows |= {i: state.row(state.by_id[i]) for i in fresh if i in state.by_id}
    seen = {project.key for project in site.PROJECTS if _sees(ask, project)}
    return query, [row for row in rows.values() if row.project in seen and test(row)]


def _token_of(state: JiraState, text: str, position: list[int]) -> str:
    # Two pages of the same millisecond have two tokens.
    seal = [_digest(text), state.now(), secrets.randbits(32), *position]
    return base64.urlsafe_b64encode(json.dumps(seal).encode()).decode()


def _position(state: JiraState, text: str, token: str) -> tuple[int, ...]:
    """Return where the last page ended; a token of another query or an old one is refused."""
    try:
        digest, issued, _, *position = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError):
        refuse(400, _BAD_TOKEN)
    whole = all(isinstance(number, int) for number in (issued, *position))
    if not whole or digest != _digest(text) or state.now() - issued > _TOKEN_LIFE_MS:
        refuse(400, _BAD_TOKEN)
    return tuple(position)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
