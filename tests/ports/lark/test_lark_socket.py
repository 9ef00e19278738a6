"""The long connection against a served fake Lark, with the SDK's own frames."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest

from syncd.chat.lark.socket import LarkSocket, SocketState
from syncd.chat.lark.timing import Timing, pause
from syncd.chat.lark.wire import card_answer, envelope, read_event
from syncd.core.events import ChatMessage, FormSubmitted
from syncd.core.model import Field, FieldKind, FormView, OnlyFor

Json = dict[str, Any]
QUICK = Timing(first_pause=0.05, longest_pause=0.2, discovery=0.5, open=2.0)
LATE = card_answer("info", "received, the result follows")
FAILED = card_answer("error", "something broke")
FORM = FormView(
    "r1",
    "New ticket",
    "",
    (Field("summary", FieldKind.TEXT, "Summary", required=True),),
    {"summary": "Cluster down"},
    "Create",
    "Cancel",
    "Choose",
)


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
        self.commits_slowly = False
        """Whether a click waits for the gate after it learned that it is in time."""
        self.promised = threading.Event()
        self.gate = threading.Event()
        self._changed = threading.Condition()

    def on_event(self, raw: bytes) -> None:
        self._hold(raw)
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


@pytest.fixture
def handlers() -> Iterator[Handlers]:
    made = Handlers()
    yield made
    made.gate.set()


@pytest.fixture
def new_socket(lark: Any, handlers: Handlers) -> Iterator[Callable[..., LarkSocket]]:
    """Make sockets; all are stopped at the end."""
    made: list[LarkSocket] = []

    def make(timing: Timing = QUICK, secret: str = lark.state.app_secret) -> LarkSocket:
        socket = LarkSocket(
            lark.url,
            "cli_sandbox",
            secret,
            on_event=handlers.on_event,
            on_card=handlers.on_card,
            late_answer=LATE,
            failed_answer=FAILED,
            clock=lark.world.clock.now_ms,
            chance=lambda: 0.5,
            timing=timing,
        )
        made.append(socket)
        socket.start()
        return socket

    yield make
    handlers.gate.set()
    for socket in made:
        socket.stop()


@pytest.fixture
def open_socket(lark: Any, new_socket: Callable[..., LarkSocket]) -> LarkSocket:
    socket = new_socket()
    assert is_open(lark, socket)
    return socket


def say(lark: Any, text: str) -> str:
    message_id: str = lark.people.say("aiko", "oc_acme", f"@Support Bot {text}")
    return message_id


def show_form(lark: Any, new_messenger: Callable[..., Any]) -> str:
    sent = new_messenger().send(OnlyFor("oc_acme", "ou_aiko"), FORM, "d-1")
    return str(sent.message_id)


def cut_all(lark: Any) -> None:
    for connection in lark.state.delivery.connections.all():
        connection.cut()


def is_open(lark: Any, socket: LarkSocket) -> bool:
    """Wait until both ends of the connection know of it."""
    return socket.wait_connected(10) and bool(lark.people.wait_connected())


def poll(holds: Callable[[], bool]) -> bool:
    waiting = threading.Event()
    return any(holds() or waiting.wait(0.02) for _ in range(500))


def done_within(seconds: float, work: Future[Any]) -> bool:
    return bool(wait([work], seconds).done)


# -- what arrives


def test_message_is_stored_and_then_acked(
    lark: Any, open_socket: LarkSocket, handlers: Handlers
) -> None:
    message_id = say(lark, "help")
    assert lark.people.wait_delivered(message_id)
    assert [envelope(raw).message_id for raw in handlers.events] == [message_id]
    assert handlers.texts() == ["@_user_1 help"]
    assert lark.state.delivery.protocol_faults == []


def test_event_in_shuffled_fragments_arrives_whole(
    lark: Any, open_socket: LarkSocket, handlers: Handlers
) -> None:
    lark.state.switches.fragment_bytes = 100
    assert lark.people.wait_delivered(say(lark, "x" * 2000))
    assert handlers.texts() == ["@_user_1 " + "x" * 2000]


def test_frame_of_more_than_a_megabyte_arrives(
    lark: Any, open_socket: LarkSocket, handlers: Handlers
) -> None:
    assert lark.people.wait_delivered(say(lark, "x" * 1_500_000))
    assert len(handlers.texts()[0]) > 1_500_000


def test_events_of_no_meaning_are_acked_too(
    lark: Any, open_socket: LarkSocket, handlers: Handlers
) -> None:
    message_id = say(lark, "help")
    assert lark.people.wait_delivered(message_id)
    lark.people.recall("aiko", message_id)
    assert handlers.wait_for(lambda: len(handlers.events) == 2)
    kinds = [envelope(raw).kind for raw in handlers.events]
    assert kinds == ["im.message.receive_v1", "im.message.recalled_v1"]
    (_, recall) = lark.state.delivery.about(message_id)
    assert lark.people.wait_delivered(recall.event_id)


def test_event_that_cannot_be_stored_is_delivered_again(
    lark: Any, open_socket: LarkSocket, handlers: Handlers
) -> None:
    lark.state.switches.retry_scale = 0.001
    handlers.error = OSError("disk full")
    message_id = say(lark, "help")
    (event,) = lark.state.delivery.about(message_id)
    assert lark.people.wait_until(lambda: "500" in event.answers)
    handlers.error = None
    assert lark.people.wait_delivered(message_id)
    assert len(handlers.events) == 1


def test_stuck_handler_stops_no_other_and_its_write_goes_on(
    lark: Any, new_socket: Callable[..., LarkSocket], handlers: Handlers
) -> None:
    socket = new_socket(Timing(first_pause=0.05, ack_budget=0.3))
    assert is_open(lark, socket)
    handlers.stuck_on = "stuck"
    slow = say(lark, "stuck")
    assert lark.people.wait_delivered(say(lark, "fast"))
    assert handlers.texts() == ["@_user_1 fast"]
    (event,) = lark.state.delivery.about(slow)
    assert lark.people.wait_until(lambda: "500" in event.answers)
    handlers.gate.set()
    assert handlers.wait_for(lambda: len(handlers.events) == 2)
    assert handlers.texts()[1] == "@_user_1 stuck"


# -- clicks


def test_click_gets_the_handlers_answer(
    lark: Any, open_socket: LarkSocket, handlers: Handlers, new_messenger: Callable[..., Any]
) -> None:
    form = show_form(lark, new_messenger)
    click = lark.people.click("aiko", form, "submit", {"summary": "All down"})
    assert (click.outcome, click.toast.type, click.toast.content) == ("ok", "success", "done")
    (raw,) = handlers.cards
    assert read_event(raw) == FormSubmitted("r1", "ou_aiko", "oc_acme", {"summary": "All down"})
    assert handlers.lateness == [False]
    assert handlers.events == []


def test_click_with_nothing_to_show_is_answered_too(
    lark: Any, open_socket: LarkSocket, handlers: Handlers, new_messenger: Callable[..., Any]
) -> None:
    handlers.answer = {}
    click = lark.people.click("aiko", show_form(lark, new_messenger), "cancel")
    assert (click.outcome, click.toast) == ("ok", None)


def test_click_whose_handler_fails_gets_a_toast_and_no_error(
    lark: Any, open_socket: LarkSocket, handlers: Handlers, new_messenger: Callable[..., Any]
) -> None:
    handlers.error = RuntimeError("a bug")
    click = lark.people.click("aiko", show_form(lark, new_messenger), "submit")
    assert (click.outcome, click.toast.content) == ("ok", "something broke")
    handlers.error = None
    handlers.answer = {"toast": object()}
    click = lark.people.click("aiko", show_form(lark, new_messenger), "submit")
    assert (click.outcome, click.toast.content) == ("ok", "something broke")


def test_click_that_takes_too_long_is_answered_and_the_handler_knows(
    lark: Any,
    new_socket: Callable[..., LarkSocket],
    handlers: Handlers,
    new_messenger: Callable[..., Any],
) -> None:
    assert is_open(lark, new_socket(Timing(ack_budget=0.3)))
    handlers.stuck_on = "card.action.trigger"
    click = lark.people.click("aiko", show_form(lark, new_messenger), "submit")
    assert (click.outcome, click.toast.content) == ("ok", "received, the result follows")
    handlers.gate.set()
    assert handlers.wait_for(lambda: len(handlers.cards) == 1)
    assert handlers.lateness == [True]


def test_answer_that_was_promised_is_waited_for(
    lark: Any,
    new_socket: Callable[..., LarkSocket],
    handlers: Handlers,
    new_messenger: Callable[..., Any],
) -> None:
    """The handler learned that it is in time; its commit then outlasts the budget."""
    handlers.commits_slowly = True
    assert is_open(lark, new_socket(Timing(ack_budget=0.2, ack_grace=2.0)))
    form = show_form(lark, new_messenger)
    with ThreadPoolExecutor(1) as pool:
        clicking = pool.submit(lark.people.click, "aiko", form, "submit")
        assert handlers.promised.wait(10)
        assert not done_within(0.4, clicking)
        handlers.gate.set()
        click = clicking.result()
    assert (click.outcome, click.toast.content) == ("ok", "done")
    assert handlers.lateness == [False]


# -- the connection is kept


def test_state_tells_since_when_and_what_came_last(lark: Any, open_socket: LarkSocket) -> None:
    since = open_socket.state().connected_since
    assert since is not None
    lark.world.clock.move(seconds=3600)
    assert lark.people.wait_delivered(say(lark, "help"))
    last = open_socket.state().last_frame
    assert last is not None
    assert last - since >= 3_600_000


def test_dropped_connection_comes_back(
    lark: Any, open_socket: LarkSocket, handlers: Handlers
) -> None:
    cut_all(lark)
    assert lark.people.wait_until(lambda: not lark.state.delivery.connections.all())
    assert lark.people.wait_connected()
    assert lark.people.wait_delivered(say(lark, "again"))


def outage(lark: Any, name: str) -> None:
    switches = lark.state.switches
    match name:
        case "limit":
            switches.connection_limit = 0
        case "514":
            switches.endpoint_code = 514
        case "busy":
            switches.endpoint_code = 1
        case "502":
            switches.endpoint_502 = True
        case "hang":
            switches.endpoint_hang_seconds = 1.0
        case "handshake":
            switches.handshake_status = 514


def outage_over(lark: Any) -> None:
    switches = lark.state.switches
    switches.connection_limit, switches.endpoint_code = 50, 0
    switches.endpoint_502, switches.endpoint_hang_seconds = False, 0.0
    switches.handshake_status = 0


REASONS = {
    "limit": "1000040350",
    "514": "514",
    "busy": "answered 1",
    "502": "HTTP 502",
    "hang": "Timeout",
    "handshake": "handshake was refused with 514",
}


@pytest.mark.parametrize("name", sorted(REASONS))
def test_refused_reconnect_is_tried_until_the_platform_returns(
    lark: Any, open_socket: LarkSocket, name: str
) -> None:
    outage(lark, name)
    cut_all(lark)
    assert poll(lambda: REASONS[name] in open_socket.state().last_error)
    assert poll(lambda: open_socket.state().attempts >= 2)
    assert open_socket.state().connected_since is None
    outage_over(lark)
    assert is_open(lark, open_socket)
    assert lark.people.wait_delivered(say(lark, "again"))
    assert open_socket.state().last_error == ""


@pytest.mark.parametrize("name", ["limit", "502"])
def test_refused_first_connect_is_tried_until_the_platform_returns(
    lark: Any, new_socket: Callable[..., LarkSocket], name: str
) -> None:
    outage(lark, name)
    socket = new_socket()
    assert poll(lambda: socket.state().attempts >= 2)
    outage_over(lark)
    assert is_open(lark, socket)


def test_wrong_secret_is_told_and_no_end(new_socket: Callable[..., LarkSocket]) -> None:
    socket = new_socket(secret="wrong")
    assert poll(lambda: socket.state().attempts >= 2)
    assert "514" in socket.state().last_error


def test_partial_pong_does_no_harm(lark: Any, new_socket: Callable[..., LarkSocket]) -> None:
    lark.state.switches.partial_pong = True
    lark.state.switches.ping_interval = 1
    socket = new_socket()
    assert is_open(lark, socket)
    connection = lark.state.delivery.connections.all()[0]
    assert poll(lambda: connection.pings >= 2)
    cut_all(lark)
    assert poll(lambda: connection not in lark.state.delivery.connections.all())
    assert lark.people.wait_connected()
    assert lark.people.wait_delivered(say(lark, "again"))


def test_silent_peer_is_given_up(lark: Any, new_socket: Callable[..., LarkSocket]) -> None:
    lark.state.switches.ping_interval = 1
    socket = new_socket(Timing(first_pause=0.05, silence=0.0))
    assert is_open(lark, socket)
    (connection,) = lark.state.delivery.connections.all()
    connection.freeze()
    assert poll(lambda: "nothing was received" in socket.state().last_error)
    lark.state.switches.ping_interval = 120
    assert is_open(lark, socket)
    assert poll(lambda: len(lark.state.delivery.connections.all()) == 2)


def test_pauses_grow_and_stay_bounded() -> None:
    timing = Timing()
    middle = [pause(timing, failures, 0.5) for failures in range(8)]
    assert middle == [1, 2, 4, 8, 16, 30, 30, 30]
    assert (pause(timing, 0, 0.0), pause(timing, 99, 1.0)) == (0.8, pytest.approx(36))


# -- stopping


def test_stop_waits_for_the_handler_and_acks(
    lark: Any, open_socket: LarkSocket, handlers: Handlers
) -> None:
    handlers.stuck_on = "slow"
    message_id = say(lark, "slow")
    assert poll(lambda: lark.state.delivery.about(message_id)[0].attempts == 1)
    with ThreadPoolExecutor(1) as pool:
        stopping = pool.submit(open_socket.stop)
        assert not done_within(0.4, stopping)
        handlers.gate.set()
        stopping.result()
    assert lark.people.wait_delivered(message_id)
    assert handlers.texts() == ["@_user_1 slow"]


def test_what_is_on_its_way_when_stop_comes_is_still_acked(
    lark: Any, open_socket: LarkSocket
) -> None:
    messages = [say(lark, f"number {n}") for n in range(20)]
    open_socket.stop()
    assert all(lark.people.wait_delivered(m) for m in messages)
    assert open_socket.state().connected_since is None


def test_stop_does_not_wait_for_ever_for_a_stuck_handler(
    lark: Any, open_socket: LarkSocket, handlers: Handlers
) -> None:
    handlers.stuck_on = "slow"
    message_id = say(lark, "slow")
    assert poll(lambda: lark.state.delivery.about(message_id)[0].attempts == 1)
    open_socket.stop(timeout=0.1)
    assert open_socket.state().connected_since is None
    assert handlers.texts() == []


def test_stop_ends_a_discovery_that_hangs(lark: Any, new_socket: Callable[..., LarkSocket]) -> None:
    lark.state.switches.endpoint_hang_seconds = 3.0
    socket = new_socket(Timing())
    socket.stop()
    assert socket.state() == SocketState()


def test_socket_that_was_never_started_can_be_stopped(handlers: Handlers) -> None:
    socket = LarkSocket(
        "http://127.0.0.1:9",
        "cli_x",
        "s",
        on_event=handlers.on_event,
        on_card=handlers.on_card,
        late_answer=LATE,
        failed_answer=FAILED,
        clock=lambda: 0,
        chance=lambda: 0.5,
    )
    socket.stop()
    assert socket.state() == SocketState()


# -- the SDK

_LOADS_LITTLE = """
import asyncio, sys

