"""The long connection is kept, whatever the platform does."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from lark_listening import cut_all, is_open, poll, say

from syncd.chat.lark.socket import LarkSocket
from syncd.chat.lark.timing import Timing, pause


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
