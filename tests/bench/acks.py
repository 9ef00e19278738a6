"""How long Lark waits for the acknowledgement of an event, at 2 and at 200 events a second.

    cd tests && PYTHONPATH=.:flows:running ../.venv/bin/python -m bench.acks --database sqlite

The platform waits for three seconds: https://open.feishu.cn/document/ukTMukTMukTM/uUTNz4SN1MjL1UzM
"""

import argparse
import tempfile
import time
from pathlib import Path

import bursts
import databases
from house import GLOBEX
from running_house import RunningHouse

from syncd.sandbox.lark.connection.delivery import ACKED, Event

_LOOK_SECONDS = 0.002


def waits(house: RunningHouse, per_second: int, count: int) -> list[float]:
    """Let so many messages be written at that pace; return how long each ack took, sorted."""
    people, lock = house.box.lark_people, house.box.world.lock
    events = house.box.lark_state.delivery.events
    sent: dict[int, float] = {}
    open_: list[Event] = []
    took: list[float] = []
    begun = time.monotonic()
    while len(took) < count:
        now = time.monotonic()
        with lock:
            while len(sent) < count and begun + len(sent) / per_second <= now:
                people.say("ben", GLOBEX, "nobody asked the bot")
                open_.append(events[-1])
                sent[id(events[-1])] = time.monotonic()
            acked = [event for event in open_ if event.status == ACKED]
            open_ = [event for event in open_ if event.status != ACKED]
        took += [time.monotonic() - sent[id(event)] for event in acked]
        time.sleep(_LOOK_SECONDS)
    return sorted(took)


def main() -> None:
    known = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    known.add_argument("--database", choices=databases.names(), default=databases.SQLITE)
    known.add_argument("--seconds", type=int, default=20)
    asked = known.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        bursts.running(asked.database, 1, Path(folder)) as house,
    ):
        p99 = {}
        for pace in (2, 200):
            took = waits(house, pace, pace * asked.seconds)
            p50, p99[pace] = took[len(took) // 2], took[len(took) * 99 // 100]
            print(
                f"{asked.database}, {pace} events a second: median {p50 * 1000:.0f} ms,"
                f" p99 {p99[pace] * 1000:.0f} ms, longest {took[-1] * 1000:.0f} ms"
            )
        print(f"p99 at 200 events a second is {p99[200] / p99[2]:.1f} times that at 2")


if __name__ == "__main__":
    main()
