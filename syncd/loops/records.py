"""Between store and decision: what is on record for an event, and writing what was decided."""

from collections.abc import Callable
from dataclasses import replace

from syncd.core import alarms, chronicle
from syncd.core.commands import AddComment, Delivery, PostUpdate, destination
from syncd.core.decide import decide
from syncd.core.decide.known import Decision, Known, Rules
from syncd.core.events import (
    BotAdded,
    BotRemoved,
    ChatMessage,
    CommentReread,
    Delivered,
    Doubtful,
    Event,
    FormCancelled,
    FormSubmitted,
    FormWanted,
    HiddenByPortal,
    RequestExpired,
    RequestSlow,
    Requeued,
    TicketChanged,
    TicketMoved,
    Undeliverable,
    Withheld,
)
from syncd.core.lifecycle import may_be_filed
from syncd.core.model import (
    Chat,
    ChatId,
    DeliveryState,
    Destination,
    Form,
    Language,
    Link,
    MessageId,
    PersonId,
    Request,
    RequestId,
    RequestState,
)
from syncd.log import Log
from syncd.loops import anchors, stored_form
from syncd.loops.board import Board
from syncd.loops.nudge import Nudge
from syncd.loops.people import address_of
from syncd.loops.withholding import withhold
from syncd.store.chats import ChatDecision
from syncd.store.store import Store
from syncd.store.tx import Tx

JOINED = "joined:"
"""Beginning of cursors: since when the bot is in a group; the rest is the group's id."""
_FORM = "form"
_BOT = "bot"


class Records:
    """Loads what a decision looks at, decides, and writes the decision, in one transaction."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        chat_in_file: Callable[[ChatId], Chat],
        log: Log,
    ) -> None:
        self.store = store
        self.rules = rules
        self.nudges = {d: Nudge() for d in Destination}
        self.board = Board()
        self._chat_in_file = chat_in_file
        self._log = log

    def chat(self, tx: Tx, chat_id: ChatId) -> Chat:
        """Return how a chat is served: an operator's decision wins over the file."""
        return effective_chat(self._chat_in_file(chat_id), tx.chats.decided(chat_id))

    def default_language(self) -> Language:
        """Return the language of a chat that nobody configured."""
        return self._chat_in_file(ChatId("")).language

    def form(self, tx: Tx) -> Form:
        """Return the helpdesk's form as it was last read; empty when it never was."""
        stored = tx.cache.get(_FORM, _FORM)
        return stored_form.load(stored) if stored else Form()

    def keep_form(self, tx: Tx, form: Form) -> None:
        tx.cache.put(_FORM, _FORM, stored_form.dump(form))

    def decide(self, tx: Tx, event: Event) -> Decision:
        """Decide on an event inside `tx` and write the result; nudge after the commit."""
        known = self._known(tx, event)
        decision = decide(event, known, self.rules, tx.now)
        self._remember(tx, event, known, decision)
        self._write(tx, known, decision)
        self._log.info(
            "decided",
            on=type(event).__name__,
            reason=decision.reason,
            chat=known.chat.id or None,
            request=_id_of(decision.request or known.request),
            ticket=_key_of(decision.link or known.link),
            orders=[type(order.command).__name__ for order in decision.orders] or None,
        )
        return decision

    def nudge(self, decision: Decision) -> None:
        """Wake the couriers that a committed decision has work for."""
        for reached in {destination(order.command) for order in decision.orders}:
            self.nudges[reached].give()
        if decision.revive:
            self.nudges[Destination.LARK].give()
        if decision.request is not None:
            self.nudges[Destination.JSM].give()

    def bot(self, tx: Tx) -> PersonId:
        """Return the bot's own id in the chat, empty as long as it was never asked for."""
        return PersonId(tx.cache.get(_BOT, _BOT) or "")

    def keep_bot(self, tx: Tx, bot: str) -> None:
        tx.cache.put(_BOT, _BOT, bot)

    def _known(self, tx: Tx, event: Event) -> Known:
        request, link = _subject(tx, event)
        chat = self.chat(tx, _chat_id(event, request, link))
        known = Known(chat, request=request, link=link)
        if isinstance(event, ChatMessage):
            fresh = RequestId(self.store.new_id())
            return replace(known, bot=self.bot(tx), fresh_id=fresh)
        if isinstance(event, FormSubmitted):
            asked = replace(known, form=self.form(tx), request=_with_own_address(tx, request))
            return _with_thread(tx, asked)
        if isinstance(event, TicketChanged | CommentReread | HiddenByPortal) and link is not None:
            return replace(
                known,
                seen=tx.seen.of(link.ticket_id),
                twins=frozenset(tx.twins.of_ticket(link.ticket_id)),
                shown=tx.twins.shown_of(link.ticket_id),
                comments_under_way=tx.outbox.open_comments(link.thread.root) > 0,
            )
        return known

    def _remember(self, tx: Tx, event: Event, known: Known, decision: Decision) -> None:
        """Tell the history; on a comment only what it was not told last."""
        tx.history.note(*chronicle.decided(event, known, decision))
        notes = chronicle.notes(known, decision)
        if notes:
            before = tx.history.last_notes(notes[0].ticket_id)
            fresh = [n for n in notes if before.get(n.comment_id) != f"{n.what}: {n.detail}"]
            tx.history.note(*fresh)

    def _write(self, tx: Tx, known: Known, decision: Decision) -> None:
        if decision.request is not None:
            self._write_request(tx, known.request, decision.request)
        if decision.link is not None:
            self._write_link(tx, known.link, decision.link)
        _keep_what_was_seen(tx, decision)
        for anchor in decision.anchors:
            anchors.keep(tx, anchor)
        for order in decision.orders:
            if order.dedupe_key in decision.revive:
                withheld = tx.outbox.by_key(order.dedupe_key)
                _step_from(tx, withheld, DeliveryState.WITHHELD, "public again")
            tx.outbox.put(order)
        for id in decision.arrived:
            _step_from(tx, tx.outbox.get(id), DeliveryState.DOUBT, "found")
        for key in decision.withhold:
            withhold(tx, tx.outbox.by_key(key), decision.link, self.rules)

    def _write_request(self, tx: Tx, before: Request | None, request: Request) -> None:
        if before is None or before.id != request.id:
            tx.requests.add(request)
            return
        tx.requests.save(request, was=before.state)
        if request.state is not before.state and not may_be_filed(request.state):
            tx.outbox.wake(request.id)

    def _write_link(self, tx: Tx, before: Link | None, link: Link) -> None:
        if before is not None:
            tx.links.save(link)
        elif not tx.links.add(link):
            self._log.error("thread_or_ticket_linked_twice", ticket=link.ticket_key)
            tx.history.note(chronicle.not_linked(link))
            for alert in alarms.not_linked(link, self.rules):
                tx.outbox.put(alert)


