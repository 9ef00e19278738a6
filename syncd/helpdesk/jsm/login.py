"""Whether an answer was really given to us.

An expired token is not refused: Jira answers as to an anonymous caller, a search with 200 and
nothing, a ticket with 404. What tells is X-AACCOUNTID, where it is sent at all, and /myself:
https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/
"""

import threading
from collections.abc import Callable
from urllib.parse import unquote

from syncd.core.errors import Unauthorized
from syncd.core.model import AccountId
from syncd.helpdesk.jsm.wire.call import Answer, Family

_PROOF_LASTS_SECONDS = 60.0
_ACCOUNT = "x-aaccountid"
_REASON = "x-seraph-loginreason"
_FAILED = ("AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED")


class Login:
    """What is known of our login on one base address; safe from any thread."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._ours = AccountId("")
        self._families_with_id: set[Family] = set()
        self._proven_at: float | None = None

    def prove(self, ours: AccountId, answer: Answer) -> None:
        """Take an answer of /myself, which an anonymous caller never gets, as proof."""
        with self._lock:
            if self._ours not in ("", ours):
                raise Unauthorized("the helpdesk took us for another account than before")
            self._ours = ours
            self._proven_at = self._monotonic()
            if _account(answer):
                self._accepts_id(_account(answer), Family.PLATFORM)

    def accepts(self, answer: Answer, family: Family) -> bool:
        """Tell whether the answer is certainly ours; False asks for a fresh proof.

        Unauthorized: it is certainly not.
        """
        if answer.headers.get(_REASON, "").strip().upper() in _FAILED:
            raise Unauthorized("the helpdesk does not accept our login")
        with self._lock:
            if account := _account(answer):
                return bool(self._ours) and self._accepts_id(account, family)
            if family in self._families_with_id:
                raise Unauthorized("the helpdesk answered as to an anonymous caller")
            return self._proof_is_fresh()

    def _accepts_id(self, account: str, family: Family) -> bool:
        if account != self._ours:
            raise Unauthorized("the helpdesk took us for another account")
        self._families_with_id.add(family)
        self._proven_at = self._monotonic()
        return True

    def _proof_is_fresh(self) -> bool:
        if self._proven_at is None:
            return False
        return self._monotonic() - self._proven_at <= _PROOF_LASTS_SECONDS


def _account(answer: Answer) -> str:
    """The colon of an account id may come percent-encoded; the id itself holds no percent sign."""
    return unquote(answer.headers.get(_ACCOUNT, "").strip())
