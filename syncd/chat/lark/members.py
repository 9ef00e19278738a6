"""Members of JSON that nobody vouches for: what is missing or of another kind is empty."""

import json
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


def as_object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def part(body: Json, name: str) -> Json:
    return as_object(body.get(name))


def string(body: Json, *path: str) -> str:
    """Return the text that lies at the end of a path of objects."""
    for name in path[:-1]:
        body = part(body, name)
    value = body.get(path[-1])
    return value if isinstance(value, str) else ""


def objects(value: object) -> list[Json]:
    """Return those entries of a list that are objects."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def parsed(text: str | bytes) -> object:
    """Return what JSON says, None when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
