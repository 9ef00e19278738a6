"""Names of severities and SLAs in the configuration that the helpdesk knows nothing of."""

from collections.abc import Collection, Iterable

from syncd.core.answering.promise import Answering
from syncd.core.answering.severity import Severity
from syncd.core.fields.field import Field
from syncd.core.fields.form import Form
from syncd.core.model import Chat


def strange(
    answering: Answering, first_response: str, forms: Collection[Form], chats: Iterable[Chat]
) -> list[str]:
    """Return a sentence for each name that names nothing in any of the forms; `first_response`:
    that of the SLA."""
    found = []
    if first_response and not any(form.tells_answer_by for form in forms):
        found.append(
            f"severity.first_response: the site has no SLA {first_response!r}; name it as Jira "
            "does, or its field's id; until then [[responses]] counts"
        )
    named = {f"responses[{n}].severity": row.severity for n, row in enumerate(answering.responses)}
    named |= {f"severity.highest[{n}]": name for n, name in enumerate(answering.highest)}
    named = {key: name for key, name in named.items() if name}
    every = (field for form in forms for field in form.fields)
    fields = [field for field in every if field.id == answering.severity_field]
    if fields:
        return found + [
            f"{key}: {fields[0].label!r} has no choice {name!r}"
            for key, name in named.items()
            if all(field.options and not _is_choice(name, field) for field in fields)
        ]
    if named or any(chat.escalate_to for chat in chats):
        found.append(
            f"severity.field: the form asks for no {answering.severity_field}, so that no ticket "
            "has a severity"
        )
    return found


def _is_choice(name: str, field: Field) -> bool:
    return any(Severity(field, option).is_called(name) for option in field.options)
