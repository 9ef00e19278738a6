"""Carries out what is shown in the chat."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from syncd.core import plainly, text
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
from syncd.core.decide import form
from syncd.core.errors import Cause, Rejected, Unavailable
from syncd.core.events import Nothing, Outcome, Posted, Shown
from syncd.core.model import (
    REPORTER,
    Chat,
    DeliveryId,
    Form,
    PersonId,
    Place,
    Profile,
    Request,
    RequestState,
    Thread,
)
from syncd.core.publicity import Publicity, first_test, why_hidden
from syncd.core.views import (
    Button,
    Content,
    Direct,
    FormView,
    InChat,
    InThread,
    OnlyFor,
    PostView,
    Sent,
    Where,
)
from syncd.core.wording import words
from syncd.log import Log
from syncd.loops.people import People
from syncd.loops.performing import Done, Hold, Prepared, Ready
from syncd.loops.ports import Helpdesk, Messenger
from syncd.loops.records import Records

_UNREADABLE_MS = 600_000
_PROFILE_TRIES = 3
_PORTAL_AT_ONCE = 2
"""Fewer than the workers for ordinary posts, so that one is left for what asks no portal."""
_FRESH_MS = 10_000


class ChatPerformer:
    """Shows forms, announcements and updates; asks once more whether a comment is public."""

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
        self._people = people
        self._portal = threading.BoundedSemaphore(_PORTAL_AT_ONCE)
        self._log = log

    def prepare(self, delivery: Delivery) -> Prepared:
        """Look up what the message needs; Rejected when its chat is not served any more."""
        with self._records.store.read() as tx:
            chat = self._records.chat(tx, delivery.chat_id)
        command = delivery.command
        if not chat.enabled and not isinstance(command, TellPerson | CloseForm | Withdraw | Alert):
            raise Rejected(f"the chat {chat.id} is not enabled", Cause.FORBIDDEN)
        match command:
            case ShowForm():
                return self._form(command, delivery, chat)
            case PostUpdate():
                return self._update(command, delivery, chat)
            case Withdraw():
                return Ready(lambda: self._withdraw(command, delivery.id, chat))
            case CloseForm():
                return Ready(lambda: self._close(command))
            case TellPerson():
                return Ready(lambda: self._tell(command, delivery.id))
            case Alert():
                alarm = PostView(title="", lines=(command.text,))
                return Ready(
                    lambda: _posted(
                        self._messenger.send(InChat(command.chat_id), alarm, delivery.id)
                    )
                )
            case _:
                return Ready(self._say(command, delivery.id, chat))

    def _profile(self, person: PersonId, delivery: Delivery) -> Profile:
        """Return who is asking; a form without the address is better than none for long."""
        try:
            return self._people.profile(person)
        except Unavailable:
            if delivery.tries < _PROFILE_TRIES:
                raise
            return Profile(person, "")

    def _form(self, command: ShowForm, delivery: Delivery, chat: Chat) -> Prepared:
        with self._records.store.read() as tx:
            request = tx.requests.get(command.request_id)
            fields = self._records.form(tx)
        if request is None or request.state is not RequestState.ASKED:
            return Done(Nothing())
        if not fields.fields:
            raise Unavailable("the helpdesk's form is not known yet")
        profile = self._profile(request.asker, delivery)
        places = self._places(request)
        view = partial(_form_view, request, profile, fields, chat, late=command.late)
        return Ready(lambda: self._show(view, places, delivery.id, profile))

    def _places(self, request: Request) -> tuple[tuple[Place, Where], ...]:
        """Private ways first; a group's topic takes no ephemeral card, nor does a thread.

        https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN
        """
        chat_id = request.thread.chat_id
        always: tuple[tuple[Place, Where], ...] = (
            (Place.DIRECT, Direct(request.asker)),
            (Place.THREAD, InThread(request.thread)),
        )
        if request.top_level and self._people.chat_mode(chat_id) == "group":
            return ((Place.EPHEMERAL, OnlyFor(chat_id, request.asker)), *always)
        return always

    def _show(
        self,
        view: Callable[..., FormView],
        places: tuple[tuple[Place, Where], ...],
        key: DeliveryId,
        profile: Profile,
    ) -> Outcome:
        refusal: Rejected | None = None
        for place, where in places:
            try:
                sent = self._send_plainer(where, view(private=place is not Place.THREAD), key)
            except Rejected as exc:
                if exc.cause is not Cause.PLACE:
                    raise
                refusal = exc
                continue
            return Shown(place, sent.message_id, profile.email)
        raise refusal or Rejected("there is no way to reach this person", Cause.PLACE)

    def _publicity(self, command: PostUpdate) -> Publicity:
        """Ask the portal, unless so many do that a hanging helpdesk would stop the chat."""
        if not self._portal.acquire(blocking=False):
            raise Unavailable("others are asking the portal")
        try:
            return self._helpdesk.publicity(command.key, command.comment_id)
        finally:
            self._portal.release()

    def _update(self, command: PostUpdate, delivery: Delivery, chat: Chat) -> Prepared:
        publicity = self._publicity(command)
        if publicity is Publicity.NOT_PUBLIC:
            return Hold("the portal does not show this comment")
        if publicity is Publicity.UNREADABLE:
            return self._unreadable(delivery, "the portal does not say whether it shows this")
        if self._has_waited(delivery):
            fresh = self._helpdesk.comment_details([command.comment_id]).get(command.comment_id)
            if fresh is None:
                return self._unreadable(delivery, "the comment is not there just now")
            if first_test(fresh.signs) is not Publicity.PUBLIC:
                return Hold(why_hidden(fresh.signs))
            command = replace(command, body=text.dump(fresh.body))
        where: Where = InThread(command.thread) if command.in_thread else _group(command.thread)
        view = _update_view(command, chat, self._records.rules.portal_base)
        return Ready(lambda: _posted(self._send_or_above(where, view, delivery.id)))

    def _has_waited(self, delivery: Delivery) -> bool:
        """Whether the comment may have been corrected or hidden since its words were queued."""
        return delivery.tries > 1 or self._records.store.now() - delivery.enqueued_ms > _FRESH_MS

    def _unreadable(self, delivery: Delivery, reason: str) -> Hold:
        """Wait while nobody can tell, but not for ever: what comes after it waits too."""
        if self._records.store.now() - delivery.enqueued_ms > _UNREADABLE_MS:
            return Hold(reason, unreadable=True)
        raise Unavailable(reason)

    def _say(self, command: Command, key: DeliveryId, chat: Chat) -> Callable[[], Outcome]:
        wording = words(chat.language)
        match command:
            case AnnounceTicket():
                view = PostView(
                    title=wording.ticket_created.format(key=command.key, title=command.title),
                    lines=(wording.status.format(status=command.status),),
                    link_text=wording.open_ticket.format(key=command.key),
                    link_url=self._records.rules.portal_base + command.portal_path,
                )
                where = InThread(command.thread)
            case OfferForm():
                button = Button("open_form", wording.offer_form_button, "form", primary=True)
                view = PostView(
                    title=wording.form_title,
                    lines=(wording.offer_form,),
                    buttons=(button,),
                    request_id=command.request_id,
                )
                where = InThread(command.thread)
            case _:
                raise TypeError(f"{type(command).__name__} is not for the chat")
        return lambda: _posted(self._send_or_above(where, view, key))

    def _send_plainer(self, where: Where, content: Content, key: DeliveryId) -> Sent:
        """Send it; when the platform refuses what it says, send it once more in plain words."""
        try:
            return self._messenger.send(where, content, key)
        except Rejected as exc:
            if exc.cause is not Cause.CONTENT:
                raise
            self._log.warning("content_refused", delivery=key, reason=str(exc))
            plainer = (
                plainly.form(content) if isinstance(content, FormView) else plainly.post(content)
            )
            return self._messenger.send(where, plainer, key)

    def _send_or_above(self, where: Where, content: Content, key: DeliveryId) -> Sent:
        """Send into a thread; when its root is gone, say it at the top level of the group."""
        try:
            return self._send_plainer(where, content, key)
        except Rejected as exc:
            if exc.cause is not Cause.GONE or not isinstance(where, InThread):
                raise
            return self._send_plainer(_group(where.thread), content, key)

    def _tell(self, command: TellPerson, key: DeliveryId) -> Outcome:
        """Tell it directly, which waits until the person looks; else in the group, for one pair
        of eyes."""
        view = PostView(title="", lines=(command.text,))
        try:
            return _posted(self._messenger.send(Direct(command.person), view, key))
        except Rejected as exc:
            if exc.cause is not Cause.PLACE or not command.chat_id:
                raise
        where = OnlyFor(command.chat_id, command.person)
        return _posted(self._messenger.send(where, view, key))

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

    def _close(self, command: CloseForm) -> Outcome:
        private = command.place is Place.EPHEMERAL
        self._messenger.remove(command.message_id, private=private)
        return Nothing()


def _posted(sent: Sent) -> Posted:
    return Posted(sent.message_id, sent.thread_id)


def _group(thread: Thread) -> InChat:
    return InChat(thread.chat_id)


def _form_view(
    request: Request, profile: Profile, fields: Form, chat: Chat, *, private: bool, late: bool
) -> FormView:
    """A card that others can see holds nothing that the asker or the profile said."""
    wording = words(chat.language)
    intro = wording.form_intro if private else wording.form_intro_open
    prefilled = {REPORTER: profile.email} if profile.email else {}
    return FormView(
        request_id=request.id,
        title=wording.form_title,
        intro=f"{wording.found_late} {intro}" if late else intro,
        fields=form.questions(fields, wording),
        values={**prefilled, **request.values} if private else {},
        submit=wording.submit,
        cancel=wording.cancel,
        choose=wording.choose,
        problem=request.problem if private else "",
    )


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
