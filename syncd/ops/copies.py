"""Moving house: all that is kept goes from one database into another, and is used there only."""

from syncd.core.errors import StoreError
from syncd.loops.keep.health import ALIVE
from syncd.loops.keep.presence import present
from syncd.store.copies import copying
from syncd.store.store import Store

_RUNS = (
    "syncd runs on {shown}; stop it first, and start it on the new database afterwards. What it "
    "sends while it is copied would be sent again."
)
_SAME = "Both are the same database: {shown}."


def move(source: Store, target: Store) -> dict[str, int]:
    """Copy everything, and leave word in the source that it is used no more; return the rows.

    StoreError, and the source as before, when a daemon runs on it, or the target is not empty.
    """
    if source.shown == target.shown:
        raise StoreError(_SAME.format(shown=source.shown))
    source.check_schema()
    source.lock()
    # Before anybody is looked for: who starts now finds it, and does not go on.
    source.write(lambda tx: tx.leases.retire(target.shown))
    try:
        _refuse_running(source)
        return copying.pour(source, target)
    except BaseException:
        source.write(lambda tx: tx.leases.go_on())
        raise


def refuse_moved(store: Store) -> None:
    """Raise StoreError where all that is kept has moved to another database."""
    with store.read() as tx:
        moved_to = tx.leases.moved_to()
    if moved_to:
        raise StoreError(
            f"Everything in {store.shown} was moved to {moved_to}; name that one in store.url. Had "
            "the move not come to its end, run `syncd move` again. To go on here after all, "
            "without what happened there: `syncd move --take-back`."
        )


def take_back(source: Store) -> bool:
    """Let a database be used again that was moved; return whether it was."""
    with source.read() as tx:
        moved = bool(tx.leases.moved_to())
    source.write(lambda tx: tx.leases.go_on())
    return moved


def _refuse_running(source: Store) -> None:
    """The lock of a SQLite file has told already."""
    with source.read() as tx:
        running = not source.alone and any(one.life in ALIVE for one in present(source, tx))
    if running:
        raise StoreError(_RUNS.format(shown=source.shown))
