"""No answer takes more room or time than it may."""

import gzip
import io
import zlib
from collections.abc import Iterator

import httpx
import pytest

from syncd.network.bounded import TooLong, TooSlow, Unreadable, whole
from syncd.network.spooled import spool

WORDS = b'{"words": "' + b"so it is. " * 500 + b'"}'


def gzipped(body: bytes) -> bytes:
    """Without the time of day, which would be in a test's name."""
    return gzip.compress(body, mtime=0)


def answer(body: bytes, encoding: str = "", pieces: int = 7) -> httpx.Response:
    size = max(len(body) // pieces, 1)
    parts = (body[at : at + size] for at in range(0, len(body), size))
    headers = {"content-encoding": encoding} if encoding else {}
    return httpx.Response(200, headers=headers, stream=Stream(parts))


class Stream(httpx.SyncByteStream):
    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts, self.read = parts, 0

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            self.read += len(part)
            yield part


def read(response: httpx.Response, most: int = 10_000) -> bytes:
    return whole(response, 10.0, lambda: 0.0, most)


def bare(body: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packing.compress(body) + packing.flush()


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (WORDS, ""),
        (WORDS, "identity"),
        (gzipped(WORDS), "gzip"),
        (gzipped(WORDS), "GZIP"),
        (zlib.compress(WORDS), "deflate"),
        (bare(WORDS), "deflate"),
        (b"", "gzip"),
    ],
    ids=lambda value: len(value) if isinstance(value, bytes) else value or "plain",
)
def test_what_is_packed_as_it_says_is_unpacked(packed: bytes, encoding: str) -> None:
    assert read(answer(packed, encoding)) == (WORDS if packed else b"")


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_what_is_longer_than_allowed_is_not_read_to_its_end(encoding: str) -> None:
    body = b"x" * 1_000_000
    response = answer(gzipped(body) if encoding else body, encoding, pieces=1000)
    with pytest.raises(TooLong, match="longer than"):
        read(response)
    assert isinstance(response.stream, Stream)
    assert response.stream.read < 100_000


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzipped(b"\0" * 200_000_000)
    with pytest.raises(TooLong):
        read(answer(bomb, "gzip", pieces=1), most=1_000_000)


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (b"this is not packed", "gzip"),
        (b"\xff\xff\xff", "deflate"),
        (gzipped(WORDS)[:-20], "gzip"),
        (WORDS, "br"),
    ],
    ids=lambda value: len(value) if isinstance(value, bytes) else value,
)
def test_what_is_not_packed_as_it_says_is_unreadable(packed: bytes, encoding: str) -> None:
    with pytest.raises(Unreadable):
        read(answer(packed, encoding))


def test_what_trickles_is_too_slow() -> None:
    clock = iter(range(0, 10_000, 5))
    with pytest.raises(TooSlow, match="after 30 s"):
        whole(answer(WORDS, pieces=100), 10.0, lambda: float(next(clock)), 10_000)


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_a_file_is_written_down_unpacked(encoding: str) -> None:
    into, packed = io.BytesIO(b"of before, and longer"), gzipped(WORDS)
    packed = {"gzip": packed, "deflate": zlib.compress(WORDS)}.get(encoding, WORDS)
    spool(answer(packed, encoding), into, 1_000_000, lambda: 0.0)
    assert into.getvalue() == WORDS
    with pytest.raises(TooLong):
        spool(answer(packed, encoding), into, len(WORDS) - 1, lambda: 0.0)


def test_a_file_that_trickles_is_too_slow_long_before_its_first_64_kib() -> None:
    clock = iter(range(0, 10_000, 5))
    with pytest.raises(TooSlow, match="after 30 s"):
        spool(answer(WORDS, pieces=100), io.BytesIO(), 10_000, lambda: float(next(clock)), 30.0)
