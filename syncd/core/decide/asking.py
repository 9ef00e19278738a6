"""The form: its buttons, its delivery, its end."""

from dataclasses import replace

from syncd.core.commands import Delivery, FileTicket, OfferForm, Order
from syncd.core.decide import form, lanes
from syncd.core.decide.known import Decision, Known, Rules, Toast, Tone
from syncd.core.decide.talking import where_the_ticket_is
from syncd.core.events import Click, FormCancelled, FormSubmitted, FormWanted, RequestExpired, Shown
from syncd.core.lifecycle import request_after
from syncd.core.model import Card, Chat, Ms, PersonId, Place, Request, RequestState
from syncd.core.wording import words
from syncd.core.wording.table import Wording


def submitted(event: FormSubmitted, known: Known, rules: Rules, now: Ms) -> Decision:
    """Decide on a Submit: the one moment at which a ticket is promised."""
    wording = words(known.chat.language)
    refusal = _refusal(known.request, event.operator, known.chat, now, wording)
    if refusal is not None:
        return refusal
    if known.thread_is_taken:
        return _no("the thread has a ticket", where_the_ticket_is(known, rules), Tone.INFO)
    request = _with_card(event, known.sure_request())
    values, problems = form.check(event.values, known.form, known.chat, request, rules, wording)
    if problems:
        told = wording.wrong_form.format(problems="; ".join(problems))
        return Decision(
            f"the form is wrong: {len(problems)} problems",
            request=replace(request, values=values),
            arrived=(event.shown_by,),
            toast=Toast(Tone.WARNING, told),
        )
    accepted = replace(
        request,
        values=values,
        state=request_after(request.state, "submit"),
        round=request.round + 1,
        submitted_ms=now,
        slow_told=False,
        problem="",
    )
    return Decision(
        "the form is right: a ticket is filed",
        request=accepted,
        orders=(_file(accepted),),
        arrived=(event.shown_by,),
        toast=Toast(Tone.SUCCESS, wording.submitted),
    )


def cancelled(event: FormCancelled, known: Known, now: Ms) -> Decision:
    """Decide on a Cancel."""
    wording = words(known.chat.language)
    refusal = _refusal(known.request, event.operator, known.chat, now, wording)
    if refusal is not None:
        return refusal
    request = _with_card(event, known.sure_request())
    gone = replace(request, state=request_after(request.state, "cancel"))
    return Decision(
        "the asker cancelled",
        request=gone,
        orders=lanes.close_form(gone),
        arrived=(event.shown_by,),
        toast=Toast(Tone.INFO, wording.cancelled),
    )


def wanted(event: FormWanted, known: Known, now: Ms) -> Decision:
    """Decide on the button that offers the form again."""
    wording = words(known.chat.language)
    refusal = _refusal(known.request, event.operator, known.chat, now, wording)
    if refusal is not None:
        return refusal
    order = lanes.show_form(known.sure_request(), f"wanted:{now}")
    return Decision(
        "the asker wants the form again",
        orders=(order,),
        toast=Toast(Tone.INFO, wording.reopened),
    )


def shown(outcome: Shown, known: Known, rules: Rules, now: Ms) -> Decision:
    """Remember where the form card is, whose life begins now; an earlier card goes away."""
    request = known.sure_request()
    card = Card(outcome.place, outcome.message_id) if outcome.message_id else None
    current = replace(request, card=card, own_address=outcome.own_address or request.own_address)
    if request.state is not RequestState.ASKED:
        return Decision("a form that is no longer wanted", orders=lanes.close_form(current))
    current = replace(current, expires_ms=Ms(now + rules.form_lives_ms))
    before = request.card
    same = before is not None and card is not None and before.message_id == card.message_id
    return Decision(
        f"the form was shown ({outcome.place})",
        request=current,
        orders=() if same else lanes.close_form(request),
    )


def form_in_doubt(delivery: Delivery, known: Known) -> Decision:
    """Offer the form by a button, when nobody can tell whether the card arrived."""
    request = known.sure_request()
    if request.state is not RequestState.ASKED:
        return Decision("a form that is no longer wanted")
    order = Order(
        OfferForm(request.id, request.thread),
        lane=lanes.in_chat(request.thread.root),
        dedupe_key=f"offer:{delivery.id}",
        chat_id=request.thread.chat_id,
        request_id=request.id,
    )
    return Decision("nobody can tell whether the form arrived: offered again", orders=(order,))


def form_refused(delivery: Delivery, known: Known) -> Decision:
    """Tell the asker that there is no form to wait for, and what was to be corrected in it."""
    request = known.sure_request()
    if request.state not in (RequestState.ASKED, RequestState.EXPIRED):
        return Decision("a form that is no longer wanted")
    wording = words(known.chat.language)
    corrects = [wording.refused.format(reason=request.problem)] if request.problem else []
    told = "\n".join([*corrects, wording.form_failed])
    order = lanes.tell(
        request.thread.chat_id, request.asker, told, f"no-form:{delivery.id}", request.id
    )
    return Decision("the form cannot be shown: told so", orders=(order,))


def expired(event: RequestExpired, known: Known, now: Ms) -> Decision:
    """End a Request whose form was never submitted."""
    request = known.request
    if request is None or request.state is not RequestState.ASKED or now < request.expires_ms:
        return Decision("not waiting for a form, or its form lives on")
    ended = replace(request, state=request_after(request.state, "timeout"))
    return Decision("the form expired", request=ended, orders=lanes.close_form(ended))


def _with_card(event: Click, request: Request) -> Request:
    """A click proves where the card is, also when the answer to showing it was lost."""
    if request.card is not None:
        return request
    return replace(request, card=Card(event.place or _likely_place(event, request), event.card))


def _likely_place(event: Click, request: Request) -> Place:
    if event.chat_id != request.thread.chat_id:
        return Place.DIRECT
    return Place.EPHEMERAL if request.top_level else Place.THREAD


def _file(request: Request) -> Order:
    return Order(
        FileTicket(request.id),
        lane=lanes.in_helpdesk(request.thread.root),
        dedupe_key=lanes.filing_key(request),
        chat_id=request.thread.chat_id,
        request_id=request.id,
        urgent=True,
    )


def _refusal(
    request: Request | None, operator: PersonId, chat: Chat, now: Ms, wording: Wording
) -> Decision | None:
    """Return why a click on a form is refused, None when it is the asker's to make."""
    if request is None:
        return _no("no such request", wording.unknown_form)
    if operator != request.asker:
        return _no("clicked by somebody else", wording.not_yours)
    if request.state is RequestState.ASKED:
        if not chat.enabled:
            told = wording.chat_not_enabled.format(chat_id=request.thread.chat_id)
            return _no("chat is not enabled", told)
        return _no("the form expired", wording.expired) if now >= request.expires_ms else None
    return _state_of(request, wording)


def _state_of(request: Request, wording: Wording) -> Decision:
    if request.state is RequestState.SUBMITTED:
        return _no("already submitted", wording.being_created, Tone.INFO)
    if request.state is RequestState.FILED:
        told = wording.was_created.format(key=request.ticket_key)
        return _no("already filed", told, Tone.SUCCESS)
    if request.state is RequestState.EXPIRED:
        return _no("the form expired", wording.expired)
    if request.state is RequestState.CANCELLED:
        return _no("the form was cancelled", wording.already_cancelled)
    return _no("the request ended", wording.ended.format(reason=request.problem))


def _no(reason: str, told: str, tone: Tone = Tone.WARNING) -> Decision:
    return Decision(reason, toast=Toast(tone, told))
