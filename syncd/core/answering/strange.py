"""Names of severities and SLAs in the configuration that the helpdesk knows nothing of."""

from collections.abc import Iterable

from syncd.core.answering.promise import Answering
from syncd.core.answering.severity import Severity
from syncd.core.fields.field import Field
from syncd.core.model import Chat, Form


def strange(
    answering: Answering, first_response: str, form: Form, chats: Iterable[Chat]
) -> list[str]:
    """Return a sentence for each name that names nothing; `first_response`: that of the SLA."""
    found = []
    if first_response and not form.tells_answer_by:
        found.append(
            f"severity.first_response: the site has no SLA {first_response!r}; name it as Jira "
            "does, or its field's id; until then [[responses]] counts"
        )
    named = {f"responses[{n}].severity": row.severity for n, row in enumerate(answering.responses)}
    named |= {f"severity.highest[{n}]": name for n, name in enumerate(answering.highest)}
    named = {key: name for key, name in named.items() if name}
    field = next((f for f in form.fields if f.id == answering.severity_field), None)
    if field is not None:
        return found + [
            f"{key}: {field.label!r} has no choice {name!r}"
            for key, name in named.items()
            if field.options and not _is_choice(name, field)
        ]
    if named or any(chat.escalate_to for chat in chats):
        found.append(
            f"severity.field: the form asks for no {answering.severity_field}, so that no ticket "
            "has a severity"
        )
    return found


def _is_choice(name: str, field: Field) -> bool:
    return any(Severity(field, option).is_called(name) for option in field.options)
