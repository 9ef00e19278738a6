"""What an operator does to a delivery: requeue it, or drop it."""

from syncd.core.delivery import Decision, Delivery
from syncd.core.ends import Requeued, Undeliverable
from syncd.core.errors import SyncdError
from syncd.core.lifecycle import Step
from syncd.core.model import DeliveryId, DeliveryState
from syncd.loops.outgoing.settling import settle
from syncd.loops.records import Records
from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx

_IN_DOUBT = (
    "is in DOUBT: it may have happened, and syncd is looking for it. Look yourself{where}; only if "
    "nothing is there, requeue it with --sent-nothing"
)
_WHY_NOT = {
    DeliveryState.READY: "waits to be sent already",
    DeliveryState.DONE: "was delivered already",
    DeliveryState.DEAD: "is DEAD already; nothing of it will be sent",
    DeliveryState.WITHHELD: "is WITHHELD: its comment is not public. It is posted by itself as "
    "soon as the comment is public again; no command is needed",
}
"""Why nothing can be done to a delivery in that state; in any other it is being sent."""
_UNDER_WAY = "is being sent just now; try again in a minute"


SHORTEST = 4
"""Letters of an id that may stand for it."""
_FEW = 5


class NotPossible(SyncdError):
    """This cannot be done to this delivery; the message says why."""


def requeue(records: Records, id: DeliveryId, *, sent_nothing: bool) -> str:
    """Requeue a delivery and return a sentence about it; NotPossible with the reason.

    `sent_nothing`: the operator says that it did not happen, so it is sent without looking first.
    """

    def work(tx: Tx) -> str:
        delivery = _found(tx, id)
        step = _way_back(delivery, sent_nothing)
        event = Requeued(delivery)
        newest = _newest(tx, delivery)
        if refusal := delivery.command.not_again(delivery, newest, records.known(tx, event)):
            raise NotPossible(refusal)
        stepped = tx.outbox.step(delivery, step, reason="an operator wants it sent again")
        records.decide(tx, event)
        if stepped.state is DeliveryState.DOUBT:
            return f"{id} is in DOUBT again: syncd looks first whether it happened after all."
        return f"{id} waits to be sent."

    return records.store.write(work)


def drop(records: Records, id: DeliveryId, reason: str) -> Decision:
    """Give a delivery up and tell the person who waits for it; NotPossible with the reason.

    `reason` is read by that person too; empty: they read that operators gave it up. One that is
    DEAD by itself is only put aside: nobody has to do anything about it any more.
    """

    def work(tx: Tx) -> Decision:
        delivery = _found(tx, id)
        dead = delivery.state is DeliveryState.DEAD and _put_aside_name(delivery) not in put_aside(
            tx
        )
        if not dead and delivery.state not in (DeliveryState.READY, DeliveryState.DOUBT):
            raise _refusal(delivery)
        tx.cache.put(CacheKind.PUT_ASIDE, _put_aside_name(delivery), "")
        if dead:
            return Decision("put aside")
        said = reason or "an operator gave it up"
        event = Undeliverable(delivery, said, told=reason, dropped=True)
        return settle(records, tx, Step.GIVE_UP, event)

    return records.store.write(work)


def whole_id(tx: Tx, letters: str) -> DeliveryId:
    """Return the one delivery whose id is this or begins so; NotPossible with the reason."""
    if tx.outbox.get(DeliveryId(letters)) or len(letters) < SHORTEST:
        return DeliveryId(letters)
    found = tx.outbox.beginning(letters.upper(), _FEW)
    if len(found) > 1:
        raise NotPossible(f"{letters} begins {', '.join(found)}{' ...' * (len(found) == _FEW)}")
    return found[0] if found else DeliveryId(letters)


def put_aside(tx: Tx) -> set[str]:
    """Return what operators have dropped, of which nobody has to be told any more."""
    return {name for name, _, _ in tx.cache.all(CacheKind.PUT_ASIDE)}


def to_act_on(tx: Tx) -> list[Delivery]:
    """Return the newest DEAD deliveries that an operator has still to requeue or to drop."""
    done = put_aside(tx)
    return [
        delivery
        for delivery in tx.outbox.newest_missed(DeliveryState.DEAD)
        if _put_aside_name(delivery) not in done
        and not delivery.command.is_blank()
        and not went_on(tx, delivery)
    ]


def _put_aside_name(delivery: Delivery) -> str:
    """One that is sent again and dies again is to be acted on again."""
    return f"{delivery.id}:{delivery.tries}"


def _found(tx: Tx, id: DeliveryId) -> Delivery:
    delivery = tx.outbox.get(id)
    if delivery is None:
        raise NotPossible(why_missing(tx, id))
    return delivery


def _newest(tx: Tx, delivery: Delivery) -> DeliveryId:
    """Return the newest delivery of the same kind and Request."""
    if not delivery.request_id:
        return delivery.id
    same = tx.outbox.of_request(delivery.request_id, delivery.command.kind())
    return same[-1].id if same else delivery.id


def went_on(tx: Tx, delivery: Delivery) -> bool:
    """Tell whether a DEAD delivery certainly did not happen and its Request went on without it."""
    if delivery.state is not DeliveryState.DEAD or delivery.was_uncertain:
        return False
    return delivery.command.went_on(tx.requests.get(delivery.request_id))


def why_missing(tx: Tx, id: DeliveryId) -> str:
    """Return the sentence for an unknown id; one that became public again has another id."""
    became = tx.history.became(id)
    if became:
        return f"{id} became public again and {became}."
    return f"There is no delivery {id}; `syncd outbox list` names those there are."


def _way_back(delivery: Delivery, sent_nothing: bool) -> Step:
    """Return the step of a requeue; a DEAD delivery that ever was in DOUBT goes back there."""
    match delivery.state:
        case DeliveryState.DEAD if delivery.command.is_blank():
            raise _refusal(delivery, "is so old that its text was swept; it is gone")
        case DeliveryState.DEAD if sent_nothing:
            return Step.REQUEUE_UNSENT
        case DeliveryState.DEAD:
            return Step.REQUEUE_IN_DOUBT if delivery.was_uncertain else Step.REQUEUE
        case DeliveryState.DOUBT if sent_nothing:
            return Step.PROVEN_ABSENT
        case DeliveryState.DOUBT:
            raise _refusal(delivery, _IN_DOUBT.format(where=delivery.command.where_to_look()))
    raise _refusal(delivery)


def _refusal(delivery: Delivery, why: str = "") -> NotPossible:
    return NotPossible(f"{delivery.id} {why or _WHY_NOT.get(delivery.state, _UNDER_WAY)}.")
