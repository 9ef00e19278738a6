"""Asks the engine for a comment in another language, if it is public this moment."""

from dataclasses import dataclass, field
from functools import partial

from syncd.core import text
from syncd.core.decide.versions import digest_of
from syncd.core.delivery import Delivery
from syncd.core.errors import Rejected, Unavailable
from syncd.core.kinds.translating.translate_update import BUDGET_SPENT, TranslateUpdate
from syncd.core.model import Chat, Comment, Destination
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
from syncd.loops.outgoing.kinds.translating.answered import Answered
from syncd.loops.outgoing.performing import Done, Prepared, Ready, since
from syncd.loops.outgoing.public_now import NotSayable, public_now
from syncd.loops.ports import Translator
from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx

_GIVES_UP_MS = 3_600_000
"""How long an engine that does not answer is asked again: later nobody reads it any more."""


_LANGUAGE, _WORDS = "language", "words"
"""What an engine is asked for."""


class _Unsayable(Exception):
    """Its words left the chat, or the public, while the engine was asked for them."""


@dataclass(frozen=True)
class Performer(performing.Performer[TranslateUpdate]):
    answered: Answered = field(default_factory=Answered)

    def prepare(self, command: TranslateUpdate, delivery: Delivery, chat: Chat) -> Prepared:
        """Do nothing where the chat shows other words by now, or they may not be said any more."""
        translator = self.tools.translator
        if translator is None or not chat.into or not self._is_due(command):
            return Done()
        if kept := self._kept(command, chat):
            return Done(Outcome(translation=text.dump(kept), into=chat.into))
        self._not_for_ever(delivery)
        if self.tools.ways.lets_nothing_change(chat.id):
            raise Rejected("the chat lets no message be changed")
        fresh = self._fresh(command)
        if fresh is None:
            return Done()
        cut = cut_out(fresh.body)
        if surely_in(cut.lines, chat.into):
            return Done()
        body = _in_bounds(fresh.body, cut)
        return Ready(lambda: self._ask(translator, command, body, cut, chat.into))

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

    def _fresh(self, command: TranslateUpdate) -> Comment | None:
        """Return the comment if it is public this moment and says those words; Unavailable while
        nobody can tell."""
        fresh = public_now(self.tools, command.key, command.comment_id)
        if isinstance(fresh, NotSayable):
            if fresh.unreadable:
                raise Unavailable(fresh.reason, platform=Destination.JSM)
            return None
        return fresh if digest_of(fresh.body) == command.digest else None

    def _ask(
        self, translator: Translator, command: TranslateUpdate, body: Body, cut: Cut, into: str
    ) -> Outcome:
        """Return the comment as the engine says it; nothing where it is in that language."""
        try:
            said = self._said(translator, command, cut, into)
            told = () if same(cut.lines, said) else put_back(body, said)
        except Lost as lost:
            raise Rejected(str(lost)) from None
        except _Unsayable:
            return Outcome()
        if told and is_too_long(told):
            raise Rejected("its translation is too long to stand below it")
        return Outcome(translation=text.dump(told) if told else "", into=into)

    def _said(
        self, translator: Translator, command: TranslateUpdate, cut: Cut, into: str
    ) -> tuple[str, ...]:
        """Return the lines as the engine says them. It is asked nothing again that an earlier try
        was answered, and what it did not do costs nothing."""
        asks = [(_WORDS, part) for part in asking.asked(cut.lines, translator.longest)]
        if translator.detects:
            asks.append((_LANGUAGE, "\n".join(cut.lines)[: translator.longest]))
        version = f"{command.digest} {into}"
        told = self.answered.of(command.comment_id, version)
        left = sum(len(words) for what, words in {*asks} if (what, words) not in told)
        month = self._spend(left)

        def ask(what: str, words: str) -> str:
            nonlocal left
            if (what, words) not in told:
                if self._fresh(command) is None:
                    raise _Unsayable
                told[what, words] = engine(what, words)
                left -= len(words)
            return told[what, words]

        def engine(what: str, words: str) -> str:
            if what == _LANGUAGE:
                return translator.language(words)
            return translator.translate(words, source, into)

        source = ""
        try:
            source = ask(*asks[-1]) if translator.detects else ""
            if source and is_same(source, into):
                return cut.lines
            said = asking.translated(cut.lines, translator.longest, partial(ask, _WORDS))
        finally:
            self._give_back(month, left)
        self.answered.forget(command.comment_id, version)
        return said

    def _spend(self, characters: int) -> str:
        """Spend of the month's budget before anything is sent, and return its name; Rejected where
        it does not last."""
        limit = self.tools.policy.characters_per_month

        def work(tx: Tx) -> str:
            name = budget_of(tx.now)
            # Spent first: two that only looked before would both find enough.
            if tx.budgets.spend(name, MONTH_MS, characters) <= limit:
                return name
            tx.budgets.spend(name, MONTH_MS, -characters)
            return ""

        if month := self.tools.records.store.write(work):
            return month
        raise Rejected(BUDGET_SPENT)

    def _give_back(self, month: str, characters: int) -> None:
        """Give back what was not asked, if its month has not ended."""

        def work(tx: Tx) -> None:
            if characters > 0 and month == budget_of(tx.now):
                tx.budgets.spend(month, MONTH_MS, -characters)

        self.tools.records.store.write(work)


def _in_bounds(body: Body, cut: Cut) -> Body:
    """Return what can be translated; Rejected with the reason why not."""
    if is_too_long(body):
        raise Rejected("it is too long to stand in one message with its translation")
    if len(cut.pieces) > MOST_PIECES:
        raise Rejected(f"it holds more than {MOST_PIECES} ids, links and pieces of code")
    return body
