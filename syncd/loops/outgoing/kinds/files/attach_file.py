"""Carries a file from the chat to the helpdesk, through a file that no crash leaves behind."""

from dataclasses import dataclass
from typing import BinaryIO

from syncd.core.delivery import Delivery
from syncd.core.errors import Cause, Rejected, Unavailable
from syncd.core.files.found import InMessage
from syncd.core.files.naming import HEAD, name_for, type_of
from syncd.core.kinds.files.attach_file import AttachFile
from syncd.core.kinds.replies.revise_comment import recall_key
from syncd.core.model import Chat, Destination, Link, Ms, PersonId
from syncd.core.outcome import Outcome
from syncd.core.prose.said import placeholder
from syncd.core.reaching.marks import mark
from syncd.core.text import Anchor, Body, Paragraph, Text
from syncd.core.views import Quoted
from syncd.core.wording import words
from syncd.core.wording.table import Wording
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.kinds.add_comment import look_on_ticket, ticket_of, written
from syncd.loops.outgoing.kinds.files.passing import passing
from syncd.loops.outgoing.performing import Done, Finding, Prepared, Ready
from syncd.loops.outgoing.refusals import waits_for_operators

_MEGABYTE = 1024 * 1024
_MOST_FROM_CHAT = 100 * _MEGABYTE
"""Lark hands out no more: https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-resource/get"""
_TRIES = 3
"""How often a file is brought to the helpdesk that does not know it any more a moment later."""


class LeftOut(Rejected):
    """The file itself cannot be carried; a note takes its place."""


@dataclass(frozen=True)
class _Source:
    """A file, who sent it, and whether its message holds another one."""

    file: InMessage
    author: PersonId
    more: bool = False


