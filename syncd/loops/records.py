"""Between store and decisions: loads what an event needs, decides, and writes the decision."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from syncd.core import watching
from syncd.core.decide import MEANINGS, decide
from syncd.core.decide.versions import standing
from syncd.core.delivery import Decision, Delivery
from syncd.core.desks.choice import Offers
from syncd.core.desks.desk import RequestKind, offered
from syncd.core.ends import Withheld
from syncd.core.events import Event
from syncd.core.fields.form import Form
from syncd.core.kinds.rating.post_rating import rating_key
from syncd.core.kinds.replies.revise_comment import edits_of
from syncd.core.known import HOUR_MS, Known, Need, Rules, forms_of, reads_of, replies_of
from syncd.core.lifecycle import Step, may_be_filed
from syncd.core.model import (
    Chat,
    ChatId,
    DeliveryState,
    Destination,
    Language,
    Link,
    Origin,
    PersonId,
    Request,
    RequestId,
    RequestState,
)
from syncd.core.operators import alarms, recording
from syncd.core.operators.meter import Meter
from syncd.core.operators.serving import effective_chat
from syncd.log import Log
from syncd.loops.acquaintance import meet
from syncd.loops.directory import (
    forget_group,
    keep_given,
    keep_last_time,
    keep_reached,
    with_author,
    with_own_address,
)
from syncd.loops.forms import stored as stored_form
from syncd.loops.nudge import Nudge
from syncd.loops.on_record import membership, subject, tickets
from syncd.loops.refused import forget_refusals
from syncd.loops.troubles import Board
from syncd.store.failures import Conflict
from syncd.store.store import Store
from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx

_TOO_LATE = "it was made internal before it was posted"
OURS = "syncd"
"""Whose limits are our own, as they are counted."""
_UNUSED = 10
"""Requests of one person that nobody has used yet, of which each group has at most one."""


@dataclass(frozen=True)
class Records:
    """Loads what is on record, decides, and writes the decision, all in one transaction."""

    store: Store
    rules: Rules
    chat_in_file: Callable[[ChatId], Chat]
    log: Log
    nudges: dict[Destination, Nudge] = field(
        default_factory=lambda: {to: Nudge() for to in Destination}
    )
    board: Board = field(default_factory=Board)
    meter: Meter = field(default_factory=Meter)
    outdated: set[RequestKind] = field(default_factory=set)
    """The kinds whose form in the helpdesk is certainly another one than the one on record."""

    def chat(self, tx: Tx, chat_id: ChatId) -> Chat:
        """Return how a chat is served: an operator's decision wins over the file."""
        return effective_chat(self.chat_in_file(chat_id), tx.chats.decided(chat_id))

    def default_language(self) -> Language:
        """Return the language of a chat that nobody configured."""
        return self.chat_in_file(ChatId("")).language

    def form(self, tx: Tx, kind: RequestKind, language: Language | None = None) -> Form:
        """Return the helpdesk's form as it was last read; empty when it never was."""
        return stored_form.on_record(tx, kind, language)

    def keep_form(
        self, tx: Tx, kind: RequestKind, form: Form, language: Language | None = None
    ) -> None:
        name = f"{kind} {language}" if language else str(kind)
        tx.cache.put(CacheKind.FORM, name, stored_form.dump(form))

    def offers(self, tx: Tx, chat: Chat) -> Offers:
        """Return the kinds of requests that a chat offers, with their forms as far as known."""
        forms = {
            kind: self.form(tx, kind, chat.language)
            for kind in offered(chat.desks, self.rules.desks)
        }
        return {kind: form for kind, form in forms.items() if form.fields}

    def kind_of(self, request: Request, chat: Chat) -> RequestKind:
        """Return what is asked for; as long as nobody has said, the first that the chat offers."""
        return request.kind or offered(chat.desks, self.rules.desks)[0]

    def decide(self, tx: Tx, event: Event) -> Decision:
        """Decide on an event inside `tx` and write the decision; call `nudge` after the commit."""
        known = self.known(tx, event)
        meaning = MEANINGS[type(event)]
        if known.chat.enabled:
            meet(tx, meaning.met(event), known.bot or self.bot(tx))
            present, sent_ms = meaning.present(event), meaning.sent_ms(event)
            membership.note(tx, known.chat.id, present, sent_ms, moved=meaning.moved)
        known = membership.with_actor(tx, known, meaning.actor(event))
        decision = decide(event, known, self.rules, tx.now)
        self._remember(tx, event, known, decision)
        self._write(tx, known, decision)
        request, link = decision.request or known.request, decision.link or known.link
        self.log.info(
            "decided",
            on=type(event).__name__,
            reason=decision.reason,
            chat=known.chat.id or None,
            request=request and request.id,
            ticket=link and link.ticket_key,
            orders=[order.command.kind() for order in decision.orders] or None,
        )
        return self.decide(tx, decision.then) if decision.then else decision

    def commit(self, work: Callable[[Tx], Decision]) -> Decision:
        """Decide in one transaction, and nudge."""
        return self.nudge(self.store.write(work))

    def nudge(self, decision: Decision) -> Decision:
        """Wake the couriers that a committed decision has work for, and return it."""
        for reached in {order.command.destination for order in decision.orders}:
            self.nudges[reached].give()
        if decision.revive:
            self.nudges[Destination.LARK].give()
        if decision.request is not None:
            self.nudges[Destination.JSM].give()
        if decision.limited:
            self.meter.limited(OURS, decision.limited)
        return decision

    def bot(self, tx: Tx) -> PersonId:
        """Return the bot's own id in the chat, empty as long as it was never asked for."""
        return PersonId(tx.cache.get(CacheKind.BOT, CacheKind.BOT) or "")

    def keep_bot(self, tx: Tx, bot: str) -> None:
        tx.cache.put(CacheKind.BOT, CacheKind.BOT, bot)

    def known(self, tx: Tx, event: Event) -> Known:
        """Return what is on record for an event."""
        meaning = MEANINGS[type(event)]
        about = meaning.about(event)
        request, link = subject.of(tx, about)
        if request is None and link is None:
            request, link = subject.of_quoted(tx, meaning.answers(event))
        chat = self.chat(tx, subject.chat_of(about, request, link))
        needs = (*meaning.needs, *meaning.needs_of(event))
        known = self._with(tx, Known(chat, request=request, link=link), needs)
        if Need.DELIVERY in needs:
            known = replace(known, delivery=tx.outbox.get(about.delivery_id))
        if Need.OF_THREAD in needs:
            known = replace(known, request=subject.of_thread(tx, about))
        if Need.AUTHOR in needs:
            known = with_author(tx, known, about.delivery_id)
        if Need.EDITED in needs:
            known = replace(known, edited=bool(tx.outbox.keyed(edits_of(about.message_id))))
        if Need.RATED in needs:
            known = replace(
                known, rated=tx.outbox.by_key(rating_key(about.delivery_id)) is not None
            )
        if search := meaning.asks(event, known):
            known = replace(known, tickets=tickets.found(tx, search, self.rules))
        spender = meaning.by(event, known.bot)
        return self._with_spender(tx, known, spender) if spender else known

    def _with(self, tx: Tx, known: Known, needs: tuple[Need, ...]) -> Known:
        if Need.BOT in needs:
            known = replace(known, bot=self.bot(tx))
        if Need.FRESH_ID in needs:
            known = replace(known, fresh_id=RequestId(tx.new_id()))
        if Need.FORM in needs:
            known = self._with_forms(tx, known)
        if Need.OWN_ADDRESS in needs:
            known = with_own_address(tx, known)
        if Need.THREAD in needs:
            known = _with_thread(tx, known)
        if Need.CARD in needs and known.link is not None:
            known = replace(known, card=tx.cards.of_ticket(known.link.ticket_id))
        return _with_comments(tx, known) if Need.COMMENTS in needs else known

    def _with_forms(self, tx: Tx, known: Known) -> Known:
        offers, form = self.offers(tx, known.chat), Form()
        if known.request is not None:
            # The chat may not offer it any more.
            kind = self.kind_of(known.request, known.chat)
            form = offers.get(kind) or self.form(tx, kind, known.chat.language)
        return replace(known, offers=offers, form=form)

    def _with_spender(self, tx: Tx, known: Known, person: PersonId) -> Known:
        names = forms_of(person), reads_of(person), *replies_of(person, known.chat.id)
        most = self.rules.limits.open_forms_per_person + _UNUSED
        forms = tx.requests.open_of(person, most)
        served = {id for id in {f.thread.chat_id for f in forms} if self.chat(tx, id).enabled}
        return replace(
            known,
            used=tx.budgets.used(names, HOUR_MS),
            open_forms=tuple(form for form in forms if form.thread.chat_id in served),
        )

    def _remember(self, tx: Tx, event: Event, known: Known, decision: Decision) -> None:
        """Add to the history; of a comment only a decision other than its last one."""
        tx.history.note(*recording.entries(event, known, decision))
        notes = recording.notes(known, decision)
        if notes:
            before = tx.history.last_notes(notes[0].ticket_id)
            fresh = [n for n in notes if before.get(n.comment_id) != f"{n.what}: {n.detail}"]
            tx.history.note(*fresh)

    def _write(self, tx: Tx, known: Known, decision: Decision) -> None:
        if decision.request is not None:
            self._write_request(tx, known.request, decision.request)
        if decision.link is not None:
            sure = decision.only_if_linked
            self._write_link(tx, known.link, decision.link, sure=sure)
        if decision.card is not None:
            tx.cards.put(decision.card)
        _keep_addresses(tx, known, decision)
        _keep_what_was_seen(tx, decision)
        for anchor in decision.anchors:
            tx.facts.keep_anchor(anchor)
        _put(tx, decision)
        for look in decision.looks:
            tx.looks.ask(look)
        for id in decision.arrived:
            _step_from(tx, tx.outbox.get(id), DeliveryState.DOUBT, Step.FOUND)
        for key in decision.withhold:
            self._withhold(tx, key, known)

    def _withhold(self, tx: Tx, key: str, known: Known) -> None:
        """Withhold what was never sent; for a delivery that may have been, its kind decides."""
        for delivery in tx.outbox.keyed(key):
            if delivery.state is DeliveryState.READY and not delivery.first_sent_ms:
                tx.outbox.step(delivery, Step.WITHHELD, reason=_TOO_LATE)
                self.decide(tx, Withheld(delivery, _TOO_LATE))
            else:
                follows = delivery.command.hidden_under_way(delivery, known, self.rules, tx.now)
                self._write(tx, known, follows)

    def _write_request(self, tx: Tx, before: Request | None, request: Request) -> None:
        if before is None or before.id != request.id:
            tx.requests.add(request)
            return
        tx.requests.save(request, was=before.state)
        if request.state is not before.state and not may_be_filed(request.state):
            tx.outbox.wake(request.id)

    def _write_link(self, tx: Tx, before: Link | None, link: Link, *, sure: bool) -> None:
        if before is not None:
            tx.links.save(link)
        elif tx.links.add(link):
            for look in watching.of_new_link(link.ticket_id, tx.now):
                tx.looks.ask(look)
        elif sure:
            raise Conflict(f"{link.ticket_key} has got another thread meanwhile")
        else:
            self.log.error("thread_or_ticket_linked_twice", ticket=link.ticket_key)
            tx.history.note(recording.not_linked(link))
            for alert in alarms.not_linked(link, self.rules):
                tx.outbox.put(alert)


