"""Events and card callbacks on their way to the app: attempts, acks, retries, outcomes."""

import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from syncd.sandbox.lark.connection.acks import Ack, BadAck, echoed, read_ack
from syncd.sandbox.lark.connection.connections import Connection, Connections
from syncd.sandbox.lark.connection.frames import Frame
from syncd.sandbox.lark.switches import Switches
from syncd.sandbox.world import World

# https://open.feishu.cn/document/ukTMukTMukTM/uUTNz4SN1MjL1UzM
RETRY_AFTER_SECONDS = (15, 300, 3600, 21600)

WAITING, IN_FLIGHT, ACKED, LOST, GIVEN_UP = "waiting", "in flight", "acked", "lost", "given up"


@dataclass(eq=False)
class Event:
    """One event or callback, and what became of it."""

    event_type: str
    payload: bytes
    about: str
    """The message or chat the event tells of."""
    event_id: str
    status: str = WAITING
    attempts: int = 0
    due_ms: int = 0
    answers: list[str] = field(default_factory=list)
    """What each attempt came to: an ack's code, `late`, `cut` or `no connection`."""
    ack: Ack | None = None

    @property
    def is_callback(self) -> bool:
        return self.event_type == "card.action.trigger"


@dataclass(eq=False)
class Attempt:
    """One transmission that waits for its ack."""

    event: Event
    connection: Connection
    frames: list[Frame]
    deadline: float
    is_duplicate: bool = False


class Delivery:
    """All events of the app. Every method takes the world's lock itself."""

    def __init__(self, world: World, switches: Switches, changed: threading.Condition) -> None:
        self._world, self._switches, self._changed = world, switches, changed
        self.connections = Connections(switches)
        self.events: list[Event] = []
        self.protocol_faults: list[str] = []
        """What the app's client did that the platform does not understand."""
        self._attempts: dict[str, Attempt] = {}
        self._held: list[Event] = []
        self._retries: list[Event] = []

    def publish(
        self, event_type: str, header: dict[str, Any], body: dict[str, Any], about: str
    ) -> Event:
        """Send an event in the 2.0 envelope; `header` is completed with its id and type."""
        event_id = str(uuid.uuid4())
        envelope = {
            "schema": "2.0",
            "header": {"event_id": event_id, "event_type": event_type, **header},
            "event": body,
        }
        payload = json.dumps(envelope, ensure_ascii=False).encode()
        return self.publish_raw(event_type, payload, about, event_id)

    def publish_raw(self, event_type: str, payload: bytes, about: str, event_id: str) -> Event:
        """Send any bytes as an event, whatever they are."""
        event = Event(event_type, payload, about, event_id)
        with self._changed:
            self.events.append(event)
            if self._switches.hold_events and not event.is_callback:
                self._held.append(event)
            else:
                self._send(event)
            self._changed.notify_all()
        return event

    def release(self, *, backwards: bool = False) -> None:
        """Send the events that were held, in the order they happened or the other way round."""
        with self._changed:
            held, self._held = self._held, []
            for event in reversed(held) if backwards else held:
                self._send(event)

    def tick(self) -> None:
        """Judge attempts whose time is over, and send what is due again."""
        with self._changed:
            late = [a for a in self._attempts.values() if a.deadline <= time.monotonic()]
            for attempt in late:
                self._failed(attempt, "late")
            now = self._world.clock.now_ms()
            due = [e for e in self._retries if e.due_ms <= now]
            self._retries = [e for e in self._retries if e.due_ms > now]
            for event in due:
                self._send(event)

    def received(self, connection: Connection, frame: Frame) -> None:
        """Take an ack."""
        with self._changed:
            attempt = self._attempts.get(frame.header("message_id") or "")
            fault = "" if attempt is None else echoed(attempt.frames, frame)
            if attempt is None or attempt.connection is not connection:
                return  # too late, or not ours: the platform drops it as well
            if fault:
                self.protocol_faults.append(fault)
                return
            self._acked(attempt, frame)
            self._changed.notify_all()

    def closed(self, connection: Connection) -> None:
        """Forget a connection; what was in flight on it has failed."""
        with self._changed:
            self.connections.remove(connection)
            for attempt in [a for a in self._attempts.values() if a.connection is connection]:
                self._failed(attempt, "cut")
            self._changed.notify_all()

    def about(self, key: str) -> list[Event]:
        """Return the events with that id, or about that message."""
        with self._changed:
            return [e for e in self.events if key in (e.event_id, e.about)]

    def _send(self, event: Event, *, is_duplicate: bool = False) -> None:
        if self._switches.events_go_elsewhere:
            event.answers.append("elsewhere")
            event.status = LOST
            return
        connection = self.connections.choose()
        payload = event.payload
        if is_duplicate and self._switches.duplicates_have_own_ids:
            payload = payload.replace(event.event_id.encode(), str(uuid.uuid4()).encode())
        if not is_duplicate:
            event.attempts += 1
        if connection is None:
            if not is_duplicate:
                self._unreachable(event)
            return
        message_id = uuid.uuid4().hex
        frames = self.connections.frames(connection, self._frame_type(event), message_id, payload)
        deadline = time.monotonic() + self._switches.ack_window_seconds
        self._attempts[message_id] = Attempt(event, connection, frames, deadline, is_duplicate)
        if not is_duplicate:
            event.status = IN_FLIGHT
        for frame in frames:
            connection.post(frame)

    def _frame_type(self, event: Event) -> str:
        as_card = event.is_callback and self._switches.callbacks_as_card_frames
        return "card" if as_card else "event"

    def _unreachable(self, event: Event) -> None:
        event.answers.append("no connection")
        if event.attempts == 1 and not self._switches.keep_while_offline:
            event.status = LOST
        else:
            self._schedule(event)

    def _failed(self, attempt: Attempt, answer: str) -> None:
        self._forget(attempt)
        if attempt.is_duplicate:
            return
        attempt.event.answers.append(answer)
        self._schedule(attempt.event)
        self._changed.notify_all()

    def _schedule(self, event: Event) -> None:
        retry = event.attempts - 1
        if event.is_callback or retry >= len(RETRY_AFTER_SECONDS):
            event.status = GIVEN_UP
            return
        wait_ms = int(RETRY_AFTER_SECONDS[retry] * self._switches.retry_scale * 1000)
        event.status = WAITING
        event.due_ms = self._world.clock.now_ms() + wait_ms
        self._retries.append(event)

    def _acked(self, attempt: Attempt, frame: Frame) -> None:
        if not (frame.header("biz_rt") or "").isdecimal():
            self.protocol_faults.append("the ack does not say how long it took")
        try:
            ack = read_ack(frame.payload or b"")
        except BadAck as exc:
            self.protocol_faults.append(str(exc))
            self._failed(attempt, "unreadable")
            return
        if ack.code != 200 and not attempt.event.is_callback:
            self._failed(attempt, str(ack.code))
            return
        self._forget(attempt)
        if attempt.is_duplicate:
            return
        attempt.event.answers.append(str(ack.code))
        attempt.event.ack = ack
        attempt.event.status = ACKED
        if self._switches.duplicate_events and not attempt.event.is_callback:
            self._switches.duplicate_events -= self._switches.duplicate_events > 0
            self._send(attempt.event, is_duplicate=True)

    def _forget(self, attempt: Attempt) -> None:
        del self._attempts[attempt.frames[0].header("message_id") or ""]
