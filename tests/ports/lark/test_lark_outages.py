"""The long connection is kept, whatever the platform does."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from lark_listening import Json, cut_all, is_open, poll, say

from syncd.chat.lark.connection.socket import LarkSocket
from syncd.chat.lark.connection.timing import Timing, pause
from syncd.sandbox.lark.switches import Switches


def test_state_tells_since_when_and_what_came_last(lark: Any, open_socket: LarkSocket) -> None:
    since = open_socket.state().connected_since
    assert since is not None
    lark.world.clock.move(seconds=3600)
    assert lark.people.wait_delivered(say(lark, "help"))
    last = open_socket.state().last_frame
    assert last is not None
    assert last - since >= 3_600_000


def test_dropped_connection_comes_back(lark: Any, open_socket: LarkSocket) -> None:
    connections = lark.state.delivery.connections
    (dropped,) = connections.all()
    cut_all(lark)
    assert lark.people.wait_until(lambda: connections.all() and dropped not in connections.all())
    assert lark.people.wait_delivered(say(lark, "again"))


OUTAGES: dict[str, tuple[str, Json]] = {
    "limit": ("1000040350", {"connection_limit": 0}),
    "514": ("answered 514", {"endpoint_code": 514}),
    "forbidden": ("answered 403", {"endpoint_code": 403}),
    "domain": ("1000040351", {"endpoint_code": 1000040351}),
    "busy": ("answered 1", {"endpoint_code": 1}),
    "502": ("HTTP 502", {"endpoint_502": True}),
    "hang": ("Timeout", {"endpoint_hang_seconds": 1.0}),
    "handshake": ("handshake was refused with 514", {"handshake_status": 514}),
    "handshake forbidden": ("handshake was refused with 403", {"handshake_status": 403}),
    "handshake full": (
        "handshake was refused with 514 1000040350",
        {"handshake_status": 514, "handshake_auth_code": 1000040350},
    ),
}
"""What the state says of an outage, and the switches that make it."""


def outage(lark: Any, name: str) -> None:
    for switch, value in OUTAGES[name][1].items():
        setattr(lark.state.switches, switch, value)


def outage_over(lark: Any) -> None:
    usual = Switches()
    for switch in {switch for _, switches in OUTAGES.values() for switch in switches}:
        setattr(lark.state.switches, switch, getattr(usual, switch))


@pytest.mark.parametrize("name", sorted(OUTAGES))
def test_refused_reconnect_is_tried_until_the_platform_returns(
    lark: Any, open_socket: LarkSocket, name: str
) -> None:
    outage(lark, name)
    cut_all(lark)
    assert poll(lambda: OUTAGES[name][0] in open_socket.state().last_error)
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


def test_a_number_of_tries_that_the_platform_names_ends_nothing(
    lark: Any, new_socket: Callable[..., LarkSocket]
) -> None:
    lark.state.switches.reconnect_count = 1
    socket = new_socket()
    assert is_open(lark, socket)
    outage(lark, "502")
    cut_all(lark)
    assert poll(lambda: socket.state().attempts >= 3)
    outage_over(lark)
    assert is_open(lark, socket)


def test_a_proxy_of_the_environment_is_used_for_neither_half(
    lark: Any, new_socket: Callable[..., LarkSocket], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "WS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:9")
    assert is_open(lark, new_socket())
    assert lark.people.wait_delivered(say(lark, "straight"))


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


def test_connection_that_is_given_up_is_followed_by_another(
    lark: Any, open_socket: LarkSocket
) -> None:
    connections = lark.state.delivery.connections
    (given_up,) = connections.all()
    open_socket.reconnect()
    assert lark.people.wait_until(lambda: connections.all() and given_up not in connections.all())
    assert is_open(lark, open_socket)
    assert lark.people.wait_delivered(say(lark, "over the new one"))


def test_dead_connection_can_be_given_up_too(lark: Any, open_socket: LarkSocket) -> None:
    (dead,) = lark.state.delivery.connections.all()
    dead.freeze()
    open_socket.reconnect()
    assert poll(lambda: open_socket.state().last_error)
    assert is_open(lark, open_socket)


def test_without_a_connection_there_is_nothing_to_give_up(
    lark: Any, new_socket: Callable[..., LarkSocket]
) -> None:
    outage(lark, "502")
    socket = new_socket()
    socket.reconnect()
    assert poll(lambda: socket.state().attempts >= 1)
    outage_over(lark)
    assert is_open(lark, socket)


def test_pauses_grow_and_stay_bounded() -> None:
    timing = Timing()
    middle = [pause(timing, failures, 0.5) for failures in range(8)]
    assert middle == [1, 2, 4, 7, 7, 7, 7, 7]
    assert (pause(timing, 0, 0.0), pause(timing, 99, 1.0)) == (0.8, pytest.approx(8.4))


def test_what_the_platform_refuses_is_asked_for_less_often() -> None:
    middle = [pause(Timing(), failures, 0.5, refused=True) for failures in range(8)]
    assert middle == [1, 2, 4, 8, 16, 30, 30, 30]


def test_after_any_outage_it_is_open_again_in_some_fifteen_seconds() -> None:
    timing = Timing()
    longest = timing.discovery + pause(timing, 99, 1.0)
    assert longest < 15


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
