"""The open websockets of the app, and the frames that go out over them."""

import asyncio
import random
import uuid
from dataclasses import dataclass, field

from syncd.sandbox.lark.connection.frames import CONTROL, DATA, Frame, encode
from syncd.sandbox.lark.switches import Switches

SERVICE_ID = 33554678


@dataclass(eq=False)
class Connection:
    """One websocket. `post` may be called from any thread."""

    device_id: str
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport | None
    outbox: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)
    instance_id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    half_open: bool = False
    """The peer looks connected, but nothing is read from it and nothing reaches it."""
    pings: int = 0

    def post(self, frame: Frame) -> None:
        """Send a frame; one that is half open swallows it."""
        if not self.half_open:
            self.loop.call_soon_threadsafe(self.outbox.put_nowait, encode(frame))

    def close(self) -> None:
        """Close as the server does in an orderly way."""
        self.loop.call_soon_threadsafe(self.outbox.put_nowait, None)

    def cut(self) -> None:
        """Cut the TCP connection without a closing frame."""
        if self.transport is not None:
            self.loop.call_soon_threadsafe(self.transport.abort)

    def freeze(self) -> None:
        """Stop reading, so that not even the websocket's own pings are answered."""
        self.half_open = True
        if self.transport is not None:
            self.loop.call_soon_threadsafe(self.transport.pause_reading)


class Connections:
    """At most 50 at a time; each event goes to one of them, chosen at random.

    https://open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN/event-subscription-configure-/request-url-configuration-case
    """

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._open: list[Connection] = []
        self._sequence = 0

    def add(self, connection: Connection) -> None:
        self._open.append(connection)

    def remove(self, connection: Connection) -> None:
        self._open.remove(connection)

    def all(self) -> list[Connection]:
        return list(self._open)

    def full(self) -> bool:
        return len(self._open) >= self._switches.connection_limit

    def choose(self) -> Connection | None:
        """Return one at random. Not the server's own knowledge: a dead one is chosen too."""
        return random.choice(self._open) if self._open else None

    def frames(
        self, connection: Connection, kind: str, message_id: str, payload: bytes
    ) -> list[Frame]:
        """Return the payload as data frames, cut as the switches say."""
        size = self._switches.fragment_bytes or len(payload) or 1
        parts = [payload[i : i + size] for i in range(0, len(payload), size)] or [b""]
        frames = [
            self._data(connection, _headers(kind, message_id, len(parts), seq), part)
            for seq, part in enumerate(parts)
        ]
        if self._switches.shuffle_fragments:
            random.shuffle(frames)
        if len(frames) > 1 and self._switches.lose_fragments:
            self._switches.lose_fragments -= 1
            frames.pop()
        return frames

    def _data(self, connection: Connection, headers: dict[str, str], part: bytes) -> Frame:
        self._sequence += 1
        headers |= {"timestamp": str(self._sequence), "instance_id": connection.instance_id}
        return Frame(
            self._sequence,
            self._sequence,
            SERVICE_ID,
            DATA,
            tuple(headers.items()),
            payload=part,
        )


def _headers(kind: str, message_id: str, total: int, seq: int) -> dict[str, str]:
    return {
        "type": kind,
        "message_id": message_id,
        "sum": str(total),
        "seq": str(seq),
        "trace_id": uuid.uuid4().hex,
    }


def pong(ping: Frame, payload: bytes) -> Frame:
    """Return the answer to a ping."""
    return Frame(
        ping.seq_id, ping.log_id, ping.service, CONTROL, (("type", "pong"),), payload=payload
    )
