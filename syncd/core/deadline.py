"""An answer has to come to its end in time, however it comes."""

from collections.abc import Callable, Iterable

_PIECES = 3
"""So many times the wait for a piece the whole may take."""


class TooSlow(Exception):
    """The end of an answer did not come in time."""


def in_time(pieces: Iterable[bytes], piece: float, steady: Callable[[], float]) -> bytes:
    """Return all pieces together; TooSlow when they are not through in time.

    `piece` is how many seconds one may take: that limit alone lets an answer that trickles last
    for ever. `steady` returns seconds and is never set back.
    """
    seconds = _PIECES * piece
    until = steady() + seconds
    came = []
    for one in pieces:
        if steady() > until:
            raise TooSlow(f"its answer was not through after {seconds:g} s")
        came.append(one)
    return b"".join(came)
