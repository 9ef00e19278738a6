"""Asks what all else needs: the bot's own id, our account in the helpdesk, and its forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from syncd.core.delivery import Order
from syncd.core.desks.choice import Asking
from syncd.core.desks.desk import RequestKind, offered
from syncd.core.errors import Rejected, RemoteFailure, Unauthorized, Unavailable
from syncd.core.fields.form import Form
from syncd.core.fields.retired import remembering
from syncd.core.fields.translated import translated
from syncd.core.model import AccountId, Chat, ChatId, Language, Ms
from syncd.core.operators import alarms
from syncd.core.operators.alarms import Trouble
from syncd.log import Log
from syncd.loops.forms.empty import shortened
from syncd.loops.keep.form_check import (
    form_problems,
    how_answered,
    key_of,
    served,
    strange_desks,
)
from syncd.loops.ports import Helpdesk, Messenger
from syncd.loops.records import Records
from syncd.loops.turnstile import Turnstile
from syncd.store.tx import Tx

_FORM_AGES_MS = 3_600_000
_BOT, _ACCOUNT = "bot", "account"


@dataclass
class Basics:
    """Asks until it is answered, and for the forms again each hour; an outage only delays it."""

    records: Records
    messenger: Messenger
    helpdesk: Helpdesk
    log: Log
    chats: tuple[ChatId, ...] = ()
    """Those that the file names."""
    account: AccountId | None = None
    """Our own account in the helpdesk, None until the login was proven once."""
    _bot_asked: bool = False
    _read_ms: dict[RequestKind, Ms] = field(default_factory=dict)
    _wrong: dict[RequestKind, str] = field(default_factory=dict)
    """What is wrong with the form of each kind of request, if anything is."""
    _shortened: dict[RequestKind, tuple[str, ...]] = field(default_factory=dict)
    _down: set[str] = field(default_factory=set)
    _turnstile: Turnstile = field(default_factory=Turnstile)

    def run_once(self) -> int:
        """Ask what is not known yet; return how many answers came."""
        with self._turnstile:
            asks = {_BOT: self._ask_bot, _ACCOUNT: self._ask_account}
            known = sum(self._answers(what, ask) for what, ask in asks.items())
            kinds = [kind for desk in self.records.rules.desks for kind in desk.kinds]
            return known + sum(self._answers_form(kind, alone=len(kinds) == 1) for kind in kinds)

    def _answers_form(self, kind: RequestKind, *, alone: bool) -> bool:
        """One that cannot be read stops no other."""
        what = "form" if alone else f"form {kind}"
        return self._answers(what, partial(self._ask_form, kind), kind)

    def _answers(self, what: str, ask: Callable[[], bool], kind: RequestKind | None = None) -> bool:
        """Log it once, until it is answered. `kind`: of what request it is the form."""
        login = Trouble.LARK_LOGIN if what == _BOT else Trouble.JSM_LOGIN
        try:
            if not ask():
                return False
        except RemoteFailure as exc:
            if isinstance(exc, Unauthorized):
                self.records.board.report(login, down=True, reason=str(exc))
            elif what == _ACCOUNT:
                # No poll begins without it, so none fails; the first that works ends this.
                self.records.board.report(Trouble.POLL, down=True, reason=str(exc))
            elif kind is not None and isinstance(exc, Rejected):
                self._report(kind, str(exc) if what == "form" else f"{what}: {exc}")
            if what not in self._down:
                self.log.warning("not_answered", what=what, reason=str(exc))
            self._down.add(what)
            return False
        self._down.discard(what)
        if kind is None:
            self.records.board.report(login, down=False)
        self.log.info("answered", what=what)
        return True

    def _ask_bot(self) -> bool:
        """Return whether it had to be asked, as the others do."""
        if self._bot_asked:
            return False
        bot = self.messenger.bot()
        self.records.store.write(lambda tx: self.records.keep_bot(tx, bot))
        self._bot_asked = True
        return True

    def _ask_account(self) -> bool:
        if self.account is not None:
            return False
        self.account = self.helpdesk.whoami()
        return True

    def _report(self, kind: RequestKind, wrong: str) -> None:
        self._wrong[kind] = wrong
        every = list(dict.fromkeys(said for said in self._wrong.values() if said))
        self.records.board.report(Trouble.FORM, down=bool(every), reason="; ".join(every))

    def _ask_form(self, kind: RequestKind) -> bool:
        now, read = self.records.store.now(), self._read_ms.get(kind)
        outdated = self.records.outdated
        fresh = read is not None and abs(now - read) < _FORM_AGES_MS and kind not in outdated
        if self.account is None or fresh:
            return False
        outdated.discard(kind)
        self._read_ms.pop(kind, None)
        with self.records.store.read() as tx:
            known = self.records.form(tx, kind)
        form = remembering(self.helpdesk.form(kind, known=known), known)
        chats, rules = served(self.records, self.chats), self.records.rules
        offering = [chat for chat in chats if kind in offered(chat.desks, rules.desks)]
        languages = {chat.language for chat in offering}
        spoken = {one: translated(form, self._in(kind, one)) for one in languages}
        self.records.store.write(lambda tx: self._keep(tx, kind, form, spoken))
        self._tell_of_form(kind, form, known, offering, first=read is None)
        self._read_ms[kind] = now
        problems = [
            *strange_desks(chats, rules.desks),
            *form_problems(form, offering, rules.read_address, self._others(kind), key_of(kind)),
        ]
        self._report(kind, "; ".join(problems))
        for problem in problems:
            self.log.error("form_problem", problem=problem)
        self._tell_shortened(kind, form)
        return True

    def _others(self, kind: RequestKind) -> list[Form]:
        """Return the forms of the other kinds, as far as they are known."""
        with self.records.store.read() as tx:
            every = (one for desk in self.records.rules.desks for one in desk.kinds)
            return [self.records.form(tx, one) for one in every if one != kind]

    def _tell_shortened(self, kind: RequestKind, form: Form) -> None:
        chat, rules = self.records.chat_in_file(ChatId("")), self.records.rules
        asks = Asking(form, kind)
        shorter = shortened(asks, chat, rules.read_address, rules.portal_base, self.messenger)
        if shorter != self._shortened.get(kind, ()):
            for told in shorter:
                self.log.warning("form_shortened", told=told, kind=str(kind))
            self._shortened[kind] = shorter

    def _in(self, kind: RequestKind, language: Language) -> Form:
        """Return the form in that language; where it cannot be asked now, as it last was."""
        try:
            return self.helpdesk.form(kind, language)
        except (Rejected, Unavailable):
            with self.records.store.read() as tx:
                return self.records.form(tx, kind, language)

    def _tell_of_form(
        self, kind: RequestKind, form: Form, before: Form, chats: list[Chat], *, first: bool
    ) -> None:
        """Tell of a form with questions of its own that is attached to the request type."""
        about = {"kind": str(kind)} if kind.desk else {}
        if form.attached and (first or form != before):
            answered = how_answered(form, chats, self.records.rules.read_address)
            self.log.info("form_attached", form=form.attached, answered=answered, **about)
        if _lost(before, form):
            self.log.error("form_gone", form=before.attached, **about)
        if form.unread:
            kept = bool(form.attached)
            self.log.warning("form_unread", reason=form.unread, kept=kept, **about)

    def _keep(self, tx: Tx, kind: RequestKind, form: Form, spoken: Mapping[Language, Form]) -> None:
        before, rules = self.records.form(tx, kind), self.records.rules
        orders: tuple[Order, ...] = ()
        if _lost(before, form):
            gone = f"{before.attached} ({kind})" if kind.desk else before.attached
            orders = alarms.form_gone(gone, tx.now, rules)
        elif form.unread and not form.attached:
            orders = alarms.form_unread(form.unread, rules)
        for order in orders:
            tx.outbox.put(order)
        self.records.keep_form(tx, kind, form)
        for language, words in spoken.items():
            self.records.keep_form(tx, kind, words, language)


def _lost(before: Form, now: Form) -> bool:
    """Tell whether the request type had a form attached that is gone, and not only unreadable."""
    same = before.request_type == now.request_type
    return bool(before.attached) and same and not now.attached
