"""Asks the engine for a comment in another language, if it is public this moment."""

from syncd.core import text
from syncd.core.decide.versions import digest_of
from syncd.core.delivery import Delivery
from syncd.core.errors import Rejected, RemoteFailure
from syncd.core.kinds.translating.translate_update import BUDGET_SPENT, TranslateUpdate
from syncd.core.model import Chat
from syncd.core.outcome import Outcome
from syncd.core.text import Body
from syncd.core.translating import asking
from syncd.core.translating.cutting import MOST_PIECES, Cut, Lost, cut_out, put_back, same
from syncd.core.translating.language import is_same, surely_in
from syncd.core.translating.translation import (
    MONTH_MS,
    budget_of,
    is_too_long,
    kept_of,
    name_of,
)
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Done, Prepared, Ready, since
from syncd.loops.outgoing.public_now import NotSayable, public_now
from syncd.loops.ports import Translator
from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx

_GIVES_UP_MS = 3_600_000
"""How long an engine that does not answer is asked again: later nobody reads it any more."""


class Performer(performing.Performer[TranslateUpdate]):
    def prepare(self, command: TranslateUpdate, delivery: Delivery, chat: Chat) -> Prepared:
        """Do nothing where the chat shows other words by now, or they may not be said any more."""
        translator = self.tools.translator
        if translator is None or not chat.into or not self._is_due(command):
            return Done()
        if kept := self._kept(command, chat):
            return Done(Outcome(translation=text.dump(kept)))
        self._not_for_ever(delivery)
        fresh = public_now(self.tools, command.key, command.comment_id)
        if isinstance(fresh, NotSayable) or digest_of(fresh.body) != command.digest:
            return Done()
        cut = cut_out(fresh.body)
        if surely_in(cut.lines, chat.into):
            return Done()
        body = _in_bounds(fresh.body, cut)
        return Ready(lambda: self._ask(translator, body, cut, chat.into))

    def _is_due(self, command: TranslateUpdate) -> bool:
        with self.tools.records.store.read() as tx:
            return command.is_due(tx.seen.of(command.ticket_id).get(command.comment_id))

    def _kept(self, command: TranslateUpdate, chat: Chat) -> Body:
        """Return what an earlier try was answered."""
        name = name_of(command.ticket_id, command.comment_id, chat.into)
        with self.tools.records.store.read() as tx:
            return kept_of(tx.cache.get(CacheKind.TRANSLATION, name), command.digest)

    def _not_for_ever(self, delivery: Delivery) -> None:
        """Rejected when it has waited for too long."""
        if since(delivery.enqueued_ms, self.tools.records.store.now()) > _GIVES_UP_MS:
            raise Rejected(f"given up after an hour: {delivery.reason or 'it was not its turn'}")

    def _ask(self, translator: Translator, body: Body, cut: Cut, into: str) -> Outcome:
        """Return the comment as the engine says it; nothing where it is in that language."""
        try:
            characters = asking.cost(cut.lines, translator.longest)
            self._spend(characters)
            said = self._said(translator, cut, into, characters)
            told = () if same(cut.lines, said) else put_back(body, said)
        except Lost as lost:
            raise Rejected(str(lost)) from None
        if told and is_too_long(told):
            raise Rejected("its translation is too long to stand below it")
        return Outcome(translation=text.dump(told) if told else "")

    def _said(
        self, translator: Translator, cut: Cut, into: str, characters: int
    ) -> tuple[str, ...]:
        """Return the lines as the engine says them; what it did not do costs nothing."""
        left = characters

        def ask(asked: str) -> str:
            nonlocal left
            told = translator.translate(asked, source, into)
            left -= len(asked)
            return told

        try:
            source = translator.language("\n".join(cut.lines)[: translator.longest])
            if source and is_same(source, into):
                self._spend(-left)
                return cut.lines
            return asking.translated(cut.lines, translator.longest, ask)
        except RemoteFailure:
            self._spend(-left)
            raise

    def _spend(self, characters: int) -> None:
        """Spend of the month's budget before anything is sent; Rejected where it does not last."""
        limit = self.tools.policy.characters_per_month

        def work(tx: Tx) -> bool:
            name = budget_of(tx.now)
            used = tx.budgets.used([name], MONTH_MS).get(name, 0)
            if lasts := characters <= 0 or used + characters <= limit:
                tx.budgets.spend(name, MONTH_MS, characters)
            return lasts

        if not self.tools.records.store.write(work):
            raise Rejected(BUDGET_SPENT)


def _in_bounds(body: Body, cut: Cut) -> Body:
    """Return what can be translated; Rejected with the reason why not."""
    if is_too_long(body):
        raise Rejected("it is too long to stand in one message with its translation")
    if len(cut.pieces) > MOST_PIECES:
        raise Rejected(f"it holds more than {MOST_PIECES} ids, links and pieces of code")
    return body
