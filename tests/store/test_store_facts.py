"""Facts that nobody can be asked for again."""

from still_clock import Time
from stored_nouns import thread

from syncd.core.model import Anchor, MessageId
from syncd.store.store import Store

ROOT = MessageId("om_root")


def test_a_thread_goes_on_below_its_newest_anchor_and_knows_what_stands_below_earlier_ones(
    store: Store, time: Time
) -> None:
    for number in (1, 2, 3):
        anchor = Anchor(thread(ROOT), MessageId(f"om_above_{number}"))
        store.write(lambda tx, one=anchor: tx.facts.keep_anchor(one))
        time.move(1000)
    with store.read() as tx:
        if store.alone:
            assert tx.facts.anchor_of(ROOT) == "om_above_3"
        roots = [tx.facts.root_of(MessageId(f"om_above_{number}")) for number in (1, 2, 3)]
        assert roots == [ROOT] * 3
        assert tx.facts.anchor_of(MessageId("om_other")) is None
        assert tx.facts.root_of(ROOT) is None
