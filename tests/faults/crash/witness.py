"""Writes down every commit and every call to the outside, and kills the process at a chosen one.

It stands outside syncd's own code: on SQLAlchemy's events, httpx's transports and the websocket.
"""

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
from answers import whole, whole_later
from sqlalchemy import event
from sqlalchemy.engine import Connection
from websockets.asyncio.client import ClientConnection

from syncd.store.store import Store, Tx

_WRITES = re.compile(r"^(INSERT INTO|UPDATE|DELETE FROM) (\w+)")
_STATES = re.compile(r"'(READY|LEASED|SENDING|DONE|DEAD|DOUBT|WITHHELD|ASKED|SUBMITTED|FILED)'")
_IDS = re.compile(r"(?<=/)(?<!/api/)(om_\w+|(?:img|file)_v3_\w+|o[cu]_\w+|[A-Z]+-\d+|\d+)(?=/|$)")
_SEEN, _DIED = "seen.txt", "died.txt"


@dataclass(frozen=True)
class Point:
    """The nth time that something happens; an empty label is the nth thing of any kind."""

    label: str
    nth: int


@dataclass(frozen=True)
class Fate:
    """Where one daemon dies: at the point, or at the first thing that is not spared."""

    point: Point | None = None
    spared: frozenset[str] | None = None
    """None spares everything."""


class Witness:
    """Sees what happens, in its order, and keeps it in files that outlive the process."""

    def __init__(self, fate: Fate, folder: Path) -> None:
        self._fate = fate
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        how = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._seen, self._died = (os.open(folder / name, how) for name in (_SEEN, _DIED))

    def saw(self, label: str) -> None:
        with self._lock:
            self._counts[label] += 1
            os.write(self._seen, f"{label}\n".encode())
            if self._is_at_point(label) or not self._is_spared(label):
                os.write(self._died, f"{self._counts[label]} {label}\n".encode())
                os.kill(os.getpid(), signal.SIGKILL)

    def _is_spared(self, label: str) -> bool:
        return self._fate.spared is None or label in self._fate.spared

    def _is_at_point(self, label: str) -> bool:
        point = self._fate.point
        if point is None:
            return False
        if point.label:
            return label == point.label and self._counts[label] == point.nth
        return self._counts.total() == point.nth


def seen(folder: Path) -> Counter[str]:
    """Return how often each thing happened in the lives of the folder's daemons."""
    return Counter(_lines(folder / _SEEN))


def between(before: Counter[str], after: Counter[str]) -> list[Point]:
    """Return everything that happened in the meantime."""
    return [
        Point(label, nth)
        for label, count in after.items()
        for nth in range(before[label] + 1, count + 1)
    ]


def died_at(folder: Path) -> list[Point]:
    """Return the things at which the folder's daemons were killed, one after the other."""
    parts = [line.partition(" ") for line in _lines(folder / _DIED)]
    return [Point(label, int(nth)) for nth, _, label in parts]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


class WitnessedStore(Store):
    """Tells the witness of each commit that changes something, before and after."""

    witness: Witness
    wrote = threading.local()

    def watch(self, witness: Witness) -> None:
        self.witness = witness

        @event.listens_for(self._writer, "after_cursor_execute")
        def note(
            c: Connection, cursor: Any, statement: str, values: Any, context: Any, many: bool
        ) -> None:
            found = _WRITES.match(statement)
            if found and cursor.rowcount != 0:
                named = context.compiled_parameters if context.compiled else []
                self._parts().add(_part(found[1].split()[0], found[2], values, named))

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
        return ", ".join(sorted(self._parts()))


def _part(verb: str, table: str, values: Any, named: list[dict[str, Any]]) -> str:
    """Name a change, and of some tables in which states it leaves or finds the rows."""
    states = sorted(set(_STATES.findall(repr(values)))) if table in ("outbox", "requests") else []
    if table == "looks" and any(row.get("failures") for row in named):
        states.append("FAILING")
    return " ".join([verb, table, *states])


def watch_calls(witness: Witness) -> None:
    """Tell the witness of each HTTP call, handshake and frame, before and after."""
    ask, ask_later = (
        httpx.HTTPTransport.handle_request,
        httpx.AsyncHTTPTransport.handle_async_request,
    )
    shake, send = ClientConnection.handshake, ClientConnection.send

    def handle_request(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        label = _call(request)
        witness.saw(f"before {label}")
        response = whole(ask(self, request))
        witness.saw(f"after {label}")
        return response

    async def handle_async(
        self: httpx.AsyncHTTPTransport, request: httpx.Request
    ) -> httpx.Response:
        label = _call(request)
        witness.saw(f"before {label}")
        response = await whole_later(await ask_later(self, request))
        witness.saw(f"after {label}")
        return response

    async def shaken(self: ClientConnection, *rest: Any, **more: Any) -> None:
        witness.saw("before handshake")
        await shake(self, *rest, **more)
        witness.saw("after handshake")

    async def sent(self: ClientConnection, message: Any, *rest: Any, **more: Any) -> None:
        label = "ack" if b'"code"' in message else "ping"
        witness.saw(f"before {label}")
        await send(self, message, *rest, **more)
        witness.saw(f"after {label}")

    httpx.HTTPTransport.handle_request = handle_request
    httpx.AsyncHTTPTransport.handle_async_request = handle_async
    ClientConnection.handshake = shaken
    ClientConnection.send = sent


def _call(request: httpx.Request) -> str:
    return f"{request.method} {_IDS.sub('ID', request.url.path)}"