def _keep_what_was_seen(tx: Tx, decision: Decision) -> None:
    if decision.joined is not None:
        tx.cursors.set(f"{JOINED}{decision.joined}", tx.now)
    for seen in decision.seen:
        tx.seen.put(seen)
    for twin in decision.twins:
        tx.twins.put(twin)


def _step_from(
    tx: Tx, delivery: Delivery | None, state: DeliveryState, happened: str, reason: str = ""
) -> bool:
    if delivery is None or delivery.state is not state:
        return False
    tx.outbox.step(delivery, happened, reason=reason)
    return True


def effective_chat(in_file: Chat, decided: ChatDecision | None) -> Chat:
    """Return how a chat is served: what an operator decided wins over the file."""
    if decided is None:
        return in_file
    return replace(
        in_file,
        enabled=decided.enabled,
        name=decided.name or in_file.name,
        plan=decided.plan or in_file.plan,
        language=decided.language or in_file.language,
        source="operator",
    )


def _subject(tx: Tx, event: Event) -> tuple[Request | None, Link | None]:
    """Return the Request and the Link that an event is about."""
    match event:
        case ChatMessage():
            return _of_thread(tx, anchors.first_root(tx, event.thread_root))
        case FormSubmitted() | FormCancelled() | FormWanted() | RequestExpired() | RequestSlow():
            return tx.requests.get(event.request_id), None
        case TicketChanged():
            return None, tx.links.of_ticket(event.ticket.id)
        case CommentReread() | HiddenByPortal() | TicketMoved():
            return None, tx.links.of_ticket(event.ticket_id)
        case Delivered() | Undeliverable() | Withheld() | Doubtful() | Requeued():
            return _of_delivery(tx, event.delivery)
        case _:
            return None, None


def _of_thread(tx: Tx, root: MessageId) -> tuple[Request | None, Link | None]:
    if not root:
        return None, None
    return tx.requests.of_thread(root), tx.links.of_thread(root)


def _of_delivery(tx: Tx, delivery: Delivery) -> tuple[Request | None, Link | None]:
    command = delivery.command
    request = tx.requests.get(delivery.request_id) if delivery.request_id else None
    if isinstance(command, AddComment | PostUpdate):
        return request, tx.links.of_thread(command.thread.root)
    return request, None


def _with_own_address(tx: Tx, request: Request | None) -> Request | None:
    """A form whose answer was lost told nobody which address it was prefilled with."""
    if request is None or request.own_address:
        return request
    return replace(request, own_address=address_of(tx, request.asker))


def _with_thread(tx: Tx, known: Known) -> Known:
    """A thread has one ticket; its other Requests may have come to life beside a form."""
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


def _chat_id(event: Event, request: Request | None, link: Link | None) -> ChatId:
    match event:
        case ChatMessage() | BotAdded() | BotRemoved():
            return event.chat_id
        case Delivered() | Undeliverable() | Withheld() | Doubtful() | Requeued():
            return event.delivery.chat_id
        case _:
            if request is not None:
                return request.thread.chat_id
            return link.thread.chat_id if link is not None else ChatId("")


def _id_of(request: Request | None) -> str | None:
    return request.id if request is not None else None


def _key_of(link: Link | None) -> str | None:
    return link.ticket_key if link is not None else None