async def load():
    from syncd.chat.lark import longconn
    assert longconn.LongConnection.__mro__[1].__module__ == "lark_oapi.ws.client"

asyncio.run(load())
assert not [name for name in sys.modules if name.startswith("lark_oapi.api")]
assert "lark_oapi" not in sys.modules
import lark_oapi
assert lark_oapi.EventDispatcherHandler.builder and lark_oapi.ws.Client
"""


def test_sdk_is_loaded_in_part_and_can_still_be_loaded_whole() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADS_LITTLE], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_sdk_is_loaded_only_when_the_socket_connects() -> None:
    script = "import sys, syncd.chat.lark.socket as s; assert 'lark_oapi.ws' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


# -- what is written down


def test_log_names_an_outage_once_and_no_ticket(
    lark: Any, open_socket: LarkSocket, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    outage(lark, "handshake")
    cut_all(lark)
    assert poll(lambda: open_socket.state().attempts >= 3)
    outage_over(lark)
    assert is_open(lark, open_socket)
    assert lark.people.wait_delivered(say(lark, "a secret of ours"))
    ours = [r.getMessage() for r in caplog.records if r.name == "syncd.lark"]
    assert ours[-1] == "socket_open"
    assert 1 <= ours.count("socket_down") <= 2
    everything = json.dumps([str(r.__dict__) for r in caplog.records])
    for secret in ("ticket", "device_id", "a secret of ours", lark.state.app_secret):
        assert secret not in everything
