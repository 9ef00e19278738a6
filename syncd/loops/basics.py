"""What has to be asked once before all else works: our own ids, and the helpdesk's form."""

import threading

from syncd.core.alarms import Trouble
from syncd.core.errors import RemoteFailure, Unauthorized
from syncd.core.model import AccountId, FieldKind, Form, Ms
from syncd.log import Log
from syncd.loops.ports import Helpdesk, Messenger
from syncd.loops.records import Records

_FORM_AGES_MS = 3_600_000


class Basics:
    """Asks until it is answered; an outage delays it and never ends the daemon."""

    def __init__(
        self, records: Records, messenger: Messenger, helpdesk: Helpdesk, log: Log
    ) -> None:
        self._records = records
        self._messenger = messenger
        self._helpdesk = helpdesk
        self._log = log
        self._lock = threading.Lock()
        self._bot_asked = False
        self._account: AccountId | None = None
        self._form_read_ms: Ms | None = None
        self._down: set[str] = set()

    @property
    def account(self) -> AccountId | None:
        """Our own account in the helpdesk, None until the login was proven once."""
        return self._account

    def run_once(self) -> int:
        """Ask what is not known yet; return how many answers came."""
        with self._lock:
            return sum((self._ask_bot(), self._ask_account(), self._ask_form()))

    def _ask_bot(self) -> int:
        if self._bot_asked:
            return 0
        try:
            bot = self._messenger.bot()
        except RemoteFailure as exc:
            return self._failed("bot", exc)
        self._records.store.write(lambda tx: self._records.keep_bot(tx, bot))
        self._bot_asked = True
        return self._answered("bot")

    def _ask_account(self) -> int:
        if self._account is not None:
            return 0
        try:
            self._account = self._helpdesk.whoami()
        except RemoteFailure as exc:
            return self._failed("account", exc)
        return self._answered("account")

    def _ask_form(self) -> int:
        now = self._records.store.now()
        read = self._form_read_ms
        if self._account is None or (read is not None and abs(now - read) < _FORM_AGES_MS):
            return 0
        try:
            form = self._helpdesk.form()
        except RemoteFailure as exc:
            return self._failed("form", exc)
        self._records.store.write(lambda tx: self._records.keep_form(tx, form))
        self._form_read_ms = now
        problems = form_problems(form)
        self._records.board.report(Trouble.FORM, down=bool(problems))
        for problem in problems:
            self._log.error("form_problem", problem=problem)
        return self._answered("form")

    def _failed(self, what: str, failure: RemoteFailure) -> int:
        """Log an outage once."""
        if isinstance(failure, Unauthorized):
            login = Trouble.LARK_LOGIN if what == "bot" else Trouble.JSM_LOGIN
            self._records.board.report(login, down=True)
        elif what == "account":
            # No poll begins without it, so none fails; the first that works ends this.
            self._records.board.report(Trouble.POLL, down=True)
        if what not in self._down:
            self._log.warning("not_answered", what=what, reason=str(failure))
        self._down.add(what)
        return 0

    def _answered(self, what: str) -> int:
        self._down.discard(what)
        if what != "form":
            login = Trouble.LARK_LOGIN if what == "bot" else Trouble.JSM_LOGIN
            self._records.board.report(login, down=False)
        self._log.info("answered", what=what)
        return 1


def form_problems(form: Form) -> list[str]:
    """Return a sentence for each thing for which no form can be shown, or no ticket created."""
    homeless = f"jsm.request_type: the request type has no text field {form.without}, which takes "
    homeless += "the marker of every ticket; add it, or name another one in jsm.marker_field"
    return [homeless] * bool(form.without) + [
        f"jsm.request_type: the required field {field.label!r} ({field.id}) cannot be shown in a "
        "card; make it optional or give it a preset in the request type"
        for field in form.fields
        if field.required and field.kind is FieldKind.UNSUPPORTED
    ]
