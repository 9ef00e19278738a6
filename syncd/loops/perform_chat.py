"""Carries out what is shown in the chat."""

from collections.abc import Callable
from dataclasses import replace

from syncd.core import text
from syncd.core.commands import (
    Alert,
    AnnounceTicket,
    CloseForm,
    Command,
    Delivery,
    OfferForm,
    PostUpdate,
    ShowForm,
    TellPerson,
    Withdraw,
)
from syncd.core.errors import Cause, Rejected, Unavailable
from syncd.core.events import Nothing, Outcome
from syncd.core.model import Chat, DeliveryId, Place, Thread
from syncd.core.publicity import Publicity, first_test, why_hidden
from syncd.core.views import Button, Direct, InChat, InThread, OnlyFor, PostView
from syncd.core.wording import words
from syncd.log import Log
from syncd.loops import anchors
from syncd.loops.gate import Gate
from syncd.loops.people import People
from syncd.loops.perform_form import FormPerformer
from syncd.loops.performing import UNREADABLE, Hold, Prepared, Ready
from syncd.loops.ports import Helpdesk, Messenger
from syncd.loops.records import Records
from syncd.loops.sending import Sender, posted

_UNREADABLE_MS = 600_000
_FRESH_MS = 2_000
"""A restriction to a role shows in the comment's own signs alone, so they must not be older."""


