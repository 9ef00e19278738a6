"""Weather: answers that fail now and then, by a seed, while everything goes on."""

import random

from faults.stories import COMMENT, CREATE, FETCH, GATE, MESSAGE, PRIVATE, REPLY, SEARCH
from running_house import RunningHouse

from syncd.sandbox.box import Sandbox
from syncd.sandbox.faults import Fault

_OUTAGES = (
    {"kind": "refuse", "status": 503},
    {"kind": "refuse", "status": 502},
    {"kind": "drop_before"},
)
_LOST = {"kind": "drop_after"}
_TIMED_OUT = {"kind": "hang", "seconds": 11}
"""Longer than syncd waits for an answer of Lark's."""
_LIMITED = {"kind": "refuse", "status": 429, "headers": {"Retry-After": "1"}}

_ON = {
    ("lark", PRIVATE): (0, 6, [_LIMITED, _LIMITED]),
    ("lark", REPLY): (0, 8, [*_OUTAGES, _LOST, _TIMED_OUT]),
    # The first of them are forms.
    ("lark", MESSAGE): (4, 8, [*_OUTAGES, _LOST]),
    ("jsm", CREATE): (0, 6, [_LIMITED, _LOST]),
    ("jsm", COMMENT): (0, 3, [_LIMITED, _LOST]),
    ("jsm", GATE): (0, 8, [*_OUTAGES, _LIMITED]),
    ("jsm", SEARCH): (0, 8, [*_OUTAGES]),
    ("jsm", FETCH): (0, 4, [*_OUTAGES]),
}
"""Where: between which calls, and what. Little of it leaves behind what nobody can find: a form or
a reply that was lost is looked for after half a minute, and several would wait for each other."""


def breaks_out(box: Sandbox, seed: int) -> list[Fault]:
    """Let each fault happen once, and Lark deliver each event twice; return the faults."""
    chance = random.Random(seed)
    box.lark_state.switches.duplicate_events = -1
    faults = [
        Fault(side, route, skip=chance.randrange(first, last), **how)
        for (side, route), (first, last, hows) in _ON.items()
        for how in hows
    ]
    return [box.world.faults.add(fault) for fault in faults]


def lightning_strikes(house: RunningHouse, tickets: int) -> None:
    """Cut every long connection without a word when so many tickets are there."""
    house.until(f"{tickets} tickets", lambda: len(house.box.jira_people.tickets()) >= tickets)
    with house.box.world.lock:
        for connection in house.box.lark_state.delivery.connections.all():
            connection.cut()
