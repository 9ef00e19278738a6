"""Files between our hands and the site."""

from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

from syncd.core.desks.desk import project_of
from syncd.core.errors import Cause, Rejected, RemoteFailure, Unavailable, Uncertain
from syncd.core.files.found import OnComment
from syncd.core.model import CommentId, DeliveryId, TicketKey
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.files import calls
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire import failures

_ASKED_AGAIN_SECONDS = 3600.0


class Files:
    """`monotonic` returns seconds and never goes back."""

    def __init__(
        self, connection: Connection, settings: JsmSettings, monotonic: Callable[[], float]
    ) -> None:
        self._connection, self._settings, self._monotonic = connection, settings, monotonic
        self._limit: tuple[float, int | None] = (0.0, None)

    def of_comment(self, ticket: TicketKey, comment_id: CommentId) -> tuple[OnComment, ...]:
        """Return what is attached to a comment, in order."""
        return self._connection.read(calls.of_comment(ticket, comment_id), calls.read_of_comment)

    def download(self, file: OnComment, into: BinaryIO, most: int) -> None:
        """Write an attached file down; Rejected with Cause.TOO_LARGE behind `most` bytes."""
        self._connection.fetch(calls.content(file.id), into, most)

    def upload_limit(self) -> int | None:
        """Return the most bytes that a file may have, as of the last hour; 0: none is taken, None:
        the site does not tell."""
        until, limit = self._limit
        if self._monotonic() < until:
            return limit
        try:
            limit = self._connection.read(calls.settings(), calls.read_settings)
        except Rejected:
            limit = None
        self._limit = self._monotonic() + _ASKED_AGAIN_SECONDS, limit
        return limit

    def upload(self, ticket: TicketKey, name: str, type: str, file: BinaryIO) -> str:
        """Bring a file to the ticket's desk; done twice, it only lies there twice for a while.

        Rejected with Cause.TOO_LARGE or Cause.CONTENT: it does not take this file.
        """
        file.seek(0)
        desk = self._settings.desk_of_project(project_of(ticket))
        answer = self._connection.exchange(calls.upload(desk, name, type, file))
        if answer.status == 201:
            return calls.read_uploaded(answer)
        refusal = failures.of_write(answer, bad_request=Cause.CONTENT, not_found=Cause.GONE)
        if isinstance(refusal, Uncertain):
            raise Unavailable(str(refusal)) from refusal
        raise refusal

    def attach(
        self, ticket: TicketKey, temporary: str, author: str, name: str, key: DeliveryId
    ) -> CommentId:
        """Attach an uploaded file by a public comment. Never retried inside."""
        comment, public = self._connection.write_once(
            calls.attach(ticket, temporary, author, name, key),
            calls.read_attached,
            bad_request=Cause.CONTENT,
            not_found=Cause.GONE,
        )
        with suppress(RemoteFailure):  # It is known by its words, too.
            self._connection.exchange(calls.sign(comment, key))
        if not public:
            raise Rejected(f"the helpdesk keeps comment {comment} of {ticket} from the customer")
        return comment
