"""The first start on a database that was made from a backup."""

from syncd.core.model import Ms
from syncd.core.operators.resumed import RESTORED, RESUMED, floor_of
from syncd.log import Log
from syncd.loops.directory import key_floors
from syncd.store.store import Store
from syncd.store.tx import Tx


def resume(store: Store, log: Log) -> None:
    """Write down when syncd first runs on what was restored; before anything is sent.

    What waits then has to be looked for, whatever was known of it when the backup was taken.
    """

    def work(tx: Tx) -> Ms:
        taken_ms = tx.cursors.get(RESTORED)
        if not taken_ms or tx.cursors.get(RESUMED):
            return Ms(0)
        tx.outbox.doubt_all_anew()
        for project, floor in key_floors(tx).items():
            tx.cursors.set(floor_of(project), Ms(floor))
        tx.cursors.set(RESUMED, tx.now)
        return taken_ms

    if taken_ms := store.write(work):
        log.warning("resumed_from_backup", taken_ms=taken_ms)
