"""Bodies of answers, bounded in time and in size, on the wire and unpacked."""

import zlib
from collections.abc import AsyncIterable, Callable, Iterable

import httpx

MOST_BYTES = 32 * 1024 * 1024
"""The longest body that is taken, unpacked. The longest that an honest platform sends, a hundred
tickets with their comments, is some megabytes."""
ACCEPTED = {"Accept-Encoding": "gzip, deflate"}
"""What `unpacked` understands."""
_PIECES = 3
"""The total time-out, in read time-outs."""
_WINDOWS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class TooSlow(httpx.ReadTimeout):
    """The body did not end within the total time-out."""


class TooLong(httpx.ReadError):
    """The body is longer than anything that is taken."""


class Unreadable(httpx.DecodingError):
    """The body is not packed as its header says."""


def whole(
    response: httpx.Response,
    seconds: float,
    steady: Callable[[], float],
    most: int = MOST_BYTES,
) -> bytes:
    """Return an answer's body, read as it comes; TooSlow, TooLong or Unreadable.

    `seconds` is the read time-out of one piece, which alone would let a body that trickles go on
    for ever. `steady` returns monotonic seconds.
    """
    until = steady() + _PIECES * seconds

    def in_time() -> Iterable[bytes]:
        # Unpacking may give no piece for long, however many come.
        for piece in response.iter_raw():
            if steady() > until:
                raise TooSlow(f"its answer was not through after {_PIECES * seconds:g} s")
            yield piece

    unpack = Unpacking(response.headers.get("content-encoding", ""), most)
    for piece in in_time():
        unpack.take(piece)
    return unpack.end()


async def whole_async(response: httpx.Response, most: int) -> bytes:
    """Return the same for an event loop, whose caller bounds the time."""
    unpack = Unpacking(response.headers.get("content-encoding", ""), most)
    pieces: AsyncIterable[bytes] = response.aiter_raw()
    async for piece in pieces:
        unpack.take(piece)
    return unpack.end()


class Unpacking:
    """Unpacks a body piece by piece, and stops where it becomes too long."""

    def __init__(self, encoding: str, most: int) -> None:
        self._most = most
        self._packed = self._length = 0
        self._parts: list[bytes] = []
        name = encoding.strip().lower()
        if name not in ("", "identity", *_WINDOWS):
            raise Unreadable("its answer is packed in a way that was not asked for")
        self._unpack = zlib.decompressobj(_WINDOWS[name]) if name in _WINDOWS else None
        self._may_be_bare = name == "deflate"

    def take(self, piece: bytes) -> None:
        self._packed += len(piece)
        if self._packed > self._most:
            raise self._too_long()
        self._keep(self._unpacked(piece) if self._unpack else piece)

    def taken(self) -> bytes:
        """Return what was unpacked since it was asked for last."""
        parts, self._parts = self._parts, []
        return b"".join(parts)

    def end(self) -> bytes:
        """Return the body, or what of it was not taken yet."""
        if self._unpack and self._packed and not self._unpack.eof:
            raise Unreadable("its answer ends in the middle")
        return b"".join(self._parts)

    def _unpacked(self, piece: bytes) -> bytes:
        unpack = self._unpack
        if unpack is None:
            return piece
        try:
            return unpack.decompress(piece, self._most - self._length + 1)
        except zlib.error:
            if not self._may_be_bare or self._length or self._packed != len(piece):
                raise Unreadable("its answer is not packed as its header says") from None
        # Some servers leave the frame out: https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1.2
        self._may_be_bare, self._unpack = False, zlib.decompressobj(-zlib.MAX_WBITS)
        return self._unpacked(piece)

    def _keep(self, part: bytes) -> None:
        self._length += len(part)
        if self._length > self._most:
            raise self._too_long()
        self._parts.append(part)

    def _too_long(self) -> TooLong:
        return TooLong(f"its answer is longer than {self._most // (1024 * 1024)} MiB")
