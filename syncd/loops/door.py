"""A click on a card is decided at the door, because its answer is its only chance."""

from collections.abc import Callable

from syncd.core.decide import lanes
from syncd.core.decide.known import Decision, Toast, Tone
from syncd.core.errors import StoreError
from syncd.core.events import FormCancelled, FormSubmitted, FormWanted
from syncd.core.events import Received as Event
from syncd.core.model import ChatId, Language
from syncd.core.wording import words
from syncd.log import Log
from syncd.loops.intake import SOURCE, Envelope
from syncd.loops.records import Records
from syncd.store.tx import Tx

Click = FormSubmitted | FormCancelled | FormWanted


class Door:
    """Stores a click, decides it and answers, in one short transaction."""

    def __init__(
        self,
        records: Records,
        read: Callable[[bytes], Event | None],
        envelope: Callable[[bytes], Envelope],
        log: Log,
    ) -> None:
        self._records = records
        self._read = read
        self._envelope = envelope
        self._log = log

    def answer(self, raw: bytes, late: Callable[[], bool]) -> Toast:
        """Return what the clicker is told.

        `late` is asked before the commit and settles whether this answer will be used; where it
        comes too late, what was decided is told privately instead.
        """
        event_id = self._envelope(raw).event_id
        try:
            event = self._read(raw)
        except ValueError as exc:
            return self._refuse(raw, f"unreadable: {exc}")
        if not isinstance(event, Click):
            return self._refuse(raw, "no button of ours")
        try:
            decision = self._records.store.write(lambda tx: self._decide(tx, raw, event, late))
        except StoreError as exc:
            self._log.error("click_not_stored", event_id=event_id, reason=str(exc))
            return self._our_fault(event.language)
        self._records.nudge(decision)
        return decision.toast or Toast(Tone.INFO, "")

    def _decide(self, tx: Tx, raw: bytes, event: Click, late: Callable[[], bool]) -> Decision:
        event_id = self._store(tx, raw)
        decision = self._records.decide(tx, event)
        tx.inbox.settle(SOURCE, event_id, decision.reason)
        if late() and decision.toast is not None:
            self._tell(tx, event_id, event, decision.toast)
        return decision

    def _tell(self, tx: Tx, event_id: str, event: Click, toast: Toast) -> None:
        request = tx.requests.get(event.request_id)
        chat_id = request.thread.chat_id if request is not None else ChatId("")
        order = lanes.tell(
            chat_id, event.operator, toast.text, f"late:{event_id}", event.request_id
        )
        tx.outbox.put(order)

    def _refuse(self, raw: bytes, reason: str) -> Toast:
        def work(tx: Tx) -> str:
            tx.inbox.settle(SOURCE, self._store(tx, raw), reason)
            return words(self._records.chat(tx, ChatId("")).language).unknown_form

        self._log.warning("click_refused", reason=reason)
        try:
            return Toast(Tone.ERROR, self._records.store.write(work))
        except StoreError:
            return self._our_fault(None)

    def _store(self, tx: Tx, raw: bytes) -> str:
        told = self._envelope(raw)
        tx.inbox.receive(SOURCE, told.event_id, None, told.kind, raw)
        return told.event_id

    def _our_fault(self, language: Language | None) -> Toast:
        """The store, which knows the chat's language, is away; the card may say it."""
        spoken = language or self._records.default_language()
        return Toast(Tone.ERROR, words(spoken).our_fault)
