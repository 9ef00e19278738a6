"""Carries out the showing of a form: to its asker alone where that is possible."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from syncd.core.commands import Delivery, ShowForm
from syncd.core.decide import form
from syncd.core.errors import Cause, Rejected, Unavailable
from syncd.core.events import Nothing, Outcome, Shown
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
)
from syncd.core.views import Direct, FormView, InThread, OnlyFor, Where
from syncd.core.wording import words
from syncd.loops.people import People
from syncd.loops.performing import Done, Prepared, Ready
from syncd.loops.records import Records
from syncd.loops.sending import SILENCED_SECONDS, Sender

_PROFILE_TRIES = 3
_NOT_HERE = frozenset({Cause.PLACE, Cause.OUTSIDE, Cause.SILENCED})
# 230027 refuses private cards alone where the group has people of other companies:
# https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN
_ANOTHER_WAY_MAY_WORK = {
    Place.EPHEMERAL: _NOT_HERE | {Cause.FORBIDDEN},
    Place.DIRECT: _NOT_HERE,
    Place.THREAD: _NOT_HERE,
}
Ways: TypeAlias = tuple[tuple[Place, Where], ...]


class FormPerformer:
    """Finds out who asks and where that person can see a form, and shows it there."""

    def __init__(self, records: Records, people: People, sender: Sender) -> None:
        self._records = records
        self._people = people
        self._sender = sender

    def prepare(self, command: ShowForm, delivery: Delivery, chat: Chat) -> Prepared:
        """Look up the Request, its asker and the form; Unavailable while one is not known."""
        with self._records.store.read() as tx:
            request = tx.requests.get(command.request_id)
            fields = self._records.form(tx)
        if request is None or request.state is not RequestState.ASKED:
            if request is not None and request.state is RequestState.EXPIRED:
                raise Rejected("the request expired before its form could be shown")
            return Done(Nothing())
        if not fields.fields:
            raise Unavailable("the helpdesk's form is not known yet")
        profile = self._profile(request.asker, delivery)
        ways = self._ways(request)
        view = partial(_view, request, profile, fields, chat, late=command.late)
        return Ready(lambda: self._show(view, ways, delivery.id, profile))

    def _profile(self, person: PersonId, delivery: Delivery) -> Profile:
        """Return who is asking; a form without the address is better than none for long."""
        try:
            return self._people.profile(person)
        except Unavailable:
            if delivery.tries < _PROFILE_TRIES:
                raise
            return Profile(person, "")

    def _ways(self, request: Request) -> Ways:
        """Private ways first; a group's topic takes no ephemeral card, nor does a thread.

        https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN
        """
        chat_id = request.thread.chat_id
        always: Ways = (
            (Place.DIRECT, Direct(request.asker)),
            (Place.THREAD, InThread(request.thread)),
        )
        if request.top_level and self._people.chat_mode(chat_id) == "group":
            return ((Place.EPHEMERAL, OnlyFor(chat_id, request.asker)), *always)
        return always

    def _show(
        self, view: Callable[..., FormView], ways: Ways, key: DeliveryId, profile: Profile
    ) -> Outcome:
        refusal: Rejected | None = None
        for place, where in ways:
            try:
                sent = self._sender.send(where, view(place), key)
            except Rejected as exc:
                if exc.cause not in _ANOTHER_WAY_MAY_WORK[place]:
                    raise
                refusal = exc
                continue
            return Shown(place, sent.message_id, profile.email)
        if refusal is not None and refusal.cause is Cause.SILENCED:
            raise Unavailable(str(refusal), SILENCED_SECONDS)
        raise refusal or Rejected("there is no way to reach this person", Cause.PLACE)


def _view(
    request: Request, profile: Profile, fields: Form, chat: Chat, place: Place, *, late: bool
) -> FormView:
    """A card that others can see holds nothing that the asker or the profile said."""
    private = place is not Place.THREAD
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
        place=place,
        language=chat.language,
    )
