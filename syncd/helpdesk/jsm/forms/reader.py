"""Reads the Form of the request type, and keeps what was last known of it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from syncd.core.errors import Rejected, RemoteFailure, Unauthorized, Unavailable
from syncd.core.fields.form import Form
from syncd.core.model import Language
from syncd.helpdesk.jsm.about import About
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.forms import calls, design
from syncd.helpdesk.jsm.forms.design import Attached
from syncd.helpdesk.jsm.forms.kinds import question_of
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire import failures
from syncd.helpdesk.jsm.wire.call import Answer, Call
from syncd.helpdesk.jsm.wire.form import RequestType, with_questions
from syncd.helpdesk.jsm.wire.members import Obj, UnreadableError

_ASKED_AGAIN_SECONDS = 600
"""How long nobody asks whether the Form has changed when that question was not answered."""
T = TypeVar("T")
# Whether the login itself is lost shows on the site, which is asked for the fields first.
_UNREAD = (Rejected, Unavailable, Unauthorized)


class Forms:
    """Safe from any thread: what is kept is replaced whole. `monotonic` returns seconds."""

    def __init__(
        self,
        connection: Connection,
        settings: JsmSettings,
        about: About,
        monotonic: Callable[[], float],
    ) -> None:
        self._connection, self._settings, self._about = connection, settings, about
        self._monotonic, self._not_asking_until = monotonic, -math.inf
        self.request_type = f"{settings.service_desk}/{settings.request_type}"
        self._places: list[str] = []
        self._known: Attached | None = None
        self._elsewhere: Mapping[str, Obj] = {}
        """Choices that are not in the Form itself, as they were last read."""
        self._was_read = self._does_without = False

    def remember(self, form: Form) -> None:
        """Take from a form that was read earlier what nobody can read now.

        From now on the request type is used without its Form where nobody ever could.
        """
        ours = form.attached and form.request_type == self.request_type
        if not self._was_read and self._known is None and ours:
            questions = tuple(field for field in form.fields if question_of(field))
            self._known = Attached(form.attached, questions)
        self._does_without = True

    def joined(self, kind: RequestType, language: Language | None = None) -> RequestType:
        """Return the request type with the questions of its Form.

        What cannot be read stays as it was. Unavailable: it was never read, and nobody has said
        yet (`remember`) that it was not earlier, or it was read, but not in this language.
        """
        if not calls.host(self._settings):
            return kind
        try:
            template = self._template(language)
            elsewhere = self._choices(template)
            found = _attached(template, elsewhere)
        except _UNREAD as failure:
            return self._as_known(kind, language, failure)
        if language is None:
            self._known, self._elsewhere, self._was_read = found, elsewhere, True
        return _joined(kind, found)

    def has_changed(self) -> bool:
        """Tell whether the Form is certainly another one than the one that was last read."""
        if not self._was_read or self._monotonic() < self._not_asking_until:
            return False
        try:
            return _attached(self._template(None), self._elsewhere) != self._known
        except _UNREAD:
            # What keeps this question from being answered must not keep tickets from being made.
            self._not_asking_until = self._monotonic() + _ASKED_AGAIN_SECONDS
            return False

    def _as_known(
        self, kind: RequestType, language: Language | None, failure: RemoteFailure
    ) -> RequestType:
        known = self._known
        if (known is None and not self._does_without) or (known is not None and language):
            why = f"the Form of the request type cannot be read: {failure}"
            raise Unavailable(why) from failure
        joined = _joined(kind, known)
        return replace(joined, form=replace(joined.form, unread=str(failure)))

    def _template(self, language: Language | None) -> Obj | None:
        """Return the design of the Form, None when the request type has none.

        Where it is not in the likeliest place, what that place says counts.
        """
        said: list[RemoteFailure | None] = []
        for place in self._where():
            try:
                answer = self._ask(calls.template(place, self._settings, language))
            except _UNREAD as failure:
                said.append(failure)
                continue
            if answer is not None:
                self._places = [place]
                return _readable(design.read_design, answer)
            said.append(None)
        if said[0] is not None:
            raise said[0]
        return None

    def _choices(self, template: Obj | None) -> Mapping[str, Obj]:
        if template is None or not design.needs_choices(template):
            return {}
        answer = self._ask(calls.choices(self._where()[0], self._settings))
        return _readable(design.read_choices, answer) if answer else {}

    def _ask(self, call: Call) -> Answer | None:
        """Return the answer, None where there is no such thing."""
        answer = self._connection.ask_aside(call)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise failures.of_read(answer)
        return answer

    def _where(self) -> list[str]:
        if not self._places:
            cloud_id = self._about.cloud_id()
            if not cloud_id:
                raise Unavailable("the site does not tell its cloud id, by which Forms are found")
            self._places = calls.places(self._settings, cloud_id)
        return self._places


def _joined(kind: RequestType, found: Attached | None) -> RequestType:
    return with_questions(kind, found.questions, found.name) if found else kind


def _attached(template: Obj | None, elsewhere: Mapping[str, Obj]) -> Attached | None:
    if template is None:
        return None
    try:
        return design.attached(template, elsewhere)
    except UnreadableError as broken:
        raise Unavailable(f"the Form is unreadable: {broken}") from broken


def _readable(read: Callable[[Answer], dict[str, T]], answer: Answer) -> dict[str, T]:
    try:
        return read(answer)
    except UnreadableError as broken:
        raise Unavailable(f"the Form is unreadable: {broken}") from broken
