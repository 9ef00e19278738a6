"""One call of a control route: what was asked, read strictly."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

Json = dict[str, Any]


class BadAsk(Exception):
    """The call cannot be carried out; the text is the sentence that is answered."""

    def __init__(self, sentence: str, status: int = 422) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Ask:
    """The names in the path, the query and the body."""

    path: dict[str, str]
    query: dict[str, str]
    body: Json

    def text(self, name: str) -> str:
        """Return a text that must be there and not be blank."""
        value = self.body.get(name)
        if not isinstance(value, str) or not value.strip():
            raise BadAsk(f"{name!r} must be a text that is not empty.")
        return value

    def optional_text(self, name: str) -> str:
        """Return a text, or "" when it is missing or null."""
        value = self.body.get(name)
        if value is not None and not isinstance(value, str):
            raise BadAsk(f"{name!r} must be a text.")
        return value or ""

    def decoded(self, name: str) -> bytes:
        """Return bytes that are given in base64."""
        try:
            return base64.b64decode(self.text(name), validate=True)
        except ValueError:
            raise BadAsk(f"{name!r} must be base64.") from None

    def flag(self, name: str) -> bool:
        """Return a yes or no that must be there."""
        value = self.body.get(name)
        if not isinstance(value, bool):
            raise BadAsk(f"{name!r} must be true or false.")
        return value

    def number(self, name: str, default: float) -> float:
        """Return a number, `default` when it is missing."""
        value = self.body.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadAsk(f"{name!r} must be a number.")
        return value

    def form(self) -> Json | None:
        """Return what was filled in, None when the body has no form."""
        value = self.body.get("form")
        if value is not None and not isinstance(value, dict):
            raise BadAsk("'form' must be an object of values by field name.")
        return value

    def last(self, default: int) -> int:
        """Return how many of the newest are wanted, 1 to 1000."""
        given = self.query.get("last", str(default))
        if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 1000:
            raise BadAsk("'last' must be a number from 1 to 1000.")
        return int(given)


async def read_ask(request: Request) -> Ask:
    """Read a call; raises BadAsk for a body that is not a JSON object."""
    body: Json = {}
    if request.method == "POST":
        # A form of a foreign page can post plain text unasked; JSON it cannot.
        if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            raise BadAsk("The body must be application/json.", 415)
        try:
            body = json.loads(await request.body())
        except ValueError:
            raise BadAsk("The body is not JSON.", 400) from None
        if not isinstance(body, dict):
            raise BadAsk("The body must be a JSON object.", 400)
    return Ask(dict(request.path_params), dict(request.query_params), body)
