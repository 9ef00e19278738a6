"""Bodies that are too long to be kept in memory, written down as they come."""

from collections.abc import Callable
from typing import BinaryIO

import httpx

from syncd.network.bounded import TooSlow, Unpacking

LONGEST_SECONDS = 900.0
"""How long the longest body may take: 100 MB at a megabit a second."""


def spool(
    response: httpx.Response,
    into: BinaryIO,
    most: int,
    steady: Callable[[], float],
    seconds: float = LONGEST_SECONDS,
) -> None:
    """Write an answer's body to a file; TooLong behind `most` bytes, unpacked, TooSlow in the end.

    `steady` returns monotonic seconds; the time-out of the client still bounds each piece.
    """
    into.seek(0)
    into.truncate()
    until = steady() + seconds
    unpack = Unpacking(response.headers.get("content-encoding", ""), most)
    # As they come: a piece of a fixed size may gather for hours.
    for piece in response.iter_raw():
        if steady() > until:
            raise TooSlow(f"it was not through after {seconds:g} s")
        unpack.take(piece)
        into.write(unpack.taken())
    into.write(unpack.end())
