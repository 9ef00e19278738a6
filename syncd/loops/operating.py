"""What an operator does to a delivery: send it again, or give it up."""

from syncd.core.blanking import is_blank
from syncd.core.commands import Delivery, FileTicket
from syncd.core.decide import lanes
from syncd.core.decide.known import Decision
from syncd.core.errors import SyncdError
from syncd.core.events import Requeued, Undeliverable
from syncd.core.model import DeliveryId, DeliveryState, Ms, Request, RequestState
from syncd.loops.records import Records
from syncd.loops.settling import settle
from syncd.store.tx import Tx

_COMES_BACK = (
    "is WITHHELD: its comment is not public. It is posted by itself as soon as the comment is "
    "public again; no command is needed"
)
_IN_DOUBT = (
    "is in DOUBT: it may have happened, and syncd is looking for it. Look yourself{where}; only if "
    "nothing is there, requeue it with --sent-nothing"
)
_DELIVERED = "was delivered already"
_UNDER_WAY = "is being sent just now; try again in a minute"


class NotPossible(SyncdError):
    """This cannot be done to this delivery; the message says why."""


def requeue(records: Records, id: DeliveryId, *, sent_nothing: bool) -> str:
    """Let a delivery be sent again; return what becomes of it. NotPossible with the reason.

    `sent_nothing` is the operator's word that it did not happen, so that nobody looks first.
    """

    def work(tx: Tx) -> str:
        delivery = _found(tx, id)
        happened = _way_back(delivery, sent_nothing)
        _still_wanted(tx, delivery)
        stepped = tx.outbox.step(
            delivery,
            happened,
            reason="an operator wants it sent again",
            sent_before=Ms(0) if sent_nothing else None,
        )
        records.decide(tx, Requeued(delivery))
        if stepped.state is DeliveryState.DOUBT:
            return f"{id} is in DOUBT again: syncd looks first whether it happened after all."
        return f"{id} waits to be sent."

    return records.store.write(work)


def drop(records: Records, id: DeliveryId, reason: str) -> Decision:
    """Give a delivery up, telling whoever waits for it; NotPossible with the reason.

    `reason` is the operator's, for all who ask; empty: that the support team gave it up.
    """

    def work(tx: Tx) -> Decision:
        delivery = _found(tx, id)
        _may_be_dropped(delivery)
        said = reason or "an operator gave it up"
        event = Undeliverable(delivery, said, told=reason, dropped=True)
        return settle(records, tx, delivery, "give up", event, said)

    return records.store.write(work)


def _found(tx: Tx, id: DeliveryId) -> Delivery:
    delivery = tx.outbox.get(id)
    if delivery is None:
        raise NotPossible(why_missing(tx, id))
    return delivery


def went_on(tx: Tx, delivery: Delivery) -> bool:
    """Tell whether it is a create that certainly made no ticket and whose request went on: its
    asker has the form again, or another create has made the ticket."""
    if delivery.state is not DeliveryState.DEAD or delivery.was_uncertain:
        return False
    if not isinstance(delivery.command, FileTicket):
        return False
    request = tx.requests.get(delivery.request_id)
    return request is not None and request.state in (RequestState.ASKED, RequestState.FILED)


def why_missing(tx: Tx, id: DeliveryId) -> str:
    """Return a sentence for an id that no delivery has."""
    became = tx.history.became(id)
    if became:
        return f"{id} became public again and {became}."
    return f"There is no delivery {id}; `syncd outbox list` names those there are."


def _way_back(delivery: Delivery, sent_nothing: bool) -> str:
    """Return the step that leads back; a DEAD one that ever was uncertain is looked for first."""
    match delivery.state:
        case DeliveryState.DEAD if is_blank(delivery.command):
            raise NotPossible(f"{delivery.id} is so old that its text was swept; it is gone.")
        case DeliveryState.DEAD if sent_nothing:
            return "requeue"
        case DeliveryState.DEAD:
            return "requeue in doubt" if delivery.was_uncertain else "requeue"
        case DeliveryState.DOUBT if sent_nothing:
            return "proven absent"
        case DeliveryState.DOUBT:
            raise NotPossible(f"{delivery.id} {_IN_DOUBT.format(where=_where(delivery))}.")
        case DeliveryState.WITHHELD:
            raise NotPossible(f"{delivery.id} {_COMES_BACK}.")
        case DeliveryState.READY:
            raise NotPossible(f"{delivery.id} waits to be sent already.")
        case DeliveryState.DONE:
            raise NotPossible(f"{delivery.id} {_DELIVERED}.")
        case _:
            raise NotPossible(f"{delivery.id} {_UNDER_WAY}.")


def _may_be_dropped(delivery: Delivery) -> None:
    match delivery.state:
        case DeliveryState.READY | DeliveryState.DOUBT:
            return
        case DeliveryState.DONE:
            raise NotPossible(f"{delivery.id} {_DELIVERED}.")
        case DeliveryState.WITHHELD:
            raise NotPossible(f"{delivery.id} {_COMES_BACK}.")
        case DeliveryState.DEAD:
            raise NotPossible(f"{delivery.id} is DEAD already; nothing of it will be sent.")
        case _:
            raise NotPossible(f"{delivery.id} {_UNDER_WAY}.")


def _where(delivery: Delivery) -> str:
    if isinstance(delivery.command, FileTicket):
        return f" in the helpdesk for the marker LK{delivery.command.request_id}"
    return ""


def _still_wanted(tx: Tx, delivery: Delivery) -> None:
    """A create can be sent again only for a Request that waits for it or failed."""
    if not isinstance(delivery.command, FileTicket):
        return
    request = tx.requests.get(delivery.command.request_id)
    if request is None:
        raise NotPossible(f"The request of {delivery.id} is not on record any more.")
    if not request.values:
        raise NotPossible(f"{delivery.id} is so old that what was typed was swept; it is gone.")
    if request.state is RequestState.ASKED:
        raise NotPossible(
            f"The request of {delivery.id} is ASKED: its asker has the form again, to correct it."
        )
    if request.state not in (RequestState.FAILED, RequestState.SUBMITTED):
        raise NotPossible(
            f"The request of {delivery.id} is {request.state}; its asker has to ask anew."
        )
    if delivery.dedupe_key != lanes.filing_key(request):
        newest = tx.outbox.by_key(lanes.filing_key(request))
        raise NotPossible(
            f"{delivery.id} was corrected and submitted again"
            f"{f' as {newest.id}' if newest else ''}; only what was submitted last can be sent."
        )
    _thread_is_free(tx, delivery, request)


def _thread_is_free(tx: Tx, delivery: Delivery, request: Request) -> None:
    """A second ticket of the thread could not be linked: the chat would never see its comments."""
    link = tx.links.of_thread(request.thread.root)
    if link is not None:
        raise NotPossible(f"The thread of {delivery.id} has the ticket {link.ticket_key} by now.")
    newest = tx.requests.of_thread(request.thread.root)
    if newest and newest.id != request.id and newest.state is RequestState.SUBMITTED:
        raise NotPossible(f"In the thread of {delivery.id} a newer request is being filed.")
