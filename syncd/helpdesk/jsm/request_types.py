"""The request types as they were last read, each with its Form."""

from collections.abc import Callable

from syncd.core.desks.desk import RequestKind
from syncd.core.desks.filing import Filing
from syncd.core.model import Language
from syncd.helpdesk.jsm.about import About
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.forms.reader import Forms
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire import filing, form
from syncd.helpdesk.jsm.wire.call import Answer
from syncd.helpdesk.jsm.wire.form import Choices, RequestType


class RequestTypes:
    """Safe from any thread: what is kept is replaced whole. `monotonic` returns seconds."""

    def __init__(
        self,
        connection: Connection,
        settings: JsmSettings,
        about: About,
        monotonic: Callable[[], float],
    ) -> None:
        self._connection, self._settings = connection, settings
        self._about, self._monotonic = about, monotonic
        self._read: dict[RequestKind, RequestType] = {}
        self._spoken: dict[tuple[RequestKind, Language], RequestType] = {}
        self._forms: dict[RequestKind, Forms] = {}

    def forms(self, kind: RequestKind) -> Forms:
        """Return the one reader of its Form, made when it is first asked for."""
        found = self._forms.get(kind)
        if found is None:
            fresh = Forms(self._connection, self._settings.of(kind), self._about, self._monotonic)
            found = self._forms.setdefault(kind, fresh)
        return found

    def for_filing(self, wanted: Filing) -> RequestType:
        """Return the one that is known, read anew where it does not fit what is to be filed."""
        known = self._read.get(wanted.kind)
        if known is not None and filing.fits(wanted, known):
            return known
        return self.read(wanted.kind)

    def read(self, kind: RequestKind) -> RequestType:
        self._read[kind] = found = self._fields(kind)
        return found

    def read_in(self, kind: RequestKind, language: Language) -> RequestType:
        """Return it in the words of that language."""
        self._spoken[kind, language] = found = self._fields(kind, language)
        return found

    def named(self, wanted: Filing, known: RequestType) -> RequestType:
        """Return the request type with the words that the asker has read."""
        language = wanted.language
        return self._spoken.get((wanted.kind, language), known) if language else known

    def forget(self, kind: RequestKind) -> None:
        """Have it read before the next create."""
        self._read.pop(kind, None)

    def _fields(self, kind: RequestKind, language: Language | None = None) -> RequestType:
        settings = self._settings.of(kind)
        fields = self._connection.read(
            form.fields(settings.service_desk, settings.request_type, language),
            lambda answer: self._described(answer, settings.choices),
        )
        return self.forms(kind).joined(fields, language)

    def _described(self, answer: Answer, choices: Choices) -> RequestType:
        """Where there are several request types, one without the field that was named for the
        marker has it where any other would."""
        marker_field = self._settings.marker_field
        read = form.read_fields(answer, marker_field, choices)
        if not self._settings.offers_a_choice or marker_field in read.field_ids:
            return read
        return form.read_fields(answer, "", choices)
