"""The fake Lark as one ASGI application."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute

from syncd.sandbox.lark import reacting
from syncd.sandbox.lark.connection.longconn import LongConnection
from syncd.sandbox.lark.rest import application as rest_application
from syncd.sandbox.lark.rest import directory as rest_directory
from syncd.sandbox.lark.rest import files as rest_files
from syncd.sandbox.lark.rest import history as rest_history
from syncd.sandbox.lark.rest import messages as rest_messages
from syncd.sandbox.lark.rest import private as rest_private
from syncd.sandbox.lark.services import translating
from syncd.sandbox.lark.state import LarkState


def lark_app(state: LarkState) -> Starlette:
    """Return the application that serves REST, discovery and the websocket."""
    rest = (rest_directory, rest_application, rest_messages, rest_history, rest_private, rest_files)
    apis = (api for module in (*rest, reacting, translating) for api in module.APIS)
    routes: list[BaseRoute] = [api.route(state) for api in apis]
    routes += LongConnection(state).routes()
    routes += state.registration.routes(state.app_id, state.app_secret, "/page/registration")
    return Starlette(routes=routes, exception_handlers={404: _not_found, 500: _broken})


async def _not_found(request: Request, exc: Exception) -> Response:
    """The platform's gateway answers an unknown path in plain text."""
    return PlainTextResponse("404 page not found", 404)


async def _broken(request: Request, exc: Exception) -> Response:
    return JSONResponse({"code": 1500, "msg": f"the sandbox broke: {exc!r}"}, 500)
