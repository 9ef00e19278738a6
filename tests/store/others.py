"""Others on the same database: processes, and threads with a store of their own."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from syncd.core.model import Ms
from syncd.store.store import Store

T = TypeVar("T")


def start_process(program: str, *arguments: str) -> subprocess.Popen[str]:
    """Run the program text in a Python of its own, with pipes to it and from it."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def start_together(count: int, program: str, *arguments: str) -> list[subprocess.Popen[str]]:
    """Run programs that say `ready` and wait for a line, and give them theirs once all are."""
    started = [start_process(program, *arguments) for _ in range(count)]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return started


def at_once(
    count: int, url: str, clock: Callable[[], Ms], act: Callable[[Store, int], T]
) -> list[T]:
    """Do it in so many threads, each with a store of its own and its number; return the answers."""
    begin = threading.Barrier(count, timeout=60)

    def run(number: int) -> T:
        store = Store.open(url, clock=clock)
        begin.wait()
        answer = act(store, number)
        store.close()
        return answer

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
