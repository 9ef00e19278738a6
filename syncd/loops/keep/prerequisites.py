"""Asks what all else needs: the bot's own id, our account in the helpdesk, and its form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from syncd.core.delivery import Order
from syncd.core.errors import Rejected, RemoteFailure, Unauthorized, Unavailable
from syncd.core.fields.retired import remembering
from syncd.core.fields.translated import translated
from syncd.core.model import AccountId, Chat, ChatId, Form, Language, Ms
from syncd.core.operators import alarms
from syncd.core.operators.alarms import Trouble
from syncd.log import Log
from syncd.loops.forms.empty import shortened
from syncd.loops.keep.form_check import form_problems, how_answered, served
from syncd.loops.ports import Helpdesk, Messenger
from syncd.loops.records import Records
from syncd.loops.turnstile import Turnstile
from syncd.store.tx import Tx

_FORM_AGES_MS = 3_600_000


@dataclass
class Basics:
    """Asks until it is answered, and for the form again each hour; an outage only delays it."""

    records: Records
    messenger: Messenger
    helpdesk: Helpdesk
    log: Log
    chats: tuple[ChatId, ...] = ()
    """Those that the file names."""
    account: AccountId | None = None
    """Our own account in the helpdesk, None until the login was proven once."""
    _bot_asked: bool = False
    _form_read_ms: Ms | None = None
    _shortened: tuple[str, ...] = ()
    _down: set[str] = field(default_factory=set)
    _turnstile: Turnstile = field(default_factory=Turnstile)

    def run_once(self) -> int:
        """Ask what is not known yet; return how many answers came."""
        with self._turnstile:
            asks = {"bot": self._ask_bot, "account": self._ask_account, "form": self._ask_form}
            return sum(self._answers(what, ask) for what, ask in asks.items())

    def _answers(self, what: str, ask: Callable[[], bool]) -> bool:
        """Log it once, until it is answered."""
        login = Trouble.LARK_LOGIN if what == "bot" else Trouble.JSM_LOGIN
        try:
            if not ask():
                return False
        except RemoteFailure as exc:
            if isinstance(exc, Unauthorized):
                self.records.board.report(login, down=True, reason=str(exc))
            elif what == "account":
                # No poll begins without it, so none fails; the first that works ends this.
                self.records.board.report(Trouble.POLL, down=True, reason=str(exc))
            elif what == "form" and isinstance(exc, Rejected):
                self.records.board.report(Trouble.FORM, down=True, reason=str(exc))
            if what not in self._down:
                self.log.warning("not_answered", what=what, reason=str(exc))
            self._down.add(what)
            return False
        self._down.discard(what)
        if what != "form":
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

    def _ask_form(self) -> bool:
        now, read, changed = self.records.store.now(), self._form_read_ms, self.records.form_changed
        fresh = read is not None and abs(now - read) < _FORM_AGES_MS and not changed.is_set()
        if self.account is None or fresh:
            return False
        changed.clear()
        with self.records.store.read() as tx:
            known = self.records.form(tx)
        form = remembering(self.helpdesk.form(known=known), known)
        chats, read_address = served(self.records, self.chats), self.records.rules.read_address
        languages = {chat.language for chat in chats}
        spoken = {one: translated(form, self._in(one)) for one in languages}
        self.records.store.write(lambda tx: self._keep(tx, form, spoken))
        self._tell_of_form(form, known, chats, first=read is None)
        self._form_read_ms = now
        problems = form_problems(form, chats, read_address)
        self.records.board.report(Trouble.FORM, down=bool(problems), reason="; ".join(problems))
        for problem in problems:
            self.log.error("form_problem", problem=problem)
        unconfigured, portal = self.records.chat_in_file(ChatId("")), self.records.rules.portal_base
        shorter = shortened(form, unconfigured, read_address, portal, self.messenger)
        if shorter != self._shortened:
            for told in shorter:
                self.log.warning("form_shortened", told=told)
            self._shortened = shorter
        return True

    def _in(self, language: Language) -> Form:
        """Return the form in that language; where it cannot be asked now, as it last was."""
        try:
            return self.helpdesk.form(language)
        except (Rejected, Unavailable):
            with self.records.store.read() as tx:
                return self.records.form(tx, language)

    def _tell_of_form(self, form: Form, before: Form, chats: list[Chat], *, first: bool) -> None:
        """Tell of a form with questions of its own that is attached to the request type."""
        if form.attached and (first or form != before):
            answered = how_answered(form, chats, self.records.rules.read_address)
            self.log.info("form_attached", form=form.attached, answered=answered)
        if _lost(before, form):
            self.log.error("form_gone", form=before.attached)
        if form.unread:
            self.log.warning("form_unread", reason=form.unread, kept=bool(form.attached))

    def _keep(self, tx: Tx, form: Form, spoken: Mapping[Language, Form]) -> None:
        before, rules = self.records.form(tx), self.records.rules
        orders: tuple[Order, ...] = ()
        if _lost(before, form):
            orders = alarms.form_gone(before.attached, tx.now, rules)
        elif form.unread and not form.attached:
            orders = alarms.form_unread(form.unread, rules)
        for order in orders:
            tx.outbox.put(order)
        self.records.keep_form(tx, form)
        for language, words in spoken.items():
            self.records.keep_form(tx, words, language)


def _lost(before: Form, now: Form) -> bool:
    """Tell whether the request type had a form attached that is gone, and not only unreadable."""
    same = before.request_type == now.request_type
    return bool(before.attached) and same and not now.attached
