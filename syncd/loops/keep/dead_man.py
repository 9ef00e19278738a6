"""The dead man's switch: an address of the operators' is called while all is well."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from syncd.core.errors import RemoteFailure
from syncd.log import Log

PERIOD_MS = 60_000
"""How often it is called, by each process; one call looks at all of them."""


@dataclass
class DeadMan:
    """Runs every few seconds; silent while anything is wrong, and while nobody can tell.

    `wrong` names what is wrong now; StoreError while the database is away, which is silence, too.
    `call` raises RemoteFailure. `steady` returns monotonic milliseconds.
    """

    wrong: Callable[[], Sequence[str]]
    call: Callable[[], None]
    steady: Callable[[], int]
    log: Log
    _tried: int | None = None
    _fails: bool = False
    _silent: bool = False

    def run_once(self, frozen: Collection[str] = ()) -> int:
        """Call if it is time and all is well; return how many calls were made.

        `frozen`: threads of ours that stand still.
        """
        now = self.steady()
        if self._tried is not None and now - self._tried < PERIOD_MS:
            return 0
        wrong = [*self.wrong(), *frozen]
        self._tell_silence(wrong)
        if wrong:
            return 0
        self._tried = now
        self._try()
        return 1

    def _try(self) -> None:
        """Call once; that nobody answers is told once, and is itself nothing that is wrong here."""
        try:
            self.call()
        except RemoteFailure as failure:
            if not self._fails:
                self.log.warning("heartbeat_failed", reason=str(failure))
            self._fails = True
            return
        if self._fails:
            self.log.info("heartbeat_recovered")
        self._fails = False

    def _tell_silence(self, wrong: Sequence[str]) -> None:
        if wrong and not self._silent:
            self.log.info("heartbeat_silent", because=", ".join(wrong))
        elif self._silent and not wrong:
            self.log.info("heartbeat_goes_on")
        self._silent = bool(wrong)
