"""What was spent in the present hour or day, counted on the database for all processes."""

from concurrent.futures import ThreadPoolExecutor

from still_clock import Time

from syncd.store.store import Store

HOUR = 3_600_000


def spent(store: Store, name: str) -> int:
    with store.read() as tx:
        return tx.budgets.used([name, "other"], HOUR).get(name, 0)


def test_what_is_spent_counts_for_its_period(sqlite_store: Store, time: Time) -> None:
    for count in (1, 2, 3):
        assert sqlite_store.write(lambda tx: tx.budgets.spend("asks:ou_ann", HOUR)) == count
    assert spent(sqlite_store, "asks:ou_ann") == 3
    time.move(HOUR)
    assert spent(sqlite_store, "asks:ou_ann") == 0
    assert sqlite_store.write(lambda tx: tx.budgets.spend("asks:ou_ann", HOUR)) == 1


def test_a_clock_that_was_set_back_locks_nobody_out(sqlite_store: Store, time: Time) -> None:
    sqlite_store.write(lambda tx: tx.budgets.spend("asks:ou_ann", HOUR))
    time.move(-24 * HOUR)
    assert spent(sqlite_store, "asks:ou_ann") == 0


def test_what_counts_no_more_is_swept(sqlite_store: Store, time: Time) -> None:
    sqlite_store.write(lambda tx: tx.budgets.spend("asks:ou_ann", HOUR))
    assert sqlite_store.write(lambda tx: tx.budgets.sweep()) == 0
    time.move(HOUR + 1)
    assert sqlite_store.write(lambda tx: tx.budgets.sweep()) == 1


def test_the_same_is_paid_once_and_no_more_than_the_limit_is_given(store: Store) -> None:
    def take(once: str) -> bool:
        return store.write(lambda tx: tx.budgets.take("invitations", 2, HOUR, once))

    assert [take(once) for once in ("r1", "r1", "r2", "r3", "r2")] == [
        True,
        True,
        True,
        False,
        True,
    ]


def test_who_spends_at_the_same_moment_loses_no_count(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        work = [lambda tx: tx.budgets.spend("replies:oc_acme", HOUR)] * 20
        counts = list(pool.map(store.write, work))
    assert sorted(counts) == list(range(1, 21))
