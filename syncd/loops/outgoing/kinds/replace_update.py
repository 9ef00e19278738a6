"""Shows a comment's present words in the place of earlier ones."""

from dataclasses import dataclass, replace

from syncd.core.decide.versions import digest_of, standing
from syncd.core.delivery import Delivery
from syncd.core.errors import Cause, Limited, Rejected, Unavailable, Uncertain
from syncd.core.kinds.post_update import ShowsComment, update_key
from syncd.core.kinds.replace_update import ReplaceUpdate
from syncd.core.model import (
    Chat,
    ChatId,
    DeliveryId,
    Destination,
    Language,
    MessageId,
    Ms,
    SeenVerdict,
)
from syncd.core.outcome import Outcome
from syncd.core.reaching import marks
from syncd.core.reaching.capability import Capability
from syncd.core.text import Body
from syncd.core.translating.translation import below, kept_of, name_of
from syncd.core.views import PostView
from syncd.core.wording import words
from syncd.core.wording.notes import of_comment
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.kinds.post_update import view
from syncd.loops.outgoing.performing import Done, Prepared, Ready, since
from syncd.loops.outgoing.public_now import NotSayable, public_now
from syncd.store.tables.cache import CacheKind

_UNREADABLE_MS = 600_000
"""How long its lane waits while nobody says whether the comment is public."""


@dataclass(frozen=True)
class _Shown:
    """What a message is to show, and where."""

    content: PostView
    translation: Body
    language: Language
    chat_id: ChatId
    mark: DeliveryId
    corrections: frozenset[MessageId]
    """Those of the messages that are one, and say so at their top."""
    corrected: str
    """What they say there."""

    def in_message(self, message: MessageId) -> PostView:
        """Return what this message is to show."""
        if message not in self.corrections:
            return self.content
        return replace(self.content, lines=(self.corrected,))


class Performer(performing.Performer[ReplaceUpdate]):
    def prepare(self, command: ReplaceUpdate, delivery: Delivery, chat: Chat) -> Prepared:
        """Do nothing where the chat shows those words, or the comment not at all."""
        with self.tools.records.store.read() as tx:
            seen = tx.seen.of(command.ticket_id)
            twins = tx.twins.of_ticket(command.ticket_id)
        shown = standing(twins, seen)
        messages, one = shown.get(command.comment_id), seen.get(command.comment_id)
        if not messages or one is None or one.verdict is not SeenVerdict.TOLD:
            return Done()
        fresh = public_now(self.tools, command.key, command.comment_id)
        if isinstance(fresh, NotSayable):
            now = self.tools.records.store.now()
            return keep_back(fresh, delivery, now, may_wait=not command.again)
        digest = digest_of(fresh.body)
        if digest == one.shown and not command.again:
            return Done()
        # It goes on carrying the post's own mark, by which it is found.
        mark = marks.of_key(update_key(command.ticket_id, command.comment_id, one.times))
        told = _Shown(
            self._view(command, fresh.body, chat, edited=bool(one.edits) or digest != one.shown),
            self._translation(command, digest, chat),
            chat.language,
            delivery.chat_id,
            mark,
            frozenset(twin.message_id for twin in twins if twin.corrects),
            correction_line(command, chat),
        )
        if command.again and digest == one.shown:
            return Ready(lambda: self._unless_it_fails(messages, told, digest))
        return Ready(lambda: self._replace(messages, told, digest))

    def _unless_it_fails(
        self, messages: tuple[MessageId, ...], shown: _Shown, digest: str
    ) -> Outcome:
        """Change the messages once: their words are there already, and later comments must not wait
        for a translation, nor for the repair of what nobody knows to be broken."""
        try:
            return self._replace(messages, shown, digest)
        except Limited:
            raise
        except (Unavailable, Uncertain) as failure:
            self.tools.log.info("put_off", message=messages[0], reason=str(failure))
            return Outcome(put_off=True)

    def _replace(self, messages: tuple[MessageId, ...], shown: _Shown, digest: str) -> Outcome:
        """Change every message that shows the comment; `refused` where none can be changed."""
        refused = [m for m in messages if not self._show(m, shown)]
        if len(refused) == len(messages):
            return Outcome(refused[0], refused=True, digest=digest)
        return Outcome(digest=digest, translated=bool(shown.translation))

    def _show(self, message: MessageId, shown: _Shown) -> bool:
        """Return whether the message shows it, or is gone with its words."""
        chat_id, content, mark = shown.chat_id, shown.in_message(message), shown.mark
        try:
            if not self._with_translation(message, shown):
                self.tools.sender.replace(message, content, mark)
        except Rejected as exc:
            if exc.cause is Cause.OUTSIDE:
                raise
            if exc.cause is not Cause.GONE:
                self.tools.log.info("not_replaced", message=message, reason=str(exc))
                if exc.cause is Cause.FORBIDDEN:
                    self.tools.ways.note_for_all(chat_id, Capability.EDIT, exc)
                return False
        return True

    def _translation(self, command: ReplaceUpdate, digest: str, chat: Chat) -> Body:
        """Return the translation of exactly those words; empty where there is none."""
        if not chat.into:
            return ()
        name = name_of(command.ticket_id, command.comment_id, chat.into)
        with self.tools.records.store.read() as tx:
            stored = tx.cache.get(CacheKind.TRANSLATION, name)
        return of_comment(kept_of(stored, digest), chat.language)

    def _with_translation(self, message: MessageId, shown: _Shown) -> bool:
        """Return whether the message shows it with its translation; words of the comment's own must
        not be lost because the platform refuses a machine's."""
        if not shown.translation:
            return False
        content, label = shown.in_message(message), words(shown.language).machine_translation
        both = replace(content, body=below(content.body, shown.translation, label))
        try:
            self.tools.messenger.replace(message, both, shown.mark)
        except Rejected as exc:
            if exc.cause is not Cause.CONTENT:
                raise
            self.tools.log.warning("translation_refused", message=message, reason=str(exc))
            return False
        return True

    def _view(self, command: ReplaceUpdate, body: Body, chat: Chat, *, edited: bool) -> PostView:
        whole = view(command, body, chat, self.tools.records.rules.portal_base)
        lines = (words(chat.language).edited,) if edited else ()
        return replace(whole, lines=(*whole.lines, *lines))


def correction_line(command: ShowsComment, chat: Chat) -> str:
    """Return what stands at the top of a correction."""
    return words(chat.language).corrected.format(author=command.author, key=command.key)


def keep_back(why: NotSayable, delivery: Delivery, now: Ms, *, may_wait: bool = True) -> Done:
    """Return that nothing is said; Unavailable for the first minutes while nobody can tell, if
    its lane `may_wait`: it does once an edit."""
    waits = may_wait and since(delivery.enqueued_ms, now) <= _UNREADABLE_MS
    if why.unreadable and waits:
        raise Unavailable(why.reason, platform=Destination.JSM)
    return Done(Outcome(kept_back=why.reason))
