"""Frames and clicks over the long connection of a served fake Lark, and its end."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from lark_listening import FAILED, LATE, Handlers, done_within, is_open, poll, say

from syncd.chat.lark.connection.socket import LarkSocket, SocketState
from syncd.chat.lark.connection.timing import Timing
from syncd.chat.lark.wire import envelope, read_event
from syncd.core.events import FormSubmitted
from syncd.core.fields.field import Field, FieldKind
from syncd.core.reaching.strangers import Met
from syncd.core.views import FormView, OnlyFor

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


def show_form(lark: Any, new_messenger: Callable[..., Any]) -> str:
    sent = new_messenger().send(OnlyFor("oc_acme", "ou_aiko"), FORM, "d-1")
    return str(sent.message_id)


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


def test_event_of_which_a_part_is_lost_is_not_acked_and_comes_again(
    lark: Any, open_socket: LarkSocket, handlers: Handlers
) -> None:
    switches = lark.state.switches
    switches.fragment_bytes, switches.lose_fragments = 100, 1
    switches.ack_window_seconds, switches.retry_scale = 0.3, 0.001
    message_id = say(lark, "x" * 2000)
    assert lark.people.wait_delivered(message_id)
    (event,) = lark.state.delivery.about(message_id)
    assert event.answers == ["late", "200"]
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


def test_event_of_a_kind_that_nobody_knows_is_acked_and_comes_once(
    lark: Any, open_socket: LarkSocket, handlers: Handlers
) -> None:
    event = lark.state.delivery.publish("im.something.new_v9", {}, {"a": 1}, "om_new")
    assert lark.people.wait_delivered("om_new")
    assert event.answers == ["200"]
    assert [envelope(raw).kind for raw in handlers.events] == ["im.something.new_v9"]


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


def test_what_comes_while_the_handler_is_stuck_is_stored_together_and_in_its_order(
    lark: Any, new_socket: Callable[..., LarkSocket], handlers: Handlers
) -> None:
    socket = new_socket(Timing(first_pause=0.05, ack_budget=0.3))
    assert is_open(lark, socket)
    handlers.stuck_on = "stuck"
    said = [say(lark, "stuck"), *(say(lark, f"number {n}") for n in range(20))]
    events = [lark.state.delivery.about(message)[0] for message in said]
    assert lark.people.wait_until(lambda: all("500" in event.answers for event in events))
    assert handlers.events == []
    handlers.gate.set()
    assert handlers.wait_for(lambda: len(handlers.events) == 21)
    assert [envelope(raw).message_id for raw in handlers.events] == said
    assert handlers.calls < 21


def test_one_frame_that_cannot_be_stored_keeps_no_other_from_the_disk(
    lark: Any, open_socket: LarkSocket, handlers: Handlers
) -> None:
    handlers.stuck_on, handlers.poison = "stuck", "poison"
    said = [say(lark, text) for text in ("stuck", "first", "poison", "second")]
    (poisoned,) = lark.state.delivery.about(said.pop(2))
    assert poll(lambda: poisoned.attempts == 1)
    handlers.gate.set()
    assert all(lark.people.wait_delivered(message) for message in said)
    assert lark.people.wait_until(lambda: poisoned.answers == ["500"])
    assert [envelope(raw).message_id for raw in handlers.events] == said


def test_pings_go_on_while_a_handler_is_stuck(
    lark: Any, new_socket: Callable[..., LarkSocket], handlers: Handlers
) -> None:
    lark.state.switches.ping_interval = 1
    assert is_open(lark, new_socket())
    (connection,) = lark.state.delivery.connections.all()
    handlers.stuck_on = "stuck"
    message_id = say(lark, "stuck")
    before = connection.pings
    assert poll(lambda: connection.pings >= before + 2)
    assert handlers.events == []
    handlers.gate.set()
    assert lark.people.wait_delivered(message_id)


# -- clicks


def test_click_in_a_frame_of_the_kind_card_is_answered_too(
    lark: Any, open_socket: LarkSocket, handlers: Handlers, new_messenger: Callable[..., Any]
) -> None:
    lark.state.switches.callbacks_as_card_frames = True
    click = lark.people.click("aiko", show_form(lark, new_messenger), "cancel")
    assert (click.outcome, click.toast.content) == ("ok", "done")
    assert len(handlers.cards) == 1


def test_click_gets_the_handlers_answer(
    lark: Any, open_socket: LarkSocket, handlers: Handlers, new_messenger: Callable[..., Any]
) -> None:
    form = show_form(lark, new_messenger)
    click = lark.people.click("aiko", form, "submit", {"summary": "All down"})
    assert (click.outcome, click.toast.type, click.toast.content) == ("ok", "success", "done")
    (raw,) = handlers.cards
    said = read_event(raw)
    assert isinstance(said, FormSubmitted)
    assert Met("ou_aiko", "", "sandbox_tenant") in said.met
    assert replace(said, met=()) == FormSubmitted(
        "r1", "ou_aiko", "oc_acme", form, "d-1", {"summary": "All down"}
    )
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


def nobody_answers(handlers: Handlers, chance: Callable[[], float]) -> LarkSocket:
    """Return a socket for an address at which nobody listens."""
    return LarkSocket(
        "http://127.0.0.1:9",
        "cli_x",
        "s",
        on_events=handlers.on_events,
        on_card=handlers.on_card,
        late_answer=lambda raw: LATE,
        failed_answer=lambda raw: FAILED,
        clock=lambda: 0,
        chance=chance,
    )


def test_socket_that_was_never_started_can_be_stopped(handlers: Handlers) -> None:
    socket = nobody_answers(handlers, lambda: 0.5)
    socket.stop()
    assert socket.state() == SocketState()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_socket_whose_thread_has_ended_is_known_to_stand_still(handlers: Handlers) -> None:
    def chance() -> float:
        raise SystemExit

    socket = nobody_answers(handlers, chance)
    socket.start()
    assert poll(lambda: not any(t.name == "lark-socket" for t in threading.enumerate()))
    first = socket.still_seconds()
    assert poll(lambda: socket.still_seconds() > first)
    socket.stop()


def test_a_socket_that_was_stopped_does_not_stand_still(open_socket: LarkSocket) -> None:
    assert open_socket.still_seconds() < 60
    open_socket.stop()
    assert open_socket.still_seconds() == 0
