"""The ordinary daemon, killed by its own hand (SIGKILL) at one named point.

Run as a program: mortal_daemon.py CONFIG [POINT]. The points lie outside syncd's own code: after a
commit that held a certain statement, after an answer over HTTP, after a frame on the websocket.
"""

import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
from answers import whole
from sqlalchemy import event
from sqlalchemy.engine import Connection
from websockets.asyncio.client import ClientConnection

from syncd import config, log
from syncd.app import App, steady_clock, wall_clock
from syncd.daemon import Daemon
from syncd.store.store import Store, Tx

T = TypeVar("T")


@dataclass
class Point:
    """Where to die: the first time that something matching happened.

    The pattern names what is killed. Counting to the second of a kind would not: which delivery is
    settled second depends on which thread was faster.
    """

    kind: str
    """`commit`, `call` (before it is made), `http` (it was answered) or `ack`."""
    pattern: str
    after: str = ""
    """A commit that must have been seen before."""


POINTS = {
    "inbox commit": Point("commit", r"INSERT INTO inbox"),
    "ack": Point("ack", ""),
    "form sent": Point("http", r"POST /open-apis/ephemeral/v1/send"),
    "SENDING committed": Point("call", r"POST /rest/servicedeskapi/request$"),
    "create answered": Point("http", r"POST /rest/servicedeskapi/request$"),
    "settled": Point("commit", r"INSERT INTO links"),
    "reply sent": Point("http", r"POST /open-apis/im/v1/messages/[^/]+/reply"),
    "page stored": Point("commit", r"INSERT INTO seen_comments"),
    "cursor moved": Point("commit", r"(UPDATE|INSERT INTO) cursors", after="seen_comments"),
}
OF_A_REFERENCE = {
    "reference: create answered": POINTS["create answered"],
    "reference: ordered": Point("commit", r"INSERT INTO outbox.*ClearReference"),
    "reference: kept": Point("http", r"PUT /rest/api/3/issue/\d+/properties/syncd\.ref"),
    "reference: gone": Point("http", r"PUT /rest/api/3/issue/\d+$"),
}
"""Where a summary has to carry the marker for a while."""
OF_A_PARTICIPANT = {
    "participant: ordered": Point("commit", r"INSERT INTO outbox.*AddParticipant"),
    "participant: added": Point("http", r"POST /rest/servicedeskapi/request/[^/]+/participant$"),
}
"""Where whoever writes in a thread becomes a participant of the request."""

OF_AN_ANSWER = {
    "answer: ordered": Point("commit", r"INSERT INTO outbox.*AnswerStatus"),
    "answer: sent": Point(
        "http", r"POST /open-apis/im/v1/messages$", after=r"INSERT INTO outbox.*AnswerStatus"
    ),
}
"""Where somebody is told what their ticket is like."""

OF_A_TRANSITION = {
    "transition: ordered": Point("commit", r"INSERT INTO outbox.*MoveTicket"),
    "transition: SENDING committed": Point(
        "call", r"POST /rest/servicedeskapi/request/[^/]+/transition$"
    ),
    "transition: answered": Point("http", r"POST /rest/servicedeskapi/request/[^/]+/transition$"),
    "transition: settled": Point("commit", r"INSERT INTO seen_comments"),
}
"""Where somebody closes a ticket by its card."""

OF_AN_ADOPTION = {
    "adoption: ordered": Point("commit", r"INSERT INTO outbox.*AdoptTicket"),
    "adoption: looked": Point(
        "http", r"POST /rest/api/3/issue/bulkfetch", after=r"INSERT INTO outbox.*AdoptTicket"
    ),
    "adoption: linked": Point("commit", r"INSERT INTO links"),
    "adoption: announced": Point("http", r"POST /open-apis/im/v1/messages/[^/]+/reply"),
}
"""Where a ticket that exists already gets a thread."""

_SHOWN_IN_THREAD = r"POST /open-apis/im/v1/messages/[^/]+/reply"
OF_A_MUTING = {
    "muting: decided": Point("commit", r"INSERT INTO outbox.*TellMuted"),
    "muting: said": Point("http", _SHOWN_IN_THREAD, after=r"INSERT INTO outbox.*TellMuted"),
    "unmuting: shown": Point("http", _SHOWN_IN_THREAD, after=r"INSERT INTO outbox.*PostUpdate"),
}
"""Where a thread is muted, and unmuted."""

_RATED = r"INSERT INTO outbox.*PostRating"
OF_A_QUESTION = {
    "question: ordered": Point("commit", r"INSERT INTO outbox.*AskRating"),
    "question: asked": Point(
        "http", r"POST /open-apis/im/v1/messages$", after=r"INSERT INTO outbox.*AskRating"
    ),
}
"""Where whoever asked is asked how satisfied they are."""
OF_A_RATING = {
    "rating: ordered": Point("commit", _RATED),
    "rating: SENDING committed": Point("call", r"POST /rest/servicedeskapi/request/[^/]+/feedback"),
    "rating: answered": Point("http", r"POST /rest/servicedeskapi/request/[^/]+/feedback$"),
}
"""Where somebody says how satisfied they are."""
OF_A_NOTE = {
    "note: ordered": Point("commit", r"INSERT INTO outbox.*NoteRating"),
    "note: SENDING committed": Point("call", r"POST /rest/api/3/issue/[^/]+/comment$"),
    "note: written": Point("http", r"POST /rest/api/3/issue/[^/]+/comment$"),
    "note: settled": Point("commit", r"INSERT INTO seen_comments", after=_RATED),
}
"""Where the helpdesk does not take that of us."""

