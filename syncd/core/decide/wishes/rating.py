"""Somebody says how satisfied they are with a ticket that was resolved."""

from dataclasses import replace

from syncd.core.delivery import Decision, Order
from syncd.core.events import RatingGiven
from syncd.core.kinds.close_form import CloseForm
from syncd.core.kinds.rating.ask_rating import is_asked
from syncd.core.kinds.rating.post_rating import post_rating
from syncd.core.known import Known, Rules
from syncd.core.model import Ms, Place
from syncd.core.reaching import lanes
from syncd.core.views import Toast, Tone
from syncd.core.wording import words


def given(event: RatingGiven, known: Known, rules: Rules, now: Ms) -> Decision:
    """Decide on a press of the card's button: only whoever was asked is heard, and once."""
    wording, link = words(known.chat.language), known.link
    asked = known.delivery
    if link is None or asked is None or not is_asked(asked, link):
        return _no("no question of that ticket", wording.ticket_gone)
    if event.operator != asked.person:
        return _no("rated by somebody else", wording.rating_not_yours)
    if not known.chat.enabled:
        told = wording.chat_not_enabled.format(chat_id=known.chat.id)
        return _no("chat is not enabled", told)
    if known.rated:
        return Decision("rated before", toast=Toast(Tone.INFO, wording.rating_again))
    if known.card is None or known.card.question != asked.dedupe_key:
        no = _no("it is about an earlier resolution", wording.rating_outdated)
        return replace(no, orders=_taken_away(event, known))
    if not event.rating.is_valid():
        return _no("nothing was chosen", wording.rating_missing)
    order = post_rating(link, event.operator, event.rating, event.shown_by, now)
    return Decision(
        "rated",
        orders=(order, *_taken_away(event, known)),
        toast=Toast(Tone.SUCCESS, wording.rating_received),
    )


def _taken_away(event: RatingGiven, known: Known) -> tuple[Order, ...]:
    """Order that the card goes; of one that one pair of eyes sees nobody knows the id for sure."""
    if event.place not in (Place.DIRECT, Place.THREAD) or not event.card:
        return ()
    command = CloseForm(event.place, event.card)
    lane, chat_id = lanes.of_form(event.request_id), known.chat.id
    return (Order(command, lane, f"close:{event.card}", chat_id, event.request_id),)


def _no(reason: str, told: str) -> Decision:
    return Decision(reason, toast=Toast(Tone.WARNING, told))
