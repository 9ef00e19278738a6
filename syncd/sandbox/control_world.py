"""Control of the world: who is there, what goes wrong on purpose, and what was called."""

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from syncd.sandbox.control_ask import Ask, BadAsk
from syncd.sandbox.faults import Fault
from syncd.sandbox.journal import Call
from syncd.sandbox.jsm import site
from syncd.sandbox.lark.state import LarkState

Json = dict[str, Any]
_KINDS = ("refuse", "hang", "drop_before", "drop_after", "trickle")
_MEMBERS = {
    "side",
    "route",
    "kind",
    "times",
    "skip",
    "status",
    "body",
    "headers",
    "seconds",
    "asks",
    "name",
}
_SIDES = ("lark", "jsm")
_LONGEST_SHOWN = 2000


class WorldDoor:
    """People, addresses, faults and the journal."""

    def __init__(
        self,
        lark: LarkState,
        addresses: Callable[[], dict[str, str]],
        enabled: Callable[[], list[Json]],
    ) -> None:
        self._lark, self._world = lark, lark.world
        self._addresses, self._enabled = addresses, enabled

    def describe(self, ask: Ask) -> object:
        """Return what stays, and whether anybody is connected as the bot."""
        with self._lark.changed:
            people = [
                {
                    "key": p.key,
                    "name": p.name,
                    "email": p.email,
                    "in_lark": bool(p.open_id),
                    "engineer": p.engineer,
                    "outsider": bool(p.tenant),
                    "company": p.email.partition("@")[2].partition(".")[0].title(),
                }
                for p in self._world.people.values()
            ]
            return {
                "people": people,
                "bot_name": self._lark.bot_name,
                "bot_connected": bool(self._lark.delivery.connections.all()),
                "statuses": list(site.STATUSES),
                "priorities": list(site.PRIORITIES),
                "enabled": self._enabled(),
                "addresses": self._addresses(),
            }

    def faults(self, ask: Ask) -> object:
        """Return the faults in force."""
        return {"faults": [asdict(fault) for fault in self._world.faults.rules()]}

    def add_fault(self, ask: Ask) -> object:
        """Add a fault; its members are those of `Fault`, `side` and `route` must be there."""
        return asdict(self._world.faults.add(_read_fault(ask)))

    def clear_faults(self, ask: Ask) -> object:
        """End all faults."""
        self._world.faults.clear()
        return {"faults": []}

    def end_fault(self, ask: Ask) -> object:
        """End the faults of one name."""
        self._world.faults.end(ask.path["name"])
        return {}

    def drop_connections(self, ask: Ask) -> object:
        """Cut the bot's long connections to Lark."""
        self._lark.drop_connections()
        return {}

    def journal(self, ask: Ask) -> object:
        """Return the newest calls, the oldest of them first."""
        last = ask.last(default=50)
        calls = self._world.journal.calls()
        return {"total": len(calls), "calls": [_call(c) for c in calls[-last:]]}


def _read_fault(ask: Ask) -> Fault:
    if unknown := sorted(set(ask.body) - _MEMBERS):
        raise BadAsk(f"A fault has no {', '.join(unknown)}; it has {', '.join(sorted(_MEMBERS))}.")
    headers = ask.body.get("headers", {})
    if not isinstance(headers, dict) or not all(isinstance(v, str) for v in headers.values()):
        raise BadAsk("'headers' must be an object of texts.")
    fault = Fault(
        side=ask.text("side"),
        route=ask.text("route"),
        kind=ask.optional_text("kind") or "refuse",
        times=int(ask.number("times", 1)),
        skip=int(ask.number("skip", 0)),
        status=int(ask.number("status", 503)),
        body=ask.optional_text("body"),
        headers=headers,
        seconds=ask.number("seconds", 0),
        asks=ask.optional_text("asks"),
        name=ask.optional_text("name"),
    )
    _check(fault)
    return fault


def _check(fault: Fault) -> None:
    if fault.side not in _SIDES:
        raise BadAsk(f"'side' must be {' or '.join(_SIDES)}.")
    if fault.kind not in _KINDS:
        raise BadAsk(f"'kind' must be one of {', '.join(_KINDS)}.")
    if not 200 <= fault.status <= 599:
        raise BadAsk("'status' must be an HTTP status from 200 to 599.")
    try:
        re.compile(fault.route)
    except re.error as exc:
        raise BadAsk(f"'route' must be a regular expression: {exc}.") from None


def _call(call: Call) -> Json:
    return {
        "side": call.side,
        "method": call.method,
        "path": call.path,
        "query": call.query,
        "status": call.status,
        "at_ms": call.at_ms,
        "request": _readable(call.request),
        "response": _readable(call.response),
    }


def _readable(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
