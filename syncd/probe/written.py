"""What was written on either platform, remembered until it is gone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from syncd.core.errors import RemoteFailure, Uncertain


class StillThereError(Exception):
    """It could not be taken away; the message is a sentence that says so, without its full stop."""


@dataclass(frozen=True)
class Thing:
    """A message or a ticket of ours."""

    id: str
    still_there: str
    """What is told of it where it stays."""
    end: Callable[[], str]
    """Takes it away and returns a sentence that says how; whatever it raises means that it is
    there still."""


class Written:
    """All of it, also where somebody breaks off in the middle of anything."""

    def __init__(self) -> None:
        self.cleaned: list[str] = []
        """What became of each thing that was written."""
        self.left: list[tuple[str, str]] = []
        """What could not be taken away, and its id, which is for the operator's eyes alone."""
        self._there: list[Thing] = []

    @contextmanager
    def perhaps(self, what: str, title: str) -> Iterator[None]:
        """Note what may have been written although no answer tells; its title finds it.

        That is whatever ends the write but a definite no, Ctrl-C too.
        """
        before = len(self._there)
        try:
            yield
        except BaseException as broken:
            if len(self._there) == before and not _is_no(broken):
                self.left.append((f"whether {what} is not known", title))
            raise

    def add(self, thing: Thing) -> None:
        self._there.append(thing)

    def take_away(self, thing: Thing) -> None:
        """Take it away; where that fails it is noted. It is forgotten once either is known."""
        try:
            said = thing.end()
        except StillThereError as still:
            self.left.append((str(still), thing.id))
        except Exception:
            self.left.append((thing.still_there, thing.id))
        else:
            self.cleaned.append(said)
        self._there.remove(thing)

    def clean(self) -> None:
        """Take all of it away; who breaks off even that is told of what is there still."""
        try:
            while self._there:
                self.take_away(self._there[-1])
        except BaseException:
            self.left += [(thing.still_there, thing.id) for thing in self._there]
            self._there.clear()
            raise


def _is_no(broken: BaseException) -> bool:
    return isinstance(broken, RemoteFailure) and not isinstance(broken, Uncertain)
