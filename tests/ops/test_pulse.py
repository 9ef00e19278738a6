"""A thread that stands still is told from one that waits for somebody outside."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import httpx
import pytest

from syncd.chat.lark.token import TenantToken
from syncd.loops.turnstile import Turnstile
from syncd.ops.pulse import Pulse
from syncd.store.turns import Turns


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def busy(pulse: Pulse, name: str, work: Callable[[], object]) -> Iterator[None]:
    """A thread that is in `work` while the block runs, and is let go by whoever owns `work`."""
    begun = threading.Event()

    def run() -> None:
        with pulse.round(name):
            begun.set()
            work()

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(10)
    try:
        yield
    finally:
        thread.join(20)


def test_a_thread_that_stands_still_is_named_with_the_place() -> None:
    clock, let_go = Clock(), threading.Event()
    pulse = Pulse(clock)
    with busy(pulse, "intake", lambda: let_go.wait(20)):
        clock.now = 9
        assert pulse.frozen(10) == []
        clock.now = 12
        (frozen,) = pulse.frozen(10)
        assert (frozen.name, frozen.seconds) == ("intake", 12)
        assert "test_pulse.py" in frozen.where
        let_go.set()
    assert pulse.frozen(10) == []


def test_a_thread_that_waits_for_a_silent_platform_is_well() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"

        def ask() -> None:
            with suppress(httpx.HTTPError):
                httpx.get(url, timeout=20, trust_env=False)

        with busy(pulse, "jsm-1", ask):
            asking, _ = silent.accept()
            asking.recv(1)
            for clock.now in range(0, 100, 5):
                assert pulse.frozen(10) == []
            asking.close()


def test_a_round_within_a_round_is_part_of_it() -> None:
    clock, let_go = Clock(), threading.Event()
    pulse = Pulse(clock)

    def nested() -> None:
        with pulse.round("a part"):
            pass
        let_go.wait(20)

    with busy(pulse, "job", nested):
        clock.now = 11
        assert [frozen.name for frozen in pulse.frozen(10)] == ["job"]
        let_go.set()


def test_who_waits_for_work_is_not_busy() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    with pulse.round("once"):
        pass
    clock.now = 1000
    assert pulse.frozen(10) == []


@pytest.mark.parametrize("of", ["the token", "a turnstile", "the turn to write"])
def test_who_waits_for_one_that_is_outside_is_well(of: str) -> None:
    """That one is watched itself."""
    clock, let_go, inside = Clock(), threading.Event(), threading.Event()
    pulse, turnstile, turns = Pulse(clock), Turnstile(), Turns(20)

    def work() -> tuple[str, float]:
        inside.set()
        let_go.wait(20)
        return "token", 7200.0

    token = TenantToken(work, clock)

    def enter(gate: Turnstile | AbstractContextManager[None]) -> None:
        with gate:
            work()

    ways: dict[str, Callable[[], object]] = {
        "the token": token.get,
        "a turnstile": lambda: enter(turnstile),
        "the turn to write": lambda: enter(turns.turn()),
    }
    holder = threading.Thread(target=ways[of])
    holder.start()
    assert inside.wait(10)
    with busy(pulse, "lark-1", ways[of]):
        for clock.now in range(0, 100, 5):
            assert pulse.frozen(10) == []
        let_go.set()
    holder.join(10)


def test_a_thread_that_must_turn_and_has_ended_is_named() -> None:
    clock = Clock()
    pulse = Pulse(clock)

    def live() -> None:
        with suppress(SystemExit), pulse.life("intake"):
            raise SystemExit

    thread = threading.Thread(target=live)
    thread.start()
    thread.join(10)
    clock.now = 9
    assert pulse.frozen(10) == []
    clock.now = 11
    assert [(one.name, one.where) for one in pulse.frozen(10)] == [("intake", "it has ended")]


def test_a_thread_that_turns_and_one_that_was_told_to_end_are_well() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    go_on, turned = threading.Event(), threading.Event()

    def live() -> None:
        with pulse.life("intake") as turns:
            assert go_on.wait(20)
            turns()
            turned.set()
            assert let_go.wait(20)

    let_go = threading.Event()
    thread = threading.Thread(target=live)
    thread.start()
    clock.now = 11
    go_on.set()
    assert turned.wait(10)
    clock.now = 20
    assert pulse.frozen(10) == []
    clock.now = 22
    assert [one.name for one in pulse.frozen(10)] == ["intake"]
    let_go.set()
    thread.join(10)
    clock.now = 100
    assert pulse.frozen(10) == []


def test_nobody_could_turn_while_the_process_was_stopped() -> None:
    clock, let_go = Clock(), threading.Event()
    pulse = Pulse(clock)
    with busy(pulse, "intake", lambda: let_go.wait(20)):
        clock.now = 100
        assert pulse.frozen(10, since=95) == []
        clock.now = 106
        assert [one.name for one in pulse.frozen(10, since=95)] == ["intake"]
        let_go.set()
