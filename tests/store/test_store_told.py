"""Whoever counts is told of the steps that were committed, and of no other."""

from dataclasses import dataclass, field

import pytest
from stored_nouns import tell

from syncd.core.delivery import Delivery
from syncd.core.lifecycle import Step
from syncd.core.model import DeliveryState, Destination
from syncd.core.operators.meter import Meter
from syncd.store.store import Store


@dataclass
class Listener(Meter):
    heard: list[tuple[Step, DeliveryState]] = field(default_factory=list)

    def stepped(self, delivery: Delivery, step: Step) -> None:
        self.heard.append((step, delivery.state))


class OurFault(Exception):
    """Something that undoes the transaction."""


def test_a_step_is_told_once_it_is_committed(store: Store) -> None:
    store.meter = listener = Listener()
    with store.begin() as tx:
        tx.outbox.put(tell("a"))
    (delivery,) = store.claim(Destination.LARK, 1, 10_000)
    with store.begin() as tx:
        sending = tx.outbox.step(delivery, Step.SEND)
        assert listener.heard == []
    assert listener.heard == [(Step.SEND, DeliveryState.SENDING)]
    with pytest.raises(OurFault), store.begin() as tx:
        tx.outbox.step(sending, Step.OK)
        raise OurFault
    assert len(listener.heard) == 1
    store.write(lambda tx: tx.outbox.step(sending, Step.OK))
    assert listener.heard[1:] == [(Step.OK, DeliveryState.DONE)]
