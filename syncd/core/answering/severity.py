"""How urgent a ticket is, as whoever asked has said, or the chat's presets."""

from collections.abc import Collection
from dataclasses import dataclass

from syncd.core.fields.field import Field, Option
from syncd.core.fields.form import Form
from syncd.core.fields.naming import named_option
from syncd.core.fields.plan import ReadAddress, plan, preset
from syncd.core.model import Chat, Values


@dataclass(frozen=True)
class Severity:
    """What was chosen in the field that tells how urgent a ticket is."""

    field: Field
    option: Option

    @property
    def label(self) -> str:
        return self.option.label

    def is_called(self, name: str) -> bool:
        """Tell whether that is its label, or the first words of it: `S1` of `S1 - all is down`."""
        if named := named_option(name, self.field):
            return named == self.option.value
        labels = (self.option.label, self.option.also)
        return any(_begins(label.casefold(), name.casefold()) for label in labels)

    def is_highest(self, highest: Collection[str]) -> bool:
        """Tell whether it has one of these names; without any, whether it is the first choice."""
        if highest:
            return any(map(self.is_called, highest))
        return bool(self.field.options) and self.field.options[0] == self.option


def severity_of(
    values: Values, field_id: str, form: Form, chat: Chat, read_address: ReadAddress
) -> Severity | None:
    """Return the severity of a submitted form; None where nobody has said any."""
    field = next((field for field in form.fields if field.id == field_id), None)
    if field is None:
        return None
    said = (values | preset(plan(form, chat, read_address))).get(field_id, "")
    chosen = said if isinstance(said, str) else "".join(said[:1])
    listed = {option.value: option for option in field.options}
    return Severity(field, listed.get(chosen) or Option(chosen, chosen)) if chosen else None


def _begins(label: str, name: str) -> bool:
    return label.startswith(name) and not label[len(name) :][:1].isalnum()
