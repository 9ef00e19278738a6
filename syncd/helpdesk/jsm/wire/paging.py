"""Lists that come page by page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Portion(Generic[T]):
    """Some entries of a list, and whether there are no more."""

    entries: Sequence[T]
    last: bool


def pages(read: Callable[[int], Portion[T]], *, overlap: int = 0) -> Iterator[Sequence[T]]:
    """Yield what `read` returns for each start, up to the last page.

    `overlap`: how far a page goes back, because what is deleted makes the entries after it move up.
    """
    start = 0
    while True:
        page = read(start)
        yield page.entries
        if page.last:
            return
        came = len(page.entries)
        start += max(came - overlap, min(came, 1))
