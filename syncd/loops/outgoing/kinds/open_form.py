"""Shows a form in its thread, where everybody sees it, and looks for one whose answer was lost."""

from dataclasses import replace

from syncd.core.decide import form
from syncd.core.delivery import Delivery
from syncd.core.desks.choice import Asking, asking
from syncd.core.errors import Unavailable
from syncd.core.kinds.open_form import OpenForm
from syncd.core.known import Rules
from syncd.core.model import Chat, Destination, Language, Ms, Place, Request, RequestState
from syncd.core.prose.heard import cut
from syncd.core.prose.pointed_out import pointed_out
from syncd.core.views import FormView, InThread, Where
from syncd.core.wording import words
from syncd.loops import anchors
from syncd.loops.forms.empty import empty_form
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.chat_search import look_in_chat
from syncd.loops.outgoing.kinds.show_form import beside, with_choice
from syncd.loops.outgoing.performing import Done, Finding, Prepared, Ready


class Performer(performing.Performer[OpenForm]):
    def place(self, command: OpenForm) -> Where:
        return InThread(command.thread)

    def prepare(self, command: OpenForm, delivery: Delivery, chat: Chat) -> Prepared:
        """Look up the Request and the form; Unavailable while the form is not known."""
        with self.tools.records.store.read() as tx:
            request = tx.requests.get(command.request_id)
            offers = self.tools.records.offers(tx, chat)
        if request is None or request.state is not RequestState.ASKED:
            return Done()
        if not offers:
            unknown = "the helpdesk's form is not known yet"
            raise Unavailable(unknown, platform=Destination.JSM)
        last_time = self.tools.people.last_time(request.asker, chat.id)
        asks = asking(offers, request.kind, words(chat.language))
        view = _view(request, asks, chat, last_time, self.tools.records.rules)
        where = anchors.below(self.tools.records.store, command.thread)
        return Ready(lambda: self.tools.sender.post(where, view, delivery))

    def look(self, command: OpenForm, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        return look_in_chat(self.tools, delivery, command.thread, watched_ms, now, in_thread=True)


def _view(request: Request, asks: Asking, chat: Chat, last_time: str, rules: Rules) -> FormView:
    """It holds what the asker wrote in this group: everybody there has read that already."""
    wording = words(chat.language)
    empty = empty_form(asks, chat, rules.read_address, rules.portal_base)
    intro = empty.intro if empty.portal_button else wording.form_intro_open
    between = " " if chat.language is Language.EN else ""
    offered = "" if request.own_address or empty.portal_button else last_time
    written = form.written_here(request)
    # What was found is told to its asker alone, by the answer to Submit.
    found = rules.points_out_secrets and pointed_out(request, asks.form)
    return replace(
        with_choice(empty, wording) if found else empty,
        request_id=request.id,
        intro=between.join((intro, *beside(request, wording))),
        fields=form.in_the_open(empty.fields, request, offered, wording),
        values={**{id: cut(str(value)) for id, value in written.items()}, **asks.values},
        place=Place.THREAD,
        forget=wording.forget_address if offered else "",
    )
