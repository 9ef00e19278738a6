"""What a form is told besides its fields: the portal's own form, the priorities."""

from dataclasses import replace

from syncd.core.errors import Rejected, Unavailable
from syncd.core.fields.field import Field
from syncd.core.fields.form import Form
from syncd.core.model import Language
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire import form

_PRIORITY = "priority"


class Whole:
    """Reads what a form can do without: where that cannot be had, the form stays as it is.

    Only priorities that are listed nowhere else are worth waiting for.
    """

    def __init__(self, connection: Connection, settings: JsmSettings) -> None:
        self._connection, self._settings = connection, settings

    def form(self, known: Form) -> Form:
        fields = tuple(self._with_priorities(f) if f.id == _PRIORITY else f for f in known.fields)
        name, portal_path = self._described()
        return replace(known, fields=fields, name=name, portal_path=portal_path)

    def name(self, language: Language) -> str:
        """Return what people call such requests in that language, empty when nobody tells."""
        return self._described(language)[0]

    def _described(self, language: Language | None = None) -> tuple[str, str]:
        """Return the request type's name, and the path of the portal's own form."""
        settings = self._settings
        call = form.request_type(settings.service_desk, settings.request_type, language)
        try:
            return self._connection.read(
                call, lambda answer: (form.read_name(answer), form.read_portal_path(answer))
            )
        except (Rejected, Unavailable):
            return "", ""

    def _with_priorities(self, field: Field) -> Field:
        """Add what each priority means, and the priorities where the form does not list them."""
        try:
            project = self._connection.read(
                form.desk(self._settings.service_desk), form.read_project_id
            )
            found = self._connection.read(form.priorities(project), form.read_priorities)
        except Rejected:
            return field
        except Unavailable:
            if not field.options:
                raise
            return field
        about = {option.value: option.about for option in found}
        listed = tuple(replace(o, about=about.get(o.value, "")) for o in field.options)
        return replace(field, options=listed or found)
