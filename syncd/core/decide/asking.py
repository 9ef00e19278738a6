"""The form: its buttons, its delivery, its end."""

from dataclasses import replace

from syncd.core.decide import form
from syncd.core.decide.talking import where_the_ticket_is
from syncd.core.delivery import Decision
from syncd.core.desks import choice
from syncd.core.desks.desk import RequestKind
from syncd.core.events import (
    AddressForgotten,
    Click,
    FormCancelled,
    FormSubmitted,
    FormWanted,
    RequestExpired,
    RequestSlow,
    RequestUnused,
    WordWanted,
)
from syncd.core.fields.form import Form
from syncd.core.kinds.close_form import close_form
from syncd.core.kinds.file_ticket import file_ticket
from syncd.core.kinds.offer_form import Why, offer_once
from syncd.core.kinds.show_form import show_form
from syncd.core.kinds.tell_person import tell_asker
from syncd.core.known import Known, Rules
from syncd.core.lifecycle import request_after
from syncd.core.model import Card, Ms, Place, Request, RequestState, Values
from syncd.core.prose.pointed_out import pointed_out, with_masks
from syncd.core.prose.secrets import Answer
from syncd.core.prose.whole import with_message
from syncd.core.reaching.allowed import may
from syncd.core.views import Toast, Tone
from syncd.core.wording import words
from syncd.core.wording.table import Wording

_SHOWN_AGAIN_MS = 5_000
"""However fast the button is pressed, the form is shown again once in this time."""


def submitted(event: FormSubmitted, known: Known, rules: Rules, now: Ms) -> Decision:
    """Decide on a Submit; only here a ticket is promised."""
    wording = words(known.chat.language)
    refusal = _refusal(event, known, now, wording) or _not_allowed(event, known, wording)
    if refusal is not None:
        return refusal
    if known.thread_is_taken:
        return _no("the thread has a ticket", where_the_ticket_is(known, rules), Tone.INFO)
    request = _with_card(event, known.sure_request())
    typed = event.values
    if event.place is Place.THREAD:
        typed = form.with_kept(typed, request, known.last_time)
    held = event.kind
    if held is None and choice.KIND not in event.values:
        held = request.kind or choice.sole(known.offers)
    kind = choice.chosen(typed, held, known.offers)
    if kind is None or kind != held:
        return _of_another_kind(event, request, typed, held, kind, known, rules)
    return _answered(event, replace(request, kind=kind), typed, kind, known, rules, now)


def _of_another_kind(
    event: FormSubmitted,
    request: Request,
    typed: Values,
    held: RequestKind | None,
    kind: RequestKind | None,
    known: Known,
    rules: Rules,
) -> Decision:
    """Ask what that kind of request asks for, or once more which kind it is; nothing is lost.

    `held`: the kind that the card asked about, None where it asked which.
    """
    wording, offers = words(known.chat.language), known.offers
    named = typed.get(choice.KIND, "") or held
    without = wording.kind_gone if named else wording.required.format(label=wording.which_kind)
    typed = {id: said for id, said in typed.items() if id != choice.KIND}
    shown = offers.get(held) if held else choice.common(offers)
    every = choice.all_fields(offers, held)
    values = form.between_kinds(typed, request, shown, every, rules, wording)
    again = replace(request, values=values, kind=kind)
    return _next_card(event, again, [] if kind else [without], wording)