def _put(tx: Tx, decision: Decision) -> None:
    """Enqueue the orders; what is revived has its place among them."""
    for order in decision.orders:
        if order.dedupe_key in decision.revive:
            held = tx.outbox.by_key(order.dedupe_key)
            _step_from(tx, held, DeliveryState.WITHHELD, Step.PUBLIC_AGAIN)
        tx.outbox.put(order)
    for held in (d for key in decision.revive if key[-1] == ":" for d in tx.outbox.keyed(key)):
        _step_from(tx, held, DeliveryState.WITHHELD, Step.PUBLIC_AGAIN)


def _keep_what_was_seen(tx: Tx, decision: Decision) -> None:
    for budget in decision.spends:
        tx.budgets.spend(budget, HOUR_MS)
    if decision.joined is not None:
        tx.facts.keep_joined(decision.joined)
        forget_refusals(tx, decision.joined)
        forget_group(tx, decision.joined)
    if decision.reached is not None:
        keep_reached(tx, decision.reached)
    if decision.translation is not None:
        tx.cache.put(CacheKind.TRANSLATION, decision.translation.name, decision.translation.dump())
    for seen in decision.seen:
        tx.seen.put(seen)
    for twin in decision.twins:
        tx.twins.put(twin)


def _keep_addresses(tx: Tx, known: Known, decision: Decision) -> None:
    if decision.given:
        keep_given(tx, known.sure_request().asker, decision.given)
    if decision.chosen is not None:
        request = known.sure_request()
        keep_last_time(tx, request.asker, request.thread.chat_id, decision.chosen)


def _step_from(tx: Tx, delivery: Delivery | None, state: DeliveryState, step: Step) -> None:
    if delivery is not None and delivery.state is state:
        tx.outbox.step(delivery, step)


def _with_thread(tx: Tx, known: Known) -> Known:
    """Load the thread's Link, and whether another of its Requests waits for or has a ticket."""
    if known.request is None:
        return known
    root = known.request.thread.root
    nearest = tx.requests.of_thread(root)
    taken = (
        nearest is not None
        and nearest.id != known.request.id
        and nearest.state in (RequestState.SUBMITTED, RequestState.FILED)
    )
    return replace(known, link=tx.links.of_thread(root), thread_is_taken=taken)


def _with_comments(tx: Tx, known: Known) -> Known:
    link = known.link
    if link is None:
        return known
    seen, twins = tx.seen.of(link.ticket_id), tx.twins.of_ticket(link.ticket_id)
    shown = standing(twins, seen)
    carried = {twin.comment_id for twin in twins if twin.origin is Origin.CHAT}
    return replace(
        known,
        seen=seen,
        twins=frozenset(carried | shown.keys()),
        shown=shown,
        comments_under_way=tx.outbox.open_comments(link.thread.root) > 0,
    )
