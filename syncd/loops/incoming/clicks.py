"""Decides a click on a card at once, because the call's answer is the only chance for a toast."""

from collections.abc import Callable
from dataclasses import dataclass

from syncd.core.arrival import Envelope
from syncd.core.delivery import Decision
from syncd.core.errors import StoreError
from syncd.core.events import Click, Clicked
from syncd.core.events import Received as Event
from syncd.core.kinds.tell_person import tell
from syncd.core.model import ChatId, Language, MessageId
from syncd.core.views import Toast, Tone
from syncd.core.wording import words
from syncd.log import Log
from syncd.loops.incoming.intake import SOURCE
from syncd.loops.records import Records
from syncd.store.tx import Tx


@dataclass(frozen=True)
class Door:
    """Stores a click, decides it and answers, in one short transaction."""

    records: Records
    read: Callable[[bytes], Event | None]
    envelope: Callable[[bytes], Envelope]
    log: Log

    def answer(self, raw: bytes, late: Callable[[], bool]) -> Toast:
        """Return the toast for the person who clicked.

        `late` is asked just before the commit and fixes whether the toast is still used; if not,
        the person is told the same by a private message.
        """
        told = self.envelope(raw)
        event_id = told.event_id
        self.records.meter.received(told.kind, new=True)
        try:
            event = self.read(raw)
        except ValueError as exc:
            return self._refuse(raw, f"unreadable: {exc}")
        if not isinstance(event, Clicked):
            return self._refuse(raw, "no button of ours")
        try:
            decision = self.records.commit(lambda tx: self._decide(tx, raw, event, late))
        except StoreError as exc:
            self.log.error("click_not_stored", event_id=event_id, reason=str(exc))
            return self._our_fault(event.language)
        return decision.toast or Toast(Tone.INFO, "")

    def _decide(self, tx: Tx, raw: bytes, event: Clicked, late: Callable[[], bool]) -> Decision:
        event_id = self._store(tx, raw)
        decision = self.records.decide(tx, event)
        tx.inbox.settle(SOURCE, event_id, decision.reason)
        if late() and decision.toast is not None:
            self._tell(tx, event_id, event, decision.toast)
        return decision

    def _tell(self, tx: Tx, event_id: str, event: Click, toast: Toast) -> None:
        request = tx.requests.get(event.request_id)
        chat_id = request.thread.chat_id if request is not None else ChatId("")
        root = request.thread.root if request is not None else MessageId("")
        because = f"late:{event_id}"
        order = tell(chat_id, event.operator, toast.text, because, event.request_id, root=root)
        tx.outbox.put(order)

    def _refuse(self, raw: bytes, reason: str) -> Toast:
        def work(tx: Tx) -> str:
            tx.inbox.settle(SOURCE, self._store(tx, raw), reason)
            return words(self.records.chat(tx, ChatId("")).language).unknown_form

        self.log.warning("click_refused", reason=reason)
        try:
            return Toast(Tone.ERROR, self.records.store.write(work))
        except StoreError:
            return self._our_fault(None)

    def _store(self, tx: Tx, raw: bytes) -> str:
        told = self.envelope(raw)
        tx.inbox.receive(SOURCE, told, raw)
        return told.event_id

    def _our_fault(self, language: Language | None) -> Toast:
        """Return an apology, in the card's language: the store, which has the chat's, is away."""
        spoken = language or self.records.default_language()
        return Toast(Tone.ERROR, words(spoken).our_fault)