def _answered(
    event: FormSubmitted,
    request: Request,
    typed: Values,
    kind: RequestKind,
    known: Known,
    rules: Rules,
    now: Ms,
) -> Decision:
    """Decide on the answers to the questions of that kind of request."""
    wording, asks, in_steps = (
        words(known.chat.language),
        known.offers[kind],
        event.place is not Place.THREAD,
    )
    waiting = choice.of_others(request.values, kind, known.offers)
    own = replace(request, values=choice.without_others(request.values, kind, known.offers))
    # What stood on this kind's card was answered for it, even if only others ask for it by now.
    on_card = {id: said for id, said in event.values.items() if id != choice.KIND}
    values, problems = form.check(
        choice.without_others(typed, kind, known.offers) | on_card,
        asks,
        known.chat,
        own,
        rules,
        wording,
        known.given,
        in_steps=in_steps,
    )
    if in_steps and form.goes_on(asks, known.chat, rules, request.values, values):
        return _next_card(event, replace(request, values=waiting | values), problems, wording)
    if problems:
        told = wording.wrong_form.format(problems=wording.semicolon.join(problems))
        wrong, toast = replace(request, values=waiting | values), Toast(Tone.WARNING, told)
        if form.lacked(asks, known.chat, rules, values, in_steps=in_steps):
            return replace(_next_card(event, wrong, problems, wording), toast=toast)
        return Decision(
            f"the form is wrong: {len(problems)} problems",
            request=wrong,
            arrived=(event.shown_by,),
            toast=toast,
        )
    answered = replace(request, values=values)
    if found := _pointed_out(event, answered, asks, rules):
        toast = Toast(Tone.WARNING, wording.looks_private_toast.format(found=found))
        again = _next_card(event, replace(request, values=waiting | values), [], wording)
        return replace(again, reason="something looks like a secret: asked", toast=toast)
    accepted = replace(
        answered,
        state=request_after(request.state, "submit"),
        round=request.round + 1,
        submitted_ms=now,
        slow_told=False,
        problem="",
    )
    accepted = with_message(accepted, asks)
    if event.of_secrets is Answer.MASK:
        accepted = with_masks(accepted, asks)
    return Decision(
        "the form is right: a ticket is filed",
        request=accepted,
        orders=(file_ticket(accepted),),
        arrived=(event.shown_by,),
        toast=Toast(Tone.SUCCESS, wording.submitted),
    )


def _pointed_out(event: FormSubmitted, request: Request, asks: Form, rules: Rules) -> str:
    """Return what of it looks like a secret, if whoever submits it has not been asked yet."""
    asked = event.of_secrets is not Answer.NONE
    return "" if asked or not rules.points_out_secrets else pointed_out(request, asks)


def _next_card(
    event: FormSubmitted, request: Request, problems: list[str], wording: Wording
) -> Decision:
    """Ask what follows from the answers; what is wrong with them stands on that card, too."""
    again = replace(request, problem="\n".join(problems))
    order = show_form(again, f"after:{event.shown_by}", wanted=True)
    return Decision(
        "the answers ask for more: the form goes on",
        request=again,
        orders=(order,),
        arrived=(event.shown_by,),
        toast=Toast(Tone.INFO, wording.goes_on),
    )


def cancelled(event: FormCancelled, known: Known, rules: Rules, now: Ms) -> Decision:
    """Decide on a Cancel."""
    wording = words(known.chat.language)
    refusal = _refusal(event, known, now, wording)
    if refusal is not None:
        return refusal
    request = _with_card(event, known.sure_request())
    gone = replace(request, state=request_after(request.state, "cancel"))
    return Decision(
        "the asker cancelled",
        request=gone,
        orders=close_form(gone),
        arrived=(event.shown_by,),
        toast=Toast(Tone.INFO, wording.cancelled),
    )


def wanted(event: FormWanted, known: Known, rules: Rules, now: Ms) -> Decision:
    """Decide on the button that offers the form again."""
    wording = words(known.chat.language)
    refusal = _refusal(event, known, now, wording) or _not_allowed(event, known, wording)
    if refusal is not None:
        return refusal
    request = known.sure_request()
    order = show_form(request, f"wanted:{request.round}:{now // _SHOWN_AGAIN_MS}", wanted=True)
    toast = Toast(Tone.INFO, wording.reopened)
    if request.problem:
        toast = Toast(Tone.WARNING, wording.refused.format(reason=request.problem))
    return Decision("the asker wants the form again", orders=(order,), toast=toast)


