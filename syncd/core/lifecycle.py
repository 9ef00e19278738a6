"""The lives of a Request and of a Delivery: state, what happens, next state.

The CHECK constraints in `store/schema.py` and the picture in README say the same; a test
compares them.
"""

from syncd.core.model import DeliveryState as D
from syncd.core.model import RequestState as R

REQUEST: dict[tuple[R, str], R] = {
    (R.ASKED, "submit"): R.SUBMITTED,
    (R.ASKED, "timeout"): R.EXPIRED,
    (R.ASKED, "cancel"): R.CANCELLED,
    (R.SUBMITTED, "filed"): R.FILED,
    (R.SUBMITTED, "refused"): R.REFUSED,
    (R.SUBMITTED, "invalid"): R.ASKED,
    (R.SUBMITTED, "buried"): R.FAILED,
    (R.FAILED, "requeued"): R.SUBMITTED,
}

DELIVERY: dict[tuple[D, str], D] = {
    (D.READY, "claim"): D.LEASED,
    (D.READY, "give up"): D.DEAD,
    (D.READY, "withheld"): D.WITHHELD,
    (D.LEASED, "expire"): D.READY,
    (D.LEASED, "wait"): D.READY,
    (D.LEASED, "send"): D.SENDING,
    (D.LEASED, "nothing to do"): D.DONE,
    (D.LEASED, "rejected"): D.DEAD,
    (D.LEASED, "give up"): D.DEAD,
    (D.LEASED, "withheld"): D.WITHHELD,
    (D.LEASED, "key expired"): D.DOUBT,
    (D.LEASED, "withheld too late"): D.DOUBT,
    (D.SENDING, "ok"): D.DONE,
    (D.SENDING, "refused before work"): D.READY,
    (D.SENDING, "same key again"): D.READY,
    (D.SENDING, "rejected"): D.DEAD,
    (D.SENDING, "give up"): D.DEAD,
    (D.SENDING, "uncertain"): D.DOUBT,
    (D.DOUBT, "found"): D.DONE,
    (D.DOUBT, "proven absent"): D.READY,
    (D.DOUBT, "give up"): D.DEAD,
    (D.WITHHELD, "public again"): D.READY,
    (D.DEAD, "requeue"): D.READY,
    (D.DEAD, "requeue in doubt"): D.DOUBT,
}

HOLDS_LANE = (D.READY, D.LEASED, D.SENDING, D.DOUBT)
"""A delivery in one of these states keeps later ones of its lane waiting."""


def may_be_filed(state: R) -> bool:
    """Whether a Request may still become a ticket by itself; what waits for it waits on."""
    return state in (R.ASKED, R.SUBMITTED)


class WrongTurn(Exception):
    """A transition that the table does not have; always our own bug."""


def request_after(state: R, happened: str) -> R:
    """Return the state a Request goes to; WrongTurn when the table has no such step."""
    try:
        return REQUEST[state, happened]
    except KeyError:
        raise WrongTurn(f"a request that is {state} cannot be {happened!r}") from None


def delivery_after(state: D, happened: str) -> D:
    """Return the state a Delivery goes to; WrongTurn when the table has no such step."""
    try:
        return DELIVERY[state, happened]
    except KeyError:
        raise WrongTurn(f"a delivery that is {state} cannot take the step {happened!r}") from None
