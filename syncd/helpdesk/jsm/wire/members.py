"""Strict reading of JSON answers."""

import json
from datetime import datetime
from typing import TypeAlias

from syncd.core.model import Ms
from syncd.helpdesk.jsm.wire.call import Answer

Obj: TypeAlias = dict[str, object]


class UnreadableError(ValueError):
    """The answer is not what Atlassian's documents promise; the message names the member."""


def parse(answer: Answer) -> object:
    """Return the answer's JSON."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise UnreadableError("no JSON") from None


def root(answer: Answer) -> Obj:
    """Return the answer's JSON object."""
    return as_object(parse(answer), "the answer")


def lenient(holder: Obj, *path: str) -> str:
    """Return the text at the end of a path of objects, empty when there is none."""
    value: object = holder
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def as_object(value: object, name: str) -> Obj:
    if not isinstance(value, dict):
        raise UnreadableError(f"{name} is no object")
    return value


def as_objects(value: object, name: str) -> list[Obj]:
    if not isinstance(value, list):
        raise UnreadableError(f"{name} is no list")
    return [as_object(item, name) for item in value]


def child(holder: Obj, name: str) -> Obj:
    return as_object(holder.get(name), name)


def children(holder: Obj, name: str) -> list[Obj]:
    return as_objects(holder.get(name), name)


def text(holder: Obj, name: str) -> str:
    """Return a string that must be there and say something."""
    value = holder.get(name)
    if not isinstance(value, str) or not value:
        raise UnreadableError(f"{name} is no text")
    return value


def optional_text(holder: Obj, name: str) -> str:
    """Return a string, empty when it is missing or null."""
    value = holder.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableError(f"{name} is no text")
    return value


def flag(holder: Obj, name: str) -> bool:
    value = holder.get(name)
    if not isinstance(value, bool):
        raise UnreadableError(f"{name} is neither true nor false")
    return value


def count(holder: Obj, name: str) -> int:
    value = holder.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise UnreadableError(f"{name} is no count")
    return value


# `2026-11-23T06:07:00.123+0000`:
# https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
def moment(holder: Obj, name: str) -> Ms:
    """Return a point in time in epoch milliseconds; one without a zone is refused."""
    written = text(holder, name)
    try:
        stamp = datetime.fromisoformat(written)
        if stamp.tzinfo is None:
            raise UnreadableError(f"{name} has no time zone")
        return Ms(round(stamp.timestamp() * 1000))
    except (ValueError, OverflowError):
        raise UnreadableError(f"{name} is no time") from None
