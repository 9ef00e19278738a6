"""A role has one holder; who was paused can be told from who came after."""

import others
from still_clock import Time

from syncd.store.store import Store

MINUTE = 60_000


def acquire(store: Store, owner: str, ttl_ms: int = MINUTE) -> int | None:
    return store.write(lambda tx: tx.leases.acquire("poll", owner, ttl_ms))


def holds(store: Store, owner: str, generation: int) -> bool:
    return store.write(lambda tx: tx.leases.holds("poll", owner, generation))


def test_a_role_has_one_holder(store: Store) -> None:
    assert acquire(store, "a") == 1
    assert acquire(store, "b") is None
    assert holds(store, "a", 1)
    assert not holds(store, "b", 1)


def test_renewing_keeps_the_generation(store: Store) -> None:
    assert [acquire(store, "a") for _ in range(3)] == [1, 1, 1]


def test_roles_are_held_apart(store: Store) -> None:
    acquire(store, "a")
    assert store.write(lambda tx: tx.leases.acquire("sweep", "b", MINUTE)) == 1


def test_a_paused_holder_is_told_from_the_one_who_came_after(store: Store) -> None:
    assert acquire(store, "a", ttl_ms=-1) == 1
    assert acquire(store, "b", ttl_ms=-1) == 2
    assert not holds(store, "a", 1)
    assert acquire(store, "a") == 3
    assert not holds(store, "a", 1)
    assert holds(store, "a", 3)


def test_a_role_that_has_run_out_is_its_holders_until_somebody_takes_it(store: Store) -> None:
    assert acquire(store, "a", ttl_ms=-1) == 1
    assert holds(store, "a", 1)
    assert acquire(store, "a", ttl_ms=-1) == 1
    assert acquire(store, "b") == 2
    assert not holds(store, "a", 1)


def test_a_released_role_is_free_and_has_a_new_generation(store: Store) -> None:
    acquire(store, "a")
    with store.begin() as tx:
        tx.leases.release("poll", "b")
    assert acquire(store, "b") is None
    with store.begin() as tx:
        tx.leases.release("poll", "a")
    assert acquire(store, "b") == 2


def test_alone_after_a_restart_every_role_is_free(store: Store) -> None:
    acquire(store, "a")
    with store.begin() as tx:
        tx.leases.steal_all()
    assert acquire(store, "b") == 2


def test_of_many_who_want_a_role_one_gets_it(url: str, time: Time) -> None:
    answers = others.at_once(6, url, time, lambda own, number: acquire(own, f"p{number}"))
    assert sorted(answers, key=str) == [1, None, None, None, None, None]


def test_only_its_holder_extends_a_role(store: Store) -> None:
    def extend(owner: str) -> bool:
        return store.write(lambda tx: tx.leases.extend("poll", owner, MINUTE))

    assert not extend("a")
    assert acquire(store, "a", -1) == 1
    assert not extend("b")
    assert extend("a")
    assert acquire(store, "b") is None
