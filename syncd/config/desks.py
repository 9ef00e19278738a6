"""What no single key can tell of the desks: problems of the raw file, as sentences."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from syncd.config import environment

_ONE_DESK = ("service_desk", "project", "request_type")
"""The keys of `[jsm]` that say which the only desk is."""


def problems(raw: Mapping[str, Any]) -> list[str]:
    """Return a line for each name that is taken or unknown, and for what `[jsm]` says besides."""
    desks = tables(raw, "desks")
    return [*_twice(desks), *_unknown(raw, desks), *_contradictions(raw, desks)]


def missing(raw: Mapping[str, Any]) -> list[str]:
    """Return a line for each key of the only desk that nobody has given."""
    if raw.get("desks"):
        return []
    jsm = raw.get("jsm")
    given = jsm if isinstance(jsm, dict) else {}
    return [
        f"jsm.{key}: missing"
        for key in _ONE_DESK
        if key not in given and not environment.variable_of("jsm", key)
    ]


def tables(raw: Mapping[str, Any], name: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the tables of a list of them, each with its key."""
    listed = raw.get(name)
    every = enumerate(listed if isinstance(listed, list) else [])
    return [(f"{name}[{number}]", one) for number, one in every if isinstance(one, dict)]


def _twice(desks: list[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    first_at: dict[str, str] = {}
    for key, desk in desks:
        name = desk.get("name")
        before = first_at.setdefault(name, key) if isinstance(name, str) else key
        if before != key:
            yield f"{key}.name: {name} stands in {before} already"
        types = _texts(desk.get("request_types"))
        for type in sorted({one for one in types if types.count(one) > 1}):
            yield f"{key}.request_types: {type} stands there twice"


def _unknown(raw: Mapping[str, Any], desks: list[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    names = _texts([desk.get("name") for _, desk in desks])
    right = f"there are {', '.join(names)}" if names else "[[desks]] names none"
    defaults = raw.get("defaults")
    asking = [("defaults", defaults)] if isinstance(defaults, dict) else []
    for key, table in [*asking, *tables(raw, "chats")]:
        for name in _texts(table.get("desks")):
            if name not in names:
                yield f"{key}.desks: there is no desk {name!r}; {right}"


def _contradictions(
    raw: Mapping[str, Any], desks: list[tuple[str, Mapping[str, Any]]]
) -> Iterator[str]:
    """What `[jsm]` says of the only desk may stand beside a first desk of which it is true."""
    jsm = raw.get("jsm")
    if not desks or not isinstance(jsm, dict):
        return
    first = desks[0][1]
    types = _texts(first.get("request_types"))
    true: dict[str, list[Any]] = {
        "service_desk": [first.get("service_desk")],
        "project": [first.get("project")],
        "request_type": types,
    }
    for key in _ONE_DESK:
        if key in jsm and jsm[key] not in true[key]:
            yield (
                f"jsm.{key}: {jsm[key]} is not what desks[0] says; leave it out, since [[desks]] "
                "say where tickets are made"
            )


def _texts(said: object) -> list[str]:
    listed: Iterable[object] = said if isinstance(said, list) else []
    return [one for one in listed if isinstance(one, str)]
