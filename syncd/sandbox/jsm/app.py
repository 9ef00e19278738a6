"""All routes of the fake site in one application."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from syncd.sandbox.jsm import auth, languages, limits, portal, site
from syncd.sandbox.jsm.desk import comments as talk
from syncd.sandbox.jsm.desk import customers as desk_customers
from syncd.sandbox.jsm.desk import feedback, files
from syncd.sandbox.jsm.desk import requests as desk_requests
from syncd.sandbox.jsm.desk import setup as desk_setup
from syncd.sandbox.jsm.exchange import (
    Answer,
    Ask,
    Handler,
    RefusedError,
    problem,
    refuse_anonymous,
)
from syncd.sandbox.jsm.forms import api as forms
from syncd.sandbox.jsm.platform import comments, issues, permissions, search, users
from syncd.sandbox.jsm.records import Account
from syncd.sandbox.jsm.state import JiraState

_V3 = "/rest/api/3"
_PLATFORM: dict[str, dict[str, Handler]] = {
    "/myself": {"GET": users.myself},
    "/mypermissions": {"GET": permissions.mine},
    "/user/search": {"GET": users.search},
    "/serverInfo": {"GET": users.server_info},
    "/field": {"GET": users.fields},
    "/priority/search": {"GET": users.priorities},
    "/search": {"GET": search.removed, "POST": search.removed},
    "/search/jql": {"GET": search.search_by_query, "POST": search.search},
    "/search/approximate-count": {"POST": search.approximate_count},
    "/attachment/meta": {"GET": files.meta},
    "/attachment/content/{id}": {"GET": files.on_platform},
    "/issue/bulkfetch": {"POST": search.bulkfetch},
    "/issue/{key}": {"GET": comments.get_issue, "PUT": issues.edit, "DELETE": issues.delete},
    "/issue/{key}/transitions": {"GET": issues.transitions, "POST": issues.transition},
    "/issue/{key}/properties": {"GET": issues.list_properties},
    "/issue/{key}/properties/{name}": {"GET": issues.get_property, "PUT": issues.put_property},
    "/issue/{key}/comment": {"GET": comments.list_of_issue, "POST": comments.add_comment},
    "/issue/{key}/comment/{id}": {
        "GET": comments.get_comment,
        "PUT": comments.edit_comment,
        "DELETE": comments.delete_comment,
    },
    "/comment/list": {"POST": comments.list_by_ids},
    "/comment/{id}/properties": {"GET": comments.list_properties},
    "/comment/{id}/properties/{name}": {
        "GET": comments.get_property,
        "PUT": comments.put_property,
    },
}
_DESK: dict[str, dict[str, Handler]] = {
    "/servicedesk": {"GET": desk_setup.desks},
    "/servicedesk/{desk}": {"GET": desk_setup.desk},
    "/servicedesk/{desk}/requesttype": {"GET": desk_setup.request_types},
    "/servicedesk/{desk}/requesttype/{type}": {"GET": desk_setup.request_type},
    "/servicedesk/{desk}/requesttype/{type}/field": {"GET": desk_setup.fields},
    "/servicedesk/{desk}/customer": {"GET": desk_customers.search, "POST": desk_customers.add},
    "/servicedesk/{desk}/customer/invite": {"POST": desk_customers.invite},
    "/servicedesk/{desk}/attachTemporaryFile": {"POST": files.upload},
    "/customer": {"POST": desk_customers.create},
    "/info": {"GET": desk_setup.info},
    "/request": {"GET": desk_requests.own, "POST": desk_requests.create},
    "/request/validate": {"POST": desk_requests.validate},
    "/request/{key}": {"GET": desk_requests.get},
    "/request/{key}/comment": {"GET": talk.comments, "POST": talk.add_comment},
    "/request/{key}/comment/{id}": {"GET": talk.comment},
    "/request/{key}/comment/{id}/attachment": {"GET": files.of_comment},
    "/request/{key}/attachment": {"GET": files.of_request, "POST": files.attach},
    "/request/{key}/attachment/{id}": {"GET": files.content},
    "/request/{key}/status": {"GET": desk_requests.status},
    "/request/{key}/transition": {
        "GET": desk_requests.transitions,
        "POST": desk_requests.transition,
    },
    "/request/{key}/feedback": {
        "GET": feedback.read,
        "POST": feedback.give,
        "DELETE": feedback.take_back,
    },
    "/request/{key}/participant": {
        "GET": desk_requests.participants,
        "POST": desk_requests.add_participants,
        "DELETE": desk_requests.remove_participants,
    },
}
_OPEN_TO_ANONYMOUS = "/rest/servicedeskapi/request/{key}/comment"
"""Seen to answer an unseen request with an empty page instead of an error."""


def jsm_app(state: JiraState) -> "_Gateway":
    """Return the site as an application; serve it behind `Watched(app, "jsm", world)`."""
    tables = {_V3 + path: handlers for path, handlers in _PLATFORM.items()}
    tables |= {portal.route(project): {"GET": portal.page} for project in site.PROJECTS}
    tables |= {portal.form_route(project): {"GET": portal.form} for project in site.DESKS}
    tables |= {"/rest/servicedeskapi" + path: handlers for path, handlers in _DESK.items()}
    tables |= {"/_edge/tenant_info": {"GET": users.tenant}}
    tables |= {
        f"{place}{forms.ROUTE}{rest}": {"GET": handler}
        for place in (forms.SITE, forms.GATEWAY)
        for rest, handler in (("", forms.template), ("/externaldata", forms.external))
    }
    routes = [
        Route(path, _endpoint(state, path, handlers), methods=_ALL_METHODS)
        for path, handlers in tables.items()
    ]
    routes.append(Route("/{rest:path}", _endpoint(state, "", {}), methods=_ALL_METHODS))
    return _Gateway(Starlette(routes=routes), state)


class _Gateway:
    """Serves the site below the gateway's path as well; `scope["gateway"]` tells which it was."""

    def __init__(self, app: Starlette, state: JiraState) -> None:
        self._app, self._state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        switches = self._state.switches
        routed = path.startswith(f"{site.GATEWAY}/rest/")
        routed |= path.startswith(site.GATEWAY + forms.GATEWAY) and switches.forms_through_gateway
        if routed and switches.gateway:
            inner = path.removeprefix(site.GATEWAY)
            scope = {**scope, "path": inner, "raw_path": inner.encode(), "gateway": True}
        await self._app(scope, receive, send)