OF_A_MARK = {
    "mark: ordered": Point("commit", r"INSERT INTO outbox.*MarkReply"),
    "mark: SENDING committed": Point("call", r"POST /open-apis/im/v1/messages/[^/]+/reactions$"),
    "mark: sent": Point("http", r"POST /open-apis/im/v1/messages/[^/]+/reactions$"),
}
"""Where a reply that has reached its ticket gets an emoji."""

OF_A_REACTION = {
    "reaction: ordered": Point("commit", r"INSERT INTO outbox.*ReadReacted"),
    "reaction: read": Point(
        "http", r"GET /open-apis/im/v1/messages/[^/]+$", after=r"INSERT INTO outbox.*ReadReacted"
    ),
    "reaction: decided": Point("commit", r"INSERT INTO requests"),
}
"""Where somebody opens a form by an emoji."""

OF_A_TRANSLATION = {
    "translation: ordered": Point("commit", r"INSERT INTO outbox.*TranslateUpdate"),
    "translation: SENDING committed": Point("call", r"POST /v1/chat/completions$"),
    "translation: answered": Point("http", r"POST /v1/chat/completions$"),
    "translation: kept": Point("commit", r"INTO cache.*'translation'"),
    "translation: to be shown": Point(
        "call", r"PATCH /open-apis/im/v1/messages/", after=r"INTO cache.*'translation'"
    ),
    "translation: shown": Point(
        "http", r"PATCH /open-apis/im/v1/messages/", after=r"INTO cache.*'translation'"
    ),
}
"""Where a comment is translated after it was shown."""


class Reaper:
    """Counts what happens and ends the process, as kill -9 does, at the chosen point."""

    def __init__(self, point: Point) -> None:
        self._point = point
        self._armed = not point.after
        self._lock = threading.Lock()

    def saw(self, kind: str, what: str) -> None:
        with self._lock:
            if not self._armed:
                self._armed = bool(re.search(self._point.after, what))
                return
            if kind != self._point.kind or not re.search(self._point.pattern, what, re.DOTALL):
                return
            os.kill(os.getpid(), signal.SIGKILL)


class MortalStore(Store):
    """Tells the reaper, after each commit, what was written in it."""

    reaper: Reaper
    statements = threading.local()

    def watch(self, reaper: Reaper) -> None:
        self.reaper = reaper

        @event.listens_for(self._writer, "before_cursor_execute")
        def note(
            connection: Connection, cursor: Any, statement: str, parameters: Any, *rest: Any
        ) -> None:
            self.statements.__dict__.setdefault("seen", []).append(f"{statement} {parameters!r}")

    def write(self, work: Callable[[Tx], T]) -> T:
        self.statements.seen = []
        result = super().write(work)
        self.reaper.saw("commit", "\n".join(self.statements.seen))
        return result


def watch_calls(reaper: Reaper) -> None:
    """Tell the reaper of each call over HTTP, its answer, and each ack on the websocket."""
    ask = httpx.HTTPTransport.handle_request
    send = ClientConnection.send

    def handle_request(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        reaper.saw("call", f"{request.method} {request.url.path}")
        response = whole(ask(self, request))
        reaper.saw("http", f"{request.method} {request.url.path}")
        return response

    async def sent(self: ClientConnection, message: Any, *rest: Any, **more: Any) -> None:
        await send(self, message, *rest, **more)
        if b'"code"' in message:
            reaper.saw("ack", "")

    httpx.HTTPTransport.handle_request = handle_request
    ClientConnection.send = sent


def main() -> None:
    loaded = config.load(Path(sys.argv[1]))
    log.configure(loaded.secrets(), terminal=False)
    points = POINTS | OF_A_REFERENCE | OF_A_PARTICIPANT | OF_AN_ANSWER | OF_A_TRANSITION
    points |= OF_AN_ADOPTION | OF_A_MUTING
    points |= OF_A_QUESTION | OF_A_RATING | OF_A_NOTE
    points |= OF_A_MARK | OF_A_REACTION
    points |= OF_A_TRANSLATION
    point = points[sys.argv[2]] if len(sys.argv) > 2 else Point("never", "")
    reaper = Reaper(point)
    watch_calls(reaper)
    store = MortalStore.open(loaded.store.url, clock=wall_clock, steady=steady_clock)
    store.watch(reaper)
    Daemon(App(loaded, store)).run()


if __name__ == "__main__":
    main()
