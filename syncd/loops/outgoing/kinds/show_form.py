"""Shows a form to its asker alone, where there is a way."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from syncd.core.delivery import Delivery
from syncd.core.desks.choice import Asking, asking
from syncd.core.errors import Rejected, Unavailable
from syncd.core.fields.complaints import at_fields
from syncd.core.fields.portal import own_form
from syncd.core.kinds.show_form import ShowForm
from syncd.core.known import Rules
from syncd.core.model import (
    DESCRIPTION,
    REPORTER,
    Chat,
    ChatId,
    DeliveryId,
    Destination,
    Language,
    PersonId,
    Place,
    Profile,
    Request,
    RequestState,
    Values,
)
from syncd.core.outcome import Outcome
from syncd.core.prose.heard import cut
from syncd.core.prose.pointed_out import pointed_out
from syncd.core.views import FormView
from syncd.core.wording import words
from syncd.core.wording.table import Wording
from syncd.loops.forms.empty import empty_form
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Done, Prepared, Ready
from syncd.loops.private_ways import ANOTHER_WAY_MAY_WORK, Ways

_PROFILE_TRIES = 3


class Performer(performing.Performer[ShowForm]):
    def prepare(self, command: ShowForm, delivery: Delivery, chat: Chat) -> Prepared:
        """Look up the Request, its asker and the form; Unavailable while one is not known."""
        with self.tools.records.store.read() as tx:
            request = tx.requests.get(command.request_id)
            offers = self.tools.records.offers(tx, chat)
        if request is None or request.state is not RequestState.ASKED:
            if request is not None and request.state is RequestState.EXPIRED:
                raise Rejected("the request expired before its form could be shown")
            return Done()
        if not offers:
            unknown = "the helpdesk's form is not known yet"
            raise Unavailable(unknown, platform=Destination.JSM)
        profile = self._profile(request.asker, delivery)
        ways = self.tools.ways.for_form(chat, request.asker, top_level=request.top_level)
        nowhere = Outcome(own_address=profile.email, unreached=True)
        if not ways:
            return Done(nowhere)
        offered = self.tools.people.offered_address(request.asker, chat.id)
        address = profile.email or offered
        rules = self.tools.records.rules
        asks = asking(offers, request.kind, words(chat.language))
        view = partial(_view, request, address, asks, chat, rules, late=command.late)
        return Ready(lambda: self._show(view, ways, chat.id, delivery.id, nowhere))

    def _profile(self, person: PersonId, delivery: Delivery) -> Profile:
        """Return who is asking; a form without the address is better than none for long."""
        try:
            return self.tools.people.profile(person)
        except Unavailable:
            if delivery.tries < _PROFILE_TRIES:
                raise
            return Profile(person, "")

    def _show(
        self,
        view: Callable[..., FormView],
        ways: Ways,
        chat_id: ChatId,
        key: DeliveryId,
        nowhere: Outcome,
    ) -> Outcome:
        for way in ways:
            place, where = way
            with self.tools.ways.trying(chat_id, way, where.person) as is_open:
                try:
                    if is_open:
                        sent = self.tools.sender.send(where, view(place), key)
                        return replace(
                            nowhere, message_id=sent.message_id, place=place, unreached=False
                        )
                except Rejected as exc:
                    if exc.cause not in ANOTHER_WAY_MAY_WORK:
                        raise
                    self.tools.ways.note(chat_id, place, where.person, exc)
        return nowhere


def _view(
    request: Request,
    address: str,
    asks: Asking,
    chat: Chat,
    rules: Rules,
    place: Place,
    *,
    late: bool,
) -> FormView:
    wording, fields = words(chat.language), asks.form
    empty = empty_form(asks, chat, rules.read_address, rules.portal_base, request.values)
    named = place is Place.DIRECT and chat.name
    group = wording.form_of_group.format(group=chat.name) if named else ""
    found = pointed_out(request, fields) if rules.points_out_secrets else ""
    said = (
        wording.found_late if late else "",
        wording.looks_private.format(found=found) if found else "",
        empty.intro,
        group,
        *beside(request, wording),
    )
    between = " " if chat.language is Language.EN else ""
    prefilled = {REPORTER: address} if address else {}
    described = {DESCRIPTION: cut(str(request.values.get(DESCRIPTION, "")))}
    values: Values = {**prefilled, **request.values, **described, **asks.values}
    return replace(
        with_choice(empty, wording) if found else empty,
        request_id=request.id,
        intro=between.join(part for part in said if part),
        values=values,
        more_url=own_form(rules.portal_base, fields, values if empty.portal_button else {}),
        problem=request.problem,
        wrong=at_fields(request.problem, fields.fields),
        place=place,
    )


def with_choice(view: FormView, wording: Wording) -> FormView:
    """Return the form with two buttons in the place of one: as it is, or masked."""
    return replace(view, submit=wording.submit_as_is, mask=wording.submit_masked)


def beside(request: Request, wording: Wording) -> list[str]:
    """Return what the asker has to know of the message that the form does not show."""
    long = cut(request.said) != request.said
    return [
        *([wording.form_rest] if long else []),
        *([wording.form_context] if request.context_ms else []),
        *([wording.form_answers] if request.answers and not request.context_ms else []),
        *([wording.form_files] if request.wordless else []),
    ]
