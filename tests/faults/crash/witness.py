"""Counts every commit and every call to the outside, and kills the process at a chosen one.

It stands outside syncd's own code: on SQLAlchemy's events, httpx's transport and the websocket.
"""

import json
import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import event
from sqlalchemy.engine import Connection
from websockets.asyncio.client import ClientConnection

from syncd.store.store import Store, Tx

_WRITES = re.compile(r"^(INSERT INTO|UPDATE|DELETE FROM) (\w+)")
_STATES = re.compile(r"'(READY|LEASED|SENDING|DONE|DEAD|DOUBT|WITHHELD|ASKED|SUBMITTED|FILED)'")
_HOUSEKEEPING = {"leases", "cache", "alembic_version"}
_IDS = re.compile(r"(?<=/)(?<!/api/)(om_\w+|o[cu]_\w+|[A-Z]+-\d+|\d+)(?=/|$)")


@dataclass(frozen=True)
class Point:
    """The nth time that something happens; an empty label is the nth thing of any kind."""

    label: str
    nth: int


class Witness:
    """Sees what happens, in the order in which it happens."""

    def __init__(self, point: Point | None) -> None:
        self.seen: Counter[str] = Counter()
        self._point = point
        self._lock = threading.Lock()

    def saw(self, label: str) -> None:
        with self._lock:
            self.seen[label] += 1
            if self._point is not None and self._is_here(label, self._point):
                os.kill(os.getpid(), signal.SIGKILL)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.seen), encoding="utf-8")

    def _is_here(self, label: str, point: Point) -> bool:
        if point.label:
            return label == point.label and self.seen[label] == point.nth
        return self.seen.total() == point.nth


class WitnessedStore(Store):
    """Tells the witness of each commit, before and after."""

    witness: Witness
    wrote = threading.local()

    def watch(self, witness: Witness) -> None:
        self.witness = witness

        @event.listens_for(self._writer, "before_cursor_execute")
        def note(c: Connection, cursor: Any, statement: str, values: Any, *rest: Any) -> None:
            if found := _WRITES.match(statement):
                self._parts().add(_part(found[1].split()[0], found[2], values))

        @event.listens_for(self._writer, "commit")
        def before(connection: Connection) -> None:
            if label := self._label():
                self.witness.saw(f"before commit: {label}")

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        self._parts().clear()
        with super().begin() as tx:
            yield tx
        if label := self._label():
            self.witness.saw(f"after commit: {label}")

    def _parts(self) -> set[str]:
        parts: set[str] = self.wrote.__dict__.setdefault("parts", set())
        return parts

    def _label(self) -> str:
        parts = self._parts()
        return "" if {p.split()[1] for p in parts} <= _HOUSEKEEPING else ", ".join(sorted(parts))


def _part(verb: str, table: str, values: Any) -> str:
    states = sorted(set(_STATES.findall(repr(values)))) if table in ("outbox", "requests") else []
    return " ".join([verb, table, *states])


def watch_calls(witness: Witness) -> None:
    """Tell the witness of each HTTP call and each ack, before and after."""
    ask = httpx.HTTPTransport.handle_request
    send = ClientConnection.send

    def handle_request(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        label = f"{request.method} {_IDS.sub('ID', request.url.path)}"
        witness.saw(f"before {label}")
        response = ask(self, request)
        response.read()
        witness.saw(f"after {label}")
        return response

    async def sent(self: ClientConnection, message: Any, *rest: Any, **more: Any) -> None:
        is_ack = b'"code"' in message
        if is_ack:
            witness.saw("before ack")
        await send(self, message, *rest, **more)
        if is_ack:
            witness.saw("after ack")

    httpx.HTTPTransport.handle_request = handle_request  # type: ignore[method-assign]
    ClientConnection.send = sent  # type: ignore[method-assign]
