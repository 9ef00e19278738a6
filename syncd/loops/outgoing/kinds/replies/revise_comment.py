"""Changes or takes away the comments that a message became."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from syncd.core.delivery import Delivery
from syncd.core.errors import Cause, Rejected, Unavailable
from syncd.core.kinds.add_comment import comment_key
from syncd.core.kinds.files.attach_file import file_key
from syncd.core.kinds.replies.revise_comment import ReviseComment
from syncd.core.model import Chat, CommentId, DeliveryId, DeliveryState, Link, MessageId, Twin
from syncd.core.outcome import Outcome
from syncd.core.prose.parts import in_parts, numbered
from syncd.core.publicity import Publicity, first_test
from syncd.core.reaching.marks import mark
from syncd.core.text import Body, Paragraph, Text
from syncd.core.wording import words
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Done, Prepared, Ready, since
from syncd.loops.outgoing.refusals import waits_for_operators

_CARRIED_SOON_SECONDS = 5.0
_LONGEST_SECONDS = 3600.0
_ENDED = (DeliveryState.DONE, DeliveryState.DEAD)


@dataclass(frozen=True)
class _Written:
    """A comment that is a part of what was said."""

    id: CommentId
    mark: DeliveryId


class Performer(performing.Performer[ReviseComment]):
    def prepare(self, command: ReviseComment, delivery: Delivery, chat: Chat) -> Prepared:
        """Find what the message became; nothing is to be done where it became nothing."""
        id = command.message_id
        parts = self._carried(command, delivery, lambda number: comment_key(id, number))
        files = (
            self._carried(command, delivery, lambda number: file_key(id, number))
            if command.recalled
            else []
        )
        carried = [*parts, *files]
        if not carried:
            return Done()
        with self.tools.records.store.read() as tx:
            link = tx.links.of_thread(carried[0].command.root())
            twin = tx.twins.of_message(id)
        if link is None:
            return Done()
        written, taken = self._written(link, parts, twin), self._found(link, files)
        if not (written or taken):
            return Done()
        author = self.tools.names.of(carried[0].person, chat.id, words(chat.language))
        if command.recalled:
            return Ready(lambda: self._take_away(link, written, taken, author, chat))
        now_said = self._said(command.message_id, chat)
        if not now_said:
            return Done()
        if len(now_said) > len(written):
            raise Rejected("the edited message needs more comments than it became", Cause.TOO_LARGE)
        return Ready(lambda: self._change(link, written, author, now_said))

    def _carried(
        self, command: ReviseComment, delivery: Delivery, key: Callable[[int], str]
    ) -> list[Delivery]:
        """Return the deliveries that may have carried it, in order.

        Unavailable while one is under way, or it is not decided yet: longer each time, since it may
        wait for its form. What was taken back and was never sent will not be.
        """
        found: list[Delivery] = []
        with self.tools.records.store.read() as tx:
            while part := tx.outbox.by_key(key(len(found) + 1)):
                found.append(part)
            undecided = not found and tx.inbox.waits(command.message_id)
        if command.recalled:
            found, undecided = [part for part in found if part.first_sent_ms], False
        if undecided or any(part.state not in _ENDED for part in found):
            waited = since(delivery.enqueued_ms, self.tools.records.store.now()) / 1000
            told = "the message is on its way to the ticket"
            raise Unavailable(told, min(max(_CARRIED_SOON_SECONDS, waited), _LONGEST_SECONDS))
        return [part for part in found if part.state is DeliveryState.DONE or part.first_sent_ms]

    def _found(self, link: Link, files: Sequence[Delivery]) -> list[_Written]:
        """Return the comments that carry its files."""
        ids = [self.tools.helpdesk.find_comment(link.ticket_key, mark(file)) for file in files]
        return [_Written(id, mark(file)) for id, file in zip(ids, files, strict=True) if id]

    def _written(self, link: Link, parts: list[Delivery], twin: Twin | None) -> list[_Written]:
        """Return the comments that it became and that are public; what engineers have hidden is
        theirs."""
        ids = [
            twin.comment_id
            if twin and part.dedupe_key == parts[0].dedupe_key and part.state is DeliveryState.DONE
            else self.tools.helpdesk.find_comment(link.ticket_key, mark(part))
            for part in parts
        ]
        details = self.tools.helpdesk.comment_details([id for id in ids if id])
        return [
            _Written(id, mark(part))
            for id, part in zip(ids, parts, strict=True)
            if id and (id not in details or first_test(details[id].signs) is Publicity.PUBLIC)
        ]

    def _said(self, message_id: MessageId, chat: Chat) -> list[Body]:
        """Return what it says now, in as many comments as that takes; nothing where it is gone."""
        with self.tools.records.store.read() as tx:
            bot = self.tools.records.bot(tx)
        try:
            read = self.tools.messenger.read(message_id, bot, chat.language)
        except Rejected as exc:
            if exc.cause is Cause.GONE:
                return []
            raise
        return numbered(in_parts(read.body)) if read else []

    def _change(
        self, link: Link, written: Sequence[_Written], author: str, said: Sequence[Body]
    ) -> Outcome:
        """Write each part into its comment; comments that are needed no more go."""
        for one, body in zip(written, said, strict=False):
            self._write(link, one, author, body)
        for one in written[len(said) :]:
            self._delete(link, one)
        return Outcome(comment_id=written[0].id)

    def _take_away(
        self,
        link: Link,
        written: Sequence[_Written],
        files: Sequence[_Written],
        author: str,
        chat: Chat,
    ) -> Outcome:
        """Take the words away, or say so in their place; a comment with a file always goes, since
        one with media is never rewritten."""
        notice = (Paragraph((Text(words(chat.language).taken_back),)),)
        for one in written:
            if self.tools.policy.deletes_recalled:
                self._delete(link, one)
            else:
                self._write(link, one, author, notice)
        for one in files:
            self._delete(link, one)
        return Outcome(comment_id=(*written, *files)[0].id)

    def _delete(self, link: Link, one: _Written) -> None:
        with self._unless_gone(link):
            self.tools.helpdesk.delete_comment(link.ticket_key, one.id)

    def _write(self, link: Link, one: _Written, author: str, body: Body) -> None:
        with self._unless_gone(link):
            self.tools.helpdesk.change_comment(link.ticket_key, one.id, author, body, one.mark)

    @contextmanager
    def _unless_gone(self, link: Link) -> Iterator[None]:
        """Let a comment that is gone from a ticket that we see be; what only operators can mend is
        Denied, and waits."""
        with waits_for_operators(f"change comments of {link.ticket_key}"):
            try:
                yield
            except Rejected as exc:
                if exc.cause is not Cause.GONE or not self.tools.helpdesk.keys([link.ticket_id]):
                    raise
