"""Which of the sentences on a form that came back is about which field."""

from collections.abc import Iterable

from syncd.core.fields.field import Field


def at_fields(problem: str, fields: Iterable[Field]) -> dict[str, str]:
    """Return by field the lines that are led by its label, without that."""
    found: dict[str, str] = {}
    lines = problem.split("\n")
    for field in fields:
        led = f"{field.label}: "
        said = [line.removeprefix(led) for line in lines if line.startswith(led)]
        if said:
            found[field.id] = " ".join(said)
    return found
