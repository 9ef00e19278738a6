"""One HTTP call to the fake: what was asked, what is answered, and how it is refused."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from starlette.datastructures import QueryParams

from syncd.sandbox.jsm.records import Account
from syncd.sandbox.jsm.state import JiraState

JSON = "application/json;charset=UTF-8"
PROBLEM = "application/problem+json"
INVALID_PAYLOAD = "Invalid request payload. Refer to the REST API documentation and try again."


@dataclass(frozen=True)
class Ask:
    """One call; `caller` is None when it is anonymous."""

    state: JiraState
    caller: Account | None
    path: dict[str, str]
    query: QueryParams
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    base: str
    """Scheme and host that the caller used, for the links of the answer."""
    site: str = ""
    """The same without the gateway's path."""

    def integer(self, name: str, default: int) -> int:
        """Return a number of the query; refuses text as a conversion error."""
        value = self.query.get(name)
        if value is None:
            return default
        try:
            return int(value)
        except ValueError:
            refuse_problem(400, f"Failed to convert '{name}' with value: '{value}'")

    def flag(self, name: str, default: bool) -> bool:
        """Return a boolean of the query as servicedeskapi reads it: "True" too, noise as false."""
        value = self.query.get(name)
        return default if value is None else value.lower() == "true"

    def names(self, name: str) -> set[str]:
        """Return a list of the query, given with commas, repeated, or both."""
        return {part for value in self.query.getlist(name) for part in value.split(",") if part}

    def json_object(self) -> dict[str, Any]:
        """Return the body; refuses a wrong content type and anything but an object."""
        if not self.headers.get("content-type", "").startswith("application/json"):
            refuse_problem(415, "Content-Type is not supported")
        try:
            body = json.loads(self.body)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            refuse(400, INVALID_PAYLOAD)
        return body


@dataclass(frozen=True)
class Answer:
    """What goes back: JSON when `body` is not bytes."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = JSON

    def content(self) -> bytes:
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, ensure_ascii=False).encode()


Handler = Callable[[Ask], Answer]


class RefusedError(Exception):
    """The call is answered with this instead of its ordinary answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def refuse(status: int, *messages: str, **errors: str) -> NoReturn:
    """Refuse as the platform does: `errorMessages`, and `errors` by field."""
    body: dict[str, Any] = {"errorMessages": list(messages)}
    if errors or status != 400:
        body["errors"] = errors
    raise RefusedError(Answer(body, status))


def refuse_desk(status: int, message: str, key: str = "", **parameters: str) -> NoReturn:
    """Refuse as servicedeskapi does: `errorMessage`, often with its i18n key."""
    body: dict[str, Any] = {"errorMessage": message}
    if key:
        i18n = {"i18nKey": key, "parameters": list(parameters.values())}
        body["i18nErrorMessage"] = i18n
    raise RefusedError(Answer(body, status))


def refuse_problem(status: int, detail: str) -> NoReturn:
    """Refuse as the gateway does: RFC 7807."""
    raise RefusedError(problem(status, detail))


def problem(status: int, detail: str) -> Answer:
    """Return an RFC 7807 answer."""
    title = {400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed"}.get(status, "Error")
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": "",
    }
    return Answer(body, status, media_type=PROBLEM)


def refuse_anonymous() -> NoReturn:
    """Refuse a caller who must be known: a line of text, and how to log in."""
    text = b"Client must be authenticated to access this resource."
    challenge = {"WWW-Authenticate": 'OAuth realm="https%3A%2F%2Fsandbox.example"'}
    raise RefusedError(Answer(text, 401, challenge, "text/plain"))


_KINDS: dict[str, Callable[[Any], bool]] = {
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "object": lambda v: isinstance(v, dict),
    "strings": lambda v: isinstance(v, list) and all(isinstance(x, str) for x in v),
    "integers": lambda v: isinstance(v, list) and all(type(x) is int for x in v),
    "any": lambda v: True,
}


def wrong_members(body: dict[str, Any], closed: dict[str, str]) -> list[str]:
    """Return the members of `body` that `closed` does not name, or that have another type."""
    return [name for name, value in body.items() if not _fits(closed.get(name, ""), value)]


def _fits(kind: str, value: Any) -> bool:
    return kind in _KINDS and _KINDS[kind](value)