_ALL_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def _endpoint(
    state: JiraState, route: str, handlers: dict[str, Handler]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        with state.world.lock:
            answer = _answer(state, route, handlers, request, body)
        return Response(
            answer.content(), answer.status, answer.headers, media_type=answer.media_type
        )

    return endpoint


def _answer(
    state: JiraState, route: str, handlers: dict[str, Handler], request: Request, body: bytes
) -> Answer:
    authorization = request.headers.get("authorization", "")
    path = request.url.path
    caller, gateway = None, bool(request.scope.get("gateway"))
    try:
        caller = auth.caller(state, authorization)
        sees_forms = state.switches.scoped_token_sees_forms
        if path.startswith("/rest/") or (path.startswith("/jira/forms/") and not sees_forms):
            auth.refuse_wrong_door(state, caller, gateway=gateway)
        answer = _perform(state, route, handlers, request, body, caller)
    except RefusedError as refused:
        tag = request.query_params.get("requestLanguage", "")
        language = languages.wanted(path, tag, state.switches.language)
        spoken = languages.spoken(refused.answer.body, language)
        answer = replace(refused.answer, body=spoken)
    if gateway and not state.switches.gateway_tells_account:
        return answer
    told = auth.answer_headers(state, caller, tried=bool(authorization), path=path)
    return Answer(answer.body, answer.status, answer.headers | told, answer.media_type)


def _by_key(state: JiraState, request: Request) -> str:
    """Return the path with the ticket's key in it, however the caller named the ticket."""
    named = str(request.path_params.get("key", ""))
    ticket = state.find(named) if named else None
    return (
        request.url.path.replace(f"/{named}", f"/{ticket.key}", 1) if ticket else request.url.path
    )


def _perform(
    state: JiraState,
    route: str,
    handlers: dict[str, Handler],
    request: Request,
    body: bytes,
    caller: Account | None,
) -> Answer:
    handler = handlers.get(request.method)
    if not handlers:
        return problem(404, f"No endpoint {request.method} {request.url.path}.")
    if handler is None:
        refused = problem(405, f"Method '{request.method}' is not supported.")
        return Answer(
            refused.body, 405, {"Allow": ", ".join(handlers)}, media_type=refused.media_type
        )
    if state.switches.rate_limits:
        hit = state.limits.check(request.method, route, _by_key(state, request))
        if hit is not None:
            return Answer(status=429, headers=limits.headers(hit, state.now()))
    if route.startswith(forms.GATEWAY) and not request.scope.get("gateway"):
        return problem(404, f"No endpoint {request.method} {request.url.path}.")
    anonymous_read = route == _OPEN_TO_ANONYMOUS and request.method == "GET"
    if caller is None and route.startswith("/rest/servicedeskapi") and not anonymous_read:
        refuse_anonymous()
    url = urlsplit(str(request.url))
    own = f"{url.scheme}://{url.netloc}"
    through = request.scope.get("gateway") and state.switches.gateway_in_links
    ask = Ask(
        state=state,
        caller=caller,
        path=dict(request.path_params),
        query=request.query_params,
        headers=dict(request.headers),
        body=body,
        base=own + site.GATEWAY if through else own,
        site=own,
    )
    return handler(ask)
