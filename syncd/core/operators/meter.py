"""What is counted: the parts of syncd tell a meter what happens, and nothing of who reads it."""

from syncd.core.delivery import Delivery
from syncd.core.lifecycle import Step
from syncd.core.model import Destination


class Meter:
    """Counts nothing; the one that does is in `ops/metrics`. May be told from any thread, and
    returns at once."""

    def received(self, kind: str, *, new: bool) -> None:
        """An event came; `kind` is what the platform calls it, not `new`: it was here already."""

    def answered(self, frame: str, outcome: str, seconds: float) -> None:
        """An `event` or a `click` was acknowledged so many seconds after it came: `ok`, `failed`,
        or, before its own answer was known, `late`."""

    def called(self, platform: Destination, feature: str, status: int, seconds: float) -> None:
        """A platform was called for this feature; `status` is HTTP's, 0 where no answer came."""

    def limited(self, by: str, limit: str) -> None:
        """A limit was hit: of `lark`, of `jsm`, or our own (`syncd`)."""

    def stepped(self, delivery: Delivery, step: Step) -> None:
        """A delivery has taken a step and is now so; told once that is committed."""

    def polled(self, *, ok: bool) -> None:
        """One poll of the helpdesk ended."""

    def swept(self, hours: str, *, ok: bool, found: int = 0) -> None:
        """One sweep that reaches so far back ended; it found tickets that the poll had missed."""

    def connected(self) -> None:
        """The long connection was opened."""