def forgotten(event: AddressForgotten, known: Known, rules: Rules, now: Ms) -> Decision:
    """Decide on the button that forgets the address of last time."""
    wording = words(known.chat.language)
    if known.request is None:
        return _no("no such request", wording.unknown_form)
    if event.operator != known.request.asker:
        return _no("clicked by somebody else", wording.not_yours)
    toast = Toast(Tone.SUCCESS, wording.address_forgotten)
    return Decision("the address of last time is forgotten", chosen="", toast=toast)


def word(event: WordWanted, known: Known, rules: Rules, now: Ms) -> Decision:
    """Show what waits for one person, to that person."""
    waits = known.delivery
    told = waits.command.word() if waits and waits.person == event.operator else ""
    if told:
        return Decision("read", toast=Toast(Tone.INFO, told))
    return _no("not for whoever clicked", words(known.chat.language).not_for_you)


def expired(event: RequestExpired, known: Known, rules: Rules, now: Ms) -> Decision:
    """End a Request whose form was never submitted."""
    request = known.request
    if request is None or request.state is not RequestState.ASKED or now < request.expires_ms:
        return Decision("not waiting for a form, or its form lives on")
    ended = replace(request, state=request_after(request.state, "timeout"))
    return Decision("the form expired", request=ended, orders=close_form(ended))


def slow(event: RequestSlow, known: Known, rules: Rules, now: Ms) -> Decision:
    """Tell the asker once that the ticket takes longer than usual."""
    request = known.request
    if request is None or request.state is not RequestState.SUBMITTED or request.slow_told:
        return Decision("not waiting for a ticket")
    told = words(known.chat.language).still_creating
    order = tell_asker(request, told, f"slow:{request.id}:{request.round}")
    return Decision(
        "the ticket takes long: told so",
        request=replace(request, slow_told=True),
        orders=(order,),
    )


def unused(event: RequestUnused, known: Known, rules: Rules, now: Ms) -> Decision:
    """Offer a private form, which nobody has clicked, once more by a button in the thread."""
    request = known.request
    if request is None or request.state is not RequestState.ASKED or not request.offer_ms:
        return Decision("not waiting for a first click")
    return Decision(
        "nobody has clicked the form: offered by a button",
        request=replace(request, offer_ms=Ms(0)),
        orders=(offer_once(request, Why.UNUSED),),
    )


def _with_card(event: Click, request: Request) -> Request:
    """Note that the card arrived, and where, even if Lark's answer to showing it was lost."""
    request = replace(request, offer_ms=Ms(0))
    if request.card is not None:
        return request
    return replace(request, card=Card(event.place or _likely_place(event, request), event.card))


def _likely_place(event: Click, request: Request) -> Place:
    if event.chat_id != request.thread.chat_id:
        return Place.DIRECT
    return Place.EPHEMERAL if request.top_level else Place.THREAD


def _refusal(event: Click, known: Known, now: Ms, wording: Wording) -> Decision | None:
    """Return the refusal of a click on a form, None when the click is allowed."""
    request = known.request
    if request is None:
        return _no("no such request", wording.unknown_form)
    if event.operator != request.asker:
        return _no("clicked by somebody else", wording.not_yours)
    if request.state is RequestState.ASKED:
        if not known.chat.enabled:
            told = wording.chat_not_enabled.format(chat_id=request.thread.chat_id)
            return _no("chat is not enabled", told)
        return _no("the form expired", wording.expired) if now >= request.expires_ms else None
    return _state_of(request, wording)


def _not_allowed(event: Click, known: Known, wording: Wording) -> Decision | None:
    """Return the refusal to somebody who may ask for nothing there; their form stays as it is."""
    if known.has_left:
        return _no("its asker is not in the group any more", wording.left_group)
    if not may(known.chat.may_submit, event.operator, known.side):
        return _no("its asker may not ask there", wording.may_not_submit)
    return None


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
