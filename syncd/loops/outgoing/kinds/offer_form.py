"""Offers the form again by a button in the thread."""

from syncd.core.delivery import Delivery
from syncd.core.desks.choice import asking
from syncd.core.fields.portal import own_form
from syncd.core.kinds.offer_form import OfferForm, Why
from syncd.core.model import Chat, Ms
from syncd.core.views import Button, InThread, PostView, Where
from syncd.core.wording import words
from syncd.loops import anchors
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.chat_search import look_in_chat
from syncd.loops.outgoing.performing import Finding, Prepared, Ready


class Performer(performing.Performer[OfferForm]):
    def place(self, command: OfferForm) -> Where:
        return InThread(command.thread)

    def prepare(self, command: OfferForm, delivery: Delivery, chat: Chat) -> Prepared:
        wording = words(chat.language)
        said = {
            Why.ELSEWHERE: wording.form_is_elsewhere,
            Why.OPEN: wording.form_in_thread,
            Why.WRONG: wording.form_is_wrong,
        }
        alone = command.why in (Why.OPEN, Why.WRONG)
        with self.tools.records.store.read() as tx:
            request = tx.requests.get(command.request_id)
            offers = self.tools.records.offers(tx, chat)
        asks = asking(offers, request.kind if request else None, wording)
        portal = own_form(self.tools.records.rules.portal_base, asks.form, {})
        view = PostView(
            title="" if command.why == Why.ELSEWHERE else wording.form_title,
            lines=(said.get(Why(command.why), wording.offer_form),),
            buttons=(Button("open_form", wording.offer_form_button, "form", primary=True),),
            request_id=command.request_id,
            # Whether clicks of other companies' people arrive is nowhere promised.
            link_url=portal if alone else "",
            link_button=wording.use_portal if alone else "",
            instead=(wording.form_nowhere,),
            language=chat.language,
        )
        where = anchors.below(self.tools.records.store, command.thread)
        return Ready(lambda: self.tools.sender.post(where, view, delivery))

    def look(self, command: OfferForm, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        return look_in_chat(self.tools, delivery, command.thread, watched_ms, now, in_thread=True)
