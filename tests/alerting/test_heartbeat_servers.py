"""The heartbeat where the database is a server, which may be away and serve several processes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import databases
import pytest
from faults.relay import Relay, relayed
from house import House
from pydantic import SecretStr
from receiver import Receiver
from sqlalchemy import make_url

from syncd.core.errors import StoreError
from syncd.core.model import Ms
from syncd.loops.keep.presence import this_process
from syncd.loops.keep.report import Line, Report
from syncd.loops.troubles import Board

url = databases.fresh_on(*databases.servers())
NO_PROCESS = 2**22 + 1
"""Linux gives no process such a number."""
LINE = Line(Ms(1), 0, "")


def beats(receiver: Receiver, *houses: House) -> int:
    """Let a minute pass for all processes; return how often the address was called then."""
    before = len(receiver.asked)
    houses[0].time_passes(seconds=61)
    for house in houses:
        house.polls()
        house.app.report.begin()
    for house in houses:
        assert house.app.dead_man is not None
        house.app.dead_man.run_once()
    return len(receiver.asked) - before


@contextmanager
def on_a_road(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    server = make_url(url)
    assert server.host
    assert server.port
    with relayed(server.host, server.port) as relay:
        by_relay = server.set(host="127.0.0.1", port=relay.port)
        monkeypatch.setenv("SYNCD_STORE__URL", by_relay.render_as_string(hide_password=False))
        yield relay


def test_it_is_silent_while_the_database_is_away(
    make_house: Callable[..., House],
    url: str,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with on_a_road(url, monkeypatch) as relay:
        house = make_house(**{"alerts.heartbeat_url": SecretStr(receiver.url)})
        assert beats(receiver, house) == 1
        dead_man = house.app.dead_man
        assert dead_man is not None
        house.box.world.clock.move(seconds=61)
        relay.cut()
        for _ in range(3):
            with pytest.raises(StoreError):
                house.app.outage.watch("dead-man", dead_man.run_once)
        assert len(receiver.asked) == 1
        relay.mend()
        tries = [house.app.outage.watch("dead-man", dead_man.run_once) for _ in range(2)]
        assert tries[-1] == 1, "the first one after an outage only finds that it is over"
        assert beats(receiver, house) == 1
        house.app.socket.stop()


def test_each_process_calls_and_one_that_ended_unasked_silences_the_others(
    make_house: Callable[..., House], receiver: Receiver
) -> None:
    one, other = (make_house(**{"alerts.heartbeat_url": SecretStr(receiver.url)}) for _ in "12")
    assert beats(receiver, one, other) == 2
    killed = replace(this_process("killed"), pid=NO_PROCESS)
    gone = Report(one.app.store, killed, lambda: LINE, Board(), lambda: 0)
    one.time_passes(seconds=61)
    for house in (one, other):
        house.app.report.begin()
    gone.begin()
    for house in (one, other):
        assert house.app.condition.wrong() == ["process_gone"]
        assert house.app.dead_man is not None
        assert house.app.dead_man.run_once() == 0
    assert beats(receiver, one, other) == 2, "it was started again"
