"""Changes or takes away the comments that a message became."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from syncd.core.delivery import Delivery
from syncd.core.errors import Cause, Rejected, Unavailable
from syncd.core.kinds.add_comment import comment_key
from syncd.core.kinds.files.attach_file import file_key
from syncd.core.kinds.replies.revise_comment import ReviseComment
from syncd.core.model import Chat, CommentId, DeliveryId, DeliveryState, Link, MessageId
from syncd.core.outcome import Outcome
from syncd.core.prose.parts import in_parts, numbered
from syncd.core.prose.said import blocks
from syncd.core.reaching.marks import mark
from syncd.core.text import Body, Paragraph, Text
from syncd.core.wording import words
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Done, Prepared, Ready
from syncd.loops.outgoing.refusals import waits_for_operators

_CARRIED_SOON_SECONDS = 5.0


@dataclass(frozen=True)
class _Written:
    """A comment that is a part of what was said."""

    id: CommentId
    mark: DeliveryId


class Performer(performing.Performer[ReviseComment]):
    def prepare(self, command: ReviseComment, delivery: Delivery, chat: Chat) -> Prepared:
        """Find what the message became; nothing is to be done where it became nothing."""
        files = self._files(command.message_id) if command.recalled else []
        parts = self._parts(command.message_id)
        if not parts:
            return self._without_words(files)
        with self.tools.records.store.read() as tx:
            link = tx.links.of_thread(parts[0].command.root())
            twin = tx.twins.of_message(command.message_id)
        if link is None or twin is None:
            return Done()
        rest = (self._found(link, part) for part in parts[1:])
        written = [_Written(twin.comment_id, mark(parts[0])), *(one for one in rest if one)]
        author = self.tools.names.of(parts[0].person, chat.id, words(chat.language))
        if command.recalled:
            taken = self._found_files(link, files)
            return Ready(lambda: self._take_away(link, written, author, chat, taken))
        now_said = self._said(command.message_id)
        if not now_said:
            return Done()
        if len(now_said) > len(written):
            raise Rejected("the edited message needs more comments than it became", Cause.TOO_LARGE)
        return Ready(lambda: self._change(link, written, author, now_said))

    def _without_words(self, files: Sequence[Delivery]) -> Prepared:
        """Take away the files of a message that said nothing."""
        if not files:
            return Done()
        with self.tools.records.store.read() as tx:
            link = tx.links.of_thread(files[0].command.root())
        if link is None or not (taken := self._found_files(link, files)):
            return Done()
        return Ready(lambda: self._delete(link, taken))

    def _found_files(self, link: Link, files: Sequence[Delivery]) -> list[_Written]:
        return [one for one in (self._found(link, file) for file in files) if one]

    def _delete(self, link: Link, taken: Sequence[_Written]) -> Outcome:
        with waits_for_operators(f"change comments of {link.ticket_key}"):
            for one in taken:
                self.tools.helpdesk.delete_comment(link.ticket_key, one.id)
        return Outcome(comment_id=taken[0].id)

    def _files(self, message_id: MessageId) -> list[Delivery]:
        """Return the deliveries that carried its files; Unavailable while one is under way."""
        return self._carried(lambda number: file_key(message_id, number))

    def _parts(self, message_id: MessageId) -> list[Delivery]:
        """Return the deliveries that carried it, in order; Unavailable while one is under way."""
        return self._carried(lambda number: comment_key(message_id, number))

    def _carried(self, key: Callable[[int], str]) -> list[Delivery]:
        found: list[Delivery] = []
        with self.tools.records.store.read() as tx:
            while part := tx.outbox.by_key(key(len(found) + 1)):
                found.append(part)
        if any(part.state not in (DeliveryState.DONE, DeliveryState.DEAD) for part in found):
            raise Unavailable("the message is on its way to the ticket", _CARRIED_SOON_SECONDS)
        return [part for part in found if part.state is DeliveryState.DONE]

    def _found(self, link: Link, part: Delivery) -> _Written | None:
        found = self.tools.helpdesk.find_comment(link.ticket_key, mark(part))
        return _Written(found, mark(part)) if found else None

    def _said(self, message_id: MessageId) -> list[Body]:
        """Return what it says now, in as many comments as that takes; nothing where it is gone."""
        with self.tools.records.store.read() as tx:
            bot = self.tools.records.bot(tx)
        try:
            read = self.tools.messenger.read(message_id, bot)
        except Rejected as exc:
            self.tools.log.info("edit_unreadable", message=message_id, reason=str(exc))
            return []
        return numbered(in_parts(blocks(read.said))) if read else []

    def _change(
        self, link: Link, written: Sequence[_Written], author: str, said: Sequence[Body]
    ) -> Outcome:
        """Write each part into its comment; comments that are needed no more go."""
        with waits_for_operators(f"change comments of {link.ticket_key}"):
            for one, body in zip(written, said, strict=False):
                self._write(link, one, author, body)
            for one in written[len(said) :]:
                self.tools.helpdesk.delete_comment(link.ticket_key, one.id)
        return Outcome(comment_id=written[0].id)

    def _take_away(
        self,
        link: Link,
        written: Sequence[_Written],
        author: str,
        chat: Chat,
        files: Sequence[_Written],
    ) -> Outcome:
        notice = (Paragraph((Text(words(chat.language).taken_back),)),)
        with waits_for_operators(f"change comments of {link.ticket_key}"):
            for one in written:
                if self.tools.policy.deletes_recalled:
                    self.tools.helpdesk.delete_comment(link.ticket_key, one.id)
                else:
                    self._write(link, one, author, notice)
        if files:
            self._delete(link, files)
        return Outcome(comment_id=written[0].id)

    def _write(self, link: Link, one: _Written, author: str, body: Body) -> None:
        self.tools.helpdesk.change_comment(link.ticket_key, one.id, author, body, one.mark)
