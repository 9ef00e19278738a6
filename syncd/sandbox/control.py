"""The page and its control routes: the one door for whoever acts from outside the process.

GET    /api/world                                 people, statuses, addresses, is the bot there?
GET    /api/people/{person}/chats                 every chat as that person sees it
POST   /api/people/{person}/messages              {chat, text, thread?}
POST   /api/people/{person}/messages/{id}         {text}: edit one's own
DELETE /api/people/{person}/messages/{id}         recall one's own
POST   /api/people/{person}/messages/{id}/reactions          {emoji}: put it there
DELETE /api/people/{person}/messages/{id}/reactions/{emoji}  take one's own off
POST   /api/people/{person}/files                 {chat, name, base64, thread?}
POST   /api/people/{person}/clicks                {message, button, form?} -> outcome, toast
POST   /api/people/{person}/online                {online}
POST   /api/chats/{chat}/bot                      {inside}: add the bot, or take it out
GET    /api/tickets?engineer=                     as an engineer sees them
GET    /api/tickets/{key}/portal                  as the portal shows it
POST   /api/tickets/{key}/portal                  {text}: answer there, as its reporter
POST   /api/tickets/{key}/comments                {engineer, text or document, public}
POST   /api/tickets/{key}/comments/{id}           {text or document}: edit
DELETE /api/tickets/{key}/comments/{id}           delete
POST   /api/tickets/{key}/comments/{id}/publicity {public}
POST   /api/tickets/{key}/comments/{id}/readers   {role}: only that role reads it, "" lifts that
POST   /api/tickets/{key}/status                  {status}
POST   /api/tickets/{key}/assignee                {engineer}: "" takes it from everybody
POST   /api/tickets/{key}/priority                {priority}
GET, POST, DELETE /api/faults                     a fault as in faults.py
DELETE /api/faults/{name}                         end the faults of that name
DELETE /api/connections                           cut the bot's long connections
GET    /api/journal?last=                         the last calls that the fakes received

Chat `p2p` is the direct chat with the bot. A refusal is {error: a sentence} with a 4xx.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from syncd.sandbox.control_ask import Ask, BadAsk, read_ask
from syncd.sandbox.control_chat import ChatDoor
from syncd.sandbox.control_desk import DeskDoor
from syncd.sandbox.control_world import WorldDoor
from syncd.sandbox.jsm.state import JiraState
from syncd.sandbox.lark.client import ClickRefusedByClient
from syncd.sandbox.lark.state import LarkState
from syncd.sandbox.server import App, Message, Receive, Scope, Send

Handler = Callable[[Ask], object]

_PAGE = Path(__file__).with_name("page")
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page_app(
    lark: LarkState,
    jira: JiraState,
    addresses: Callable[[], dict[str, str]],
    enabled: Callable[[], list[dict[str, str]]],
) -> Starlette:
    """Return the page with its control routes as an application.

    `enabled` tells the plan and the language of each chat in which the bot works.
    """
    chat, desk, world = ChatDoor(lark), DeskDoor(jira), WorldDoor(lark, addresses, enabled)
    table: dict[str, dict[str, Handler]] = {
        "/world": {"GET": world.describe},
        "/people/{person}/chats": {"GET": chat.chats},
        "/people/{person}/messages": {"POST": chat.say},
        "/people/{person}/messages/{id}": {"POST": chat.edit, "DELETE": chat.recall},
        "/people/{person}/messages/{id}/reactions": {"POST": chat.react},
        "/people/{person}/messages/{id}/reactions/{emoji}": {"DELETE": chat.unreact},
        "/people/{person}/files": {"POST": chat.send_file},
        "/people/{person}/clicks": {"POST": chat.click},
        "/people/{person}/online": {"POST": chat.set_online},
        "/chats/{chat}/bot": {"POST": chat.move_bot},
        "/tickets": {"GET": desk.tickets},
        "/tickets/{key}/portal": {"GET": desk.portal, "POST": desk.answer_as_customer},
        "/tickets/{key}/comments": {"POST": desk.comment},
        "/tickets/{key}/comments/{id}": {"POST": desk.edit, "DELETE": desk.delete},
        "/tickets/{key}/comments/{id}/readers": {"POST": desk.restrict},
        "/tickets/{key}/comments/{id}/publicity": {"POST": desk.flip},
        "/tickets/{key}/status": {"POST": desk.transition},
        "/tickets/{key}/assignee": {"POST": desk.assign},
        "/tickets/{key}/priority": {"POST": desk.prioritize},
        "/faults": {
            "GET": world.faults,
            "POST": world.add_fault,
            "DELETE": world.clear_faults,
        },
        "/faults/{name}": {"DELETE": world.end_fault},
        "/connections": {"DELETE": world.drop_connections},
        "/journal": {"GET": world.journal},
    }
    routes: list[BaseRoute] = [
        Route("/api" + path, _endpoint(handler), methods=[method])
        for path, handlers in table.items()
        for method, handler in handlers.items()
    ]
    routes.append(Route("/api/{rest:path}", _no_route))
    routes.append(Mount("/", StaticFiles(directory=_PAGE, html=True)))
    # A page of the wide web must not act here by a name that it points at this address.
    only_here = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    return Starlette(routes=routes, middleware=[only_here, Middleware(_WithHeaders)])


class _WithHeaders:
    """Adds the headers that forbid a browser to load or run anything from elsewhere."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers)


def _endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            ask = await read_ask(request)
            return JSONResponse(await run_in_threadpool(handler, ask))
        except BadAsk as exc:
            return _refused(exc.status, str(exc))
        except ClickRefusedByClient as exc:
            return _refused(409, f"The Lark client refuses: {exc}.")
        except PermissionError as exc:
            return _refused(403, f"{exc}.")
        except LookupError as exc:
            return _refused(404, f"{exc.args[0]}.")
        except ValueError as exc:
            return _refused(422, f"{exc}.")

    return endpoint


async def _no_route(request: Request) -> Response:
    return _refused(404, f"there is no route {request.method} {request.url.path}.")


def _refused(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence[:1].upper() + sentence[1:]}, status)