class ChatPerformer:
    """Shows announcements and updates; asks once more whether a comment is public."""

    def __init__(
        self,
        records: Records,
        messenger: Messenger,
        helpdesk: Helpdesk,
        people: People,
        log: Log,
    ) -> None:
        self._records = records
        self._messenger = messenger
        self._helpdesk = helpdesk
        self._gate = Gate(helpdesk)
        self._sender = Sender(messenger, records.board, log)
        self._forms = FormPerformer(records, people, self._sender)

    def prepare(self, delivery: Delivery) -> Prepared:
        """Look up what the message needs; Rejected when its chat is not served any more."""
        with self._records.store.read() as tx:
            chat = self._records.chat(tx, delivery.chat_id)
        command = delivery.command
        if not chat.enabled and not isinstance(command, TellPerson | CloseForm | Withdraw | Alert):
            raise Rejected(f"the chat {chat.id} is not enabled", Cause.FORBIDDEN)
        match command:
            case ShowForm():
                return self._forms.prepare(command, delivery, chat)
            case PostUpdate():
                return self._update(command, delivery, chat)
            case Withdraw():
                return Ready(lambda: self._withdraw(command, delivery.id, chat))
            case CloseForm():
                return Ready(lambda: self._close(command, delivery.id, chat))
            case TellPerson():
                return Ready(lambda: self._tell(command, delivery.id))
            case Alert():
                alarm = PostView(title="", lines=(command.text,))
                where = InChat(command.chat_id)
                return Ready(lambda: posted(self._sender.send(where, alarm, delivery.id)))
            case _:
                return Ready(self._say(command, delivery, chat))

    def _update(self, command: PostUpdate, delivery: Delivery, chat: Chat) -> Prepared:
        publicity = self._gate.publicity(command.key, command.comment_id)
        if publicity is Publicity.NOT_PUBLIC:
            return Hold("the portal does not show this comment")
        if publicity is Publicity.UNREADABLE:
            return self._unreadable(delivery, "the portal does not say whether it shows this")
        if self._is_stale(command, delivery):
            fresh = self._helpdesk.comment_details([command.comment_id]).get(command.comment_id)
            if fresh is None:
                return self._unreadable(delivery, "the comment is not there just now")
            if first_test(fresh.signs) is not Publicity.PUBLIC:
                return Hold(why_hidden(fresh.signs))
            command = replace(command, body=text.dump(fresh.body))
        thread = command.thread
        where = self._below(thread) if command.in_thread else InChat(thread.chat_id)
        view = _update_view(command, chat, self._records.rules.portal_base)
        return Ready(lambda: self._sender.post(where, view, delivery))

    def _below(self, thread: Thread) -> InThread:
        with self._records.store.read() as tx:
            return InThread(anchors.current(tx, thread))

    def _is_stale(self, command: PostUpdate, delivery: Delivery) -> bool:
        """Whether the comment may have been corrected or hidden since it was read.

        A clock that was set back says yes.
        """
        age = self._records.store.now() - command.read_ms
        return delivery.tries > 1 or not 0 <= age <= _FRESH_MS

    def _unreadable(self, delivery: Delivery, reason: str) -> Hold:
        """Wait while nobody can tell, but not for ever and not each time that it comes back: what
        comes after it waits too."""
        with self._records.store.read() as tx:
            waited_before = tx.outbox.note_of(delivery.id) == UNREADABLE
        if waited_before or self._records.store.now() - delivery.enqueued_ms > _UNREADABLE_MS:
            return Hold(reason, unreadable=True)
        raise Unavailable(reason)

    def _say(self, command: Command, delivery: Delivery, chat: Chat) -> Callable[[], Outcome]:
        wording = words(chat.language)
        match command:
            case AnnounceTicket():
                view = PostView(
                    title=wording.ticket_created.format(key=command.key, title=command.title),
                    lines=(wording.status.format(status=command.status),),
                    link_text=wording.open_ticket.format(key=command.key),
                    link_url=self._records.rules.portal_base + command.portal_path,
                )
                where = self._below(command.thread)
            case OfferForm():
                button = Button("open_form", wording.offer_form_button, "form", primary=True)
                view = PostView(
                    title=wording.form_title,
                    lines=(wording.offer_form,),
                    buttons=(button,),
                    request_id=command.request_id,
                    language=chat.language,
                )
                where = self._below(command.thread)
            case _:
                raise TypeError(f"{type(command).__name__} is not for the chat")
        return lambda: self._sender.post(where, view, delivery)

    def _tell(self, command: TellPerson, key: DeliveryId) -> Outcome:
        """Tell it directly, which waits until the person looks; else in the group, for one pair
        of eyes."""
        view = PostView(title=command.title, lines=(command.text,))
        try:
            return posted(self._sender.send(Direct(command.person), view, key))
        except Rejected as exc:
            if exc.cause is not Cause.PLACE or not command.chat_id:
                raise
        where = OnlyFor(command.chat_id, command.person)
        return posted(self._sender.send(where, view, key))

    def _withdraw(self, command: Withdraw, key: DeliveryId, chat: Chat) -> Outcome:
        """Recall the message; where that is refused, a notice takes the place of its words."""
        try:
            self._messenger.remove(command.message_id, private=False)
        except Rejected:
            wording = words(chat.language)
            notice = PostView(
                title=wording.open_ticket.format(key=command.key),
                lines=(wording.withdrawn,),
                link_text=wording.open_ticket.format(key=command.key),
                link_url=self._records.rules.portal_base + command.portal_path,
            )
            self._messenger.replace(command.message_id, notice, key)
        return Nothing()

    # A message can be recalled for a day, unless the tenant's administrator set it otherwise, and
    # a card be replaced for 14:
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/delete
    def _close(self, command: CloseForm, key: DeliveryId, chat: Chat) -> Outcome:
        """Take the form away; one that stays for good gives its place to a notice."""
        private = command.place is Place.EPHEMERAL
        try:
            self._messenger.remove(command.message_id, private=private)
        except Rejected:
            if private:
                raise
            wording = words(chat.language)
            notice = PostView(title=wording.form_title, lines=(wording.form_closed,))
            self._messenger.replace(command.message_id, notice, key)
        return Nothing()


def _update_view(command: PostUpdate, chat: Chat, portal_base: str) -> PostView:
    wording = words(chat.language)
    return PostView(
        title=command.title,
        link_text=wording.open_ticket.format(key=command.key),
        link_url=portal_base + command.portal_path,
        lines=(wording.answered.format(author=command.author, key=command.key),),
        body=text.load(command.body),
        cut_note=wording.cut,
    )
