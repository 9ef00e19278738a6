"""What the tests of the long connection share: handlers with a gate, and what one waits for."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import Any

from syncd.chat.lark.connection.socket import LarkSocket
from syncd.chat.lark.connection.timing import Timing
from syncd.chat.lark.wire import card_answer, read_event
from syncd.core.events import ChatMessage

Json = dict[str, Any]
QUICK = Timing(first_pause=0.05, longest_pause=0.2, discovery=0.5, open=2.0)
LATE = card_answer("info", "received, the result follows")
FAILED = card_answer("error", "something broke")


class Handlers:
    """What the daemon would do with frames, with a gate to hold it up."""

    def __init__(self) -> None:
        self.events: list[bytes] = []
        self.cards: list[bytes] = []
        self.lateness: list[bool] = []
        self.answer: Json = card_answer("success", "done")
        self.error: Exception | None = None
        self.stuck_on = ""
        """A text; a frame that holds it waits for the gate."""
        self.poison = ""
        """A text; frames of which one holds it cannot be stored."""
        self.calls = 0
        self.commits_slowly = False
        """Whether a click waits for the gate after it learned that it is in time."""
        self.promised = threading.Event()
        self.gate = threading.Event()
        self._changed = threading.Condition()

    def on_events(self, raws: Sequence[bytes]) -> None:
        self.calls += 1
        for raw in raws:
            self._hold(raw)
            if self.poison and self.poison.encode() in raw:
                raise OSError("this one cannot be stored")
        for raw in raws:
            self._note(self.events, raw)

    def on_card(self, raw: bytes, late: Callable[[], bool]) -> Json:
        self._hold(raw)
        self.lateness.append(late())
        self.promised.set()
        if self.commits_slowly:
            assert self.gate.wait(20)
        self._note(self.cards, raw)
        return self.answer

    def wait_for(self, found: Callable[[], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(found, 10)

    def texts(self) -> list[str]:
        read = [read_event(raw) for raw in self.events]
        return [event.text for event in read if isinstance(event, ChatMessage)]

    def _hold(self, raw: bytes) -> None:
        if self.stuck_on and self.stuck_on.encode() in raw:
            assert self.gate.wait(20)
        if self.error is not None:
            raise self.error

    def _note(self, kept: list[bytes], raw: bytes) -> None:
        with self._changed:
            kept.append(raw)
            self._changed.notify_all()


def say(lark: Any, text: str) -> str:
    message_id: str = lark.people.say("aiko", "oc_acme", f"@Support Bot {text}")
    return message_id


def cut_all(lark: Any) -> None:
    for connection in lark.state.delivery.connections.all():
        connection.cut()


def is_open(lark: Any, socket: LarkSocket) -> bool:
    """Wait until both ends of the connection know of it."""
    ours = poll(lambda: socket.state().connected_since is not None)
    return ours and bool(lark.people.wait_connected())


def poll(holds: Callable[[], bool]) -> bool:
    waiting = threading.Event()
    return any(holds() or waiting.wait(0.02) for _ in range(500))


def done_within(seconds: float, work: Future[Any]) -> bool:
    return bool(wait([work], seconds).done)
