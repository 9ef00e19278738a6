"""The state machines of a Request and of a Delivery: (state, step) to what the step does.

The CHECK constraints in `store/schema.py` list the same states and the pictures in docs the same
transitions; tests compare them.
"""

from dataclasses import dataclass
from enum import StrEnum

from syncd.core.model import DeliveryState as D
from syncd.core.model import Request
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


class Step(StrEnum):
    """What can happen to a Delivery; the values are the words in the history and in docs."""

    CLAIM = "claim"
    EXPIRE = "expire"
    """The lease ran out before anything was sent, because its holder is gone."""
    WAIT = "wait"
    """Put off; nothing was sent."""
    FAIL = "our fault"
    SEND = "send"
    NOTHING_TO_DO = "nothing to do"
    OK = "ok"
    REJECTED = "rejected"
    GIVE_UP = "give up"
    WITHHELD = "withheld"
    WITHHELD_TOO_LATE = "withheld too late"
    """Its comment must not be shown, but an earlier send may have shown it."""
    KEY_EXPIRED = "key expired"
    LOOK_FIRST = "look first"
    """An earlier run, of which nothing is known, may have sent it."""
    REFUSED_BEFORE_WORK = "refused before work"
    """The platform did nothing: it was unavailable, limited us, or did not accept our login."""
    SAME_KEY_AGAIN = "same key again"
    """Its answer was lost; it is repeated with the same idempotency key, which shows it once."""
    FAIL_SENDING = "our fault while sending"
    UNCERTAIN = "uncertain"
    FOUND = "found"
    PROVEN_ABSENT = "proven absent"
    PUBLIC_AGAIN = "public again"
    REQUEUE = "requeue"
    REQUEUE_UNSENT = "requeue unsent"
    """Requeued on an operator's word that nothing was sent."""
    REQUEUE_IN_DOUBT = "requeue in doubt"


class FirstSent(StrEnum):
    """What a step does to `first_sent_ms`, from which the age of the idempotency key counts."""

    STAYS = "stays"
    BEGINS = "begins"
    TAKEN_BACK = "taken back"
    """Restored to its value before this send, which the platform did not carry out."""
    NEVER = "never"


@dataclass(frozen=True)
class Effect:
    """What a step does to a delivery."""

    after: D
    counts: bool = False
    """Whether it counts as an attempt that failed by a bug of ours."""
    first_sent: FirstSent = FirstSent.STAYS
    anew: bool = False
    """Whether age and attempts count from now."""
    new_id: bool = False
    """Whether it gets a new id and so goes to the end of its lane, which runs in order of ids."""

    @property
    def settles(self) -> bool:
        return self.after in (D.DONE, D.DEAD, D.WITHHELD)

    @property
    def holds_lane(self) -> bool:
        """Whether later deliveries of its lane wait for it."""
        return self.after in HOLDS_LANE

    @property
    def holds_lease(self) -> bool:
        """Whether its claim goes on."""
        return self.after in HOLDS_LEASE


HOLDS_LANE = (D.READY, D.LEASED, D.SENDING, D.DOUBT)
HOLDS_LEASE = (D.LEASED, D.SENDING)

DELIVERY: dict[tuple[D, Step], Effect] = {
    (D.READY, Step.CLAIM): Effect(D.LEASED),
    (D.READY, Step.GIVE_UP): Effect(D.DEAD),
    (D.READY, Step.WITHHELD): Effect(D.WITHHELD),
    (D.LEASED, Step.EXPIRE): Effect(D.READY),
    (D.LEASED, Step.WAIT): Effect(D.READY),
    (D.LEASED, Step.FAIL): Effect(D.READY, counts=True),
    (D.LEASED, Step.SEND): Effect(D.SENDING, first_sent=FirstSent.BEGINS),
    (D.LEASED, Step.NOTHING_TO_DO): Effect(D.DONE),
    (D.LEASED, Step.REJECTED): Effect(D.DEAD),
    (D.LEASED, Step.GIVE_UP): Effect(D.DEAD),
    (D.LEASED, Step.WITHHELD): Effect(D.WITHHELD),
    (D.LEASED, Step.KEY_EXPIRED): Effect(D.DOUBT),
    (D.LEASED, Step.WITHHELD_TOO_LATE): Effect(D.DOUBT),
    (D.LEASED, Step.LOOK_FIRST): Effect(D.DOUBT, first_sent=FirstSent.BEGINS),
    (D.SENDING, Step.OK): Effect(D.DONE),
    (D.SENDING, Step.REFUSED_BEFORE_WORK): Effect(D.READY, first_sent=FirstSent.TAKEN_BACK),
    (D.SENDING, Step.SAME_KEY_AGAIN): Effect(D.READY),
    (D.SENDING, Step.FAIL_SENDING): Effect(D.READY, counts=True),
    (D.SENDING, Step.REJECTED): Effect(D.DEAD),
    (D.SENDING, Step.GIVE_UP): Effect(D.DEAD),
    (D.SENDING, Step.UNCERTAIN): Effect(D.DOUBT),
    (D.DOUBT, Step.FOUND): Effect(D.DONE),
    (D.DOUBT, Step.PROVEN_ABSENT): Effect(D.READY, first_sent=FirstSent.NEVER),
    (D.DOUBT, Step.GIVE_UP): Effect(D.DEAD),
    (D.WITHHELD, Step.PUBLIC_AGAIN): Effect(D.READY, anew=True, new_id=True),
    (D.DEAD, Step.REQUEUE): Effect(D.READY, anew=True),
    (D.DEAD, Step.REQUEUE_UNSENT): Effect(D.READY, anew=True, first_sent=FirstSent.NEVER),
    (D.DEAD, Step.REQUEUE_IN_DOUBT): Effect(D.DOUBT, anew=True),
}


def may_be_filed(state: R) -> bool:
    """Whether a Request may still become a ticket, so that replies in its thread go on waiting."""
    return state in (R.ASKED, R.SUBMITTED)


class WrongTurn(Exception):
    """A transition that the table does not have: always a bug of ours."""


def request_after(state: R, happened: str) -> R:
    """Return the state a Request goes to; WrongTurn when the table has no such step."""
    try:
        return REQUEST[state, happened]
    except KeyError:
        raise WrongTurn(f"a request that is {state} cannot be {happened!r}") from None


def effect_of(state: D, step: Step) -> Effect:
    """Return what the step does to a delivery; WrongTurn when the table has no such step."""
    try:
        return DELIVERY[state, step]
    except KeyError:
        raise WrongTurn(f"a delivery that is {state} cannot take the step {step!r}") from None


def is_unused(request: Request) -> bool:
    """Tell whether it only waits for the button that somebody got who asked for help."""
    asked = request.values or request.answers or request.card is not None or request.round
    return not asked
