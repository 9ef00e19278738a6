"""Threads that want to write to a file get their turns in the order in which they came."""

import threading
from collections.abc import Callable

import pytest

from syncd.core.errors import StoreError
from syncd.store.store import Store
from syncd.store.turns import NoTurn, Turns


def until(seen: Callable[[], bool]) -> None:
    waiting = threading.Event()
    assert any(seen() or waiting.wait(0.01) for _ in range(1000))


def test_who_came_first_goes_first(sqlite_store: Store) -> None:
    order: list[int] = []
    turns = sqlite_store._turns

    def write(number: int) -> None:
        sqlite_store.write(lambda tx: order.append(number))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    with sqlite_store.begin():
        for number, thread in enumerate(threads):
            thread.start()
            until(lambda n=number: turns.waiting() == n + 2)
    for thread in threads:
        thread.join()
    assert order == list(range(20))


def test_who_gives_up_leaves_the_turn_to_the_next() -> None:
    turns = Turns(0.01)
    with turns.turn():
        with pytest.raises(NoTurn), turns.turn():
            pass
        assert turns.waiting() == 1
    with turns.turn():
        assert turns.waiting() == 1


def test_a_turn_that_does_not_come_is_a_failure_of_the_store(sqlite_store: Store) -> None:
    sqlite_store._turns = Turns(0.01)
    with sqlite_store.begin(), pytest.raises(StoreError, match="busy"), sqlite_store.begin():
        pass
    with sqlite_store.begin() as tx:
        assert tx.now