class Performer(performing.Performer[AttachFile]):
    def prepare(self, command: AttachFile, delivery: Delivery, chat: Chat) -> Prepared:
        """Bring the file to the helpdesk, where it waits to be attached; that harms nobody, however
        often it is done. A helpdesk that is away is noticed before the file is fetched."""
        with self.tools.records.store.read() as tx:
            if tx.outbox.by_key(recall_key(command.message_id)) is not None:
                return Done()
        link = ticket_of(self.tools, command.thread, delivery, chat, early=command.early)
        if not isinstance(link, Link):
            return link
        wording = words(chat.language)
        source = self._source(command)
        if source is None:
            return Done()
        author = self._name(source.author, chat, wording)
        self.tools.helpdesk.keys([link.ticket_id])
        try:
            temporary, name = self._in_time(command, source.file, link, delivery, wording)
        except LeftOut as no:
            why = no.told
            return Ready(lambda: self._leave_note(why, source, author, link, delivery, chat))
        return Ready(
            lambda: self._attach(temporary, name, author, link, delivery, chat, more=source.more)
        )

    def look(self, command: AttachFile, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        return look_on_ticket(self.tools, command.thread, delivery, watched_ms, now)

    def _source(self, command: AttachFile) -> _Source | None:
        """Return which file it is; None: the quoted message has none of that number, or is not to
        be read, as its words are not."""
        if not command.is_quoted:
            return _Source(InMessage(command.key, command.type, command.name), command.author)
        try:
            quoted = self.tools.messenger.read(command.message_id) or Quoted(PersonId(""), "")
        except Rejected as exc:
            self.tools.log.info("quoted_unreadable", reason=str(exc))
            return None
        if command.number > len(quoted.files):
            return None
        file = quoted.files[command.number - 1]
        return _Source(file, quoted.author, more=command.number < len(quoted.files))

    def _name(self, author: PersonId, chat: Chat, wording: Wording) -> str:
        return self.tools.names.of(author, chat.id, wording) if author else wording.nameless

    def _in_time(
        self,
        command: AttachFile,
        file: InMessage,
        link: Link,
        delivery: Delivery,
        wording: Wording,
    ) -> tuple[str, str]:
        """Return what `_brought` does; LeftOut where the file has failed for too long."""

        def answers() -> None:
            if failure.platform is Destination.LARK:
                self.tools.messenger.read(command.message_id)
            else:
                self.tools.helpdesk.keys([link.ticket_id])

        try:
            return self._brought(command, file, link, wording)
        except Unavailable as exc:
            failure = exc
            if not self.tools.failing_files.is_hopeless(delivery.id, failure, answers):
                raise
            raise _left_out(wording.reason_gave_up, str(failure)) from failure

    def _brought(
        self, command: AttachFile, file: InMessage, link: Link, wording: Wording
    ) -> tuple[str, str]:
        """Return by what the helpdesk knows the file for a while, and its name there."""
        limit = self.tools.helpdesk.upload_limit()
        if limit == 0:
            raise _left_out(wording.reason_no_files)
        most = min(limit or _MOST_FROM_CHAT, _MOST_FROM_CHAT)
        too_large = wording.reason_file_too_large.format(limit=most // _MEGABYTE)
        with passing() as bytes:
            self._fetch(command, file, bytes, most, too_large, wording)
            head = bytes.read(HEAD)
            if not head:
                raise _left_out(wording.reason_file_empty)
            named = file.name if file.name != file.kind else ""
            name = name_for(named, file.kind, head)
            with waits_for_operators(f"bring files to the desk of {link.ticket_key}"):
                try:
                    temporary = self.tools.helpdesk.upload(
                        link.ticket_key, name, type_of(head), bytes
                    )
                except Rejected as exc:
                    if exc.cause is Cause.TOO_LARGE:
                        raise _left_out(too_large) from exc
                    if exc.cause is Cause.CONTENT:
                        raise _left_out(wording.reason_file_refused) from exc
                    raise
        return temporary, name

    def _fetch(
        self,
        command: AttachFile,
        file: InMessage,
        into: BinaryIO,
        most: int,
        too_large: str,
        wording: Wording,
    ) -> None:
        try:
            self.tools.messenger.download(command.message_id, file, into, most)
        except Rejected as exc:
            told = {Cause.TOO_LARGE: too_large, Cause.GONE: wording.reason_file_gone}
            raise _left_out(told.get(exc.cause, wording.reason_file_kept), str(exc)) from exc
        into.seek(0)

    def _attach(
        self,
        temporary: str,
        name: str,
        author: str,
        link: Link,
        delivery: Delivery,
        chat: Chat,
        *,
        more: bool,
    ) -> Outcome:
        helpdesk, key = self.tools.helpdesk, mark(delivery)
        try:
            came = written(
                self.tools,
                link,
                chat,
                lambda: helpdesk.attach(link.ticket_key, temporary, author, name, key),
            )
        except Rejected as exc:
            if exc.cause is not Cause.CONTENT or delivery.tries >= _TRIES:
                raise
            # It may have forgotten the file meanwhile; nothing was attached then.
            raise Unavailable(f"the file is brought once more: {exc}", 1.0) from exc
        return Outcome(comment_id=came.comment_id, more=more)

    def _leave_note(
        self, why: str, source: _Source, author: str, link: Link, delivery: Delivery, chat: Chat
    ) -> Outcome:
        note = self._note(why, source.file, chat)
        helpdesk, key = self.tools.helpdesk, mark(delivery)
        came = written(
            self.tools,
            link,
            chat,
            lambda: helpdesk.add_comment(link.ticket_key, author, note, key),
        )
        named = source.file.name or source.file.kind
        return Outcome(comment_id=came.comment_id, left_out=why, named=named, more=source.more)

    def _note(self, why: str, file: InMessage, chat: Chat) -> Body:
        wording, address = words(chat.language), self.tools.messenger.address(chat.id)
        named = placeholder(file.kind, file.name if file.name != file.kind else "")
        told = Text(f"{named} {wording.file_left_out.format(reason=why)} ")
        return (Paragraph((told, Anchor(wording.file_is_in_chat, address))),)


def _left_out(told: str, reason: str = "") -> LeftOut:
    return LeftOut(reason or told, Cause.CONTENT, told)
