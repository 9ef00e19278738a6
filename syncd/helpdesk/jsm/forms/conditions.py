"""Which answers make a Form show its sections.

The design's inner shape is not documented; it is as open-source tools that were held to real forms
have it. What is read otherwise than it is meant would ask the wrong questions, so that everything
that is not exactly known counts as unreadable.
"""

from dataclasses import dataclass
from typing import TypeAlias

from syncd.helpdesk.jsm.wire.members import Obj, lenient


@dataclass(frozen=True)
class Chosen:
    """The answer that a section waits for: any of these choices of one question."""

    question: str
    choices: tuple[str, ...]


Shown: TypeAlias = tuple[Chosen, ...] | None
"""Any of these shows a section, none: it is always shown; None: nobody can tell."""


def by_section(design: Obj) -> dict[str, Shown]:
    """Return what shows each section that has conditions."""
    found: dict[str, Shown] = {}
    conditions = design.get("conditions")
    for condition in conditions.values() if isinstance(conditions, dict) else ():
        shown = _chosen(condition)
        for section in _sections(condition):
            before = found.get(section, ())
            found[section] = None if shown is None or before is None else (*before, shown)
    return found


def _sections(condition: object) -> list[str]:
    outcome = condition.get("o") if isinstance(condition, dict) else None
    named = outcome.get("sIds") if isinstance(outcome, dict) else None
    return [str(one) for one in named] if isinstance(named, list) else []


def _chosen(condition: Obj) -> Chosen | None:
    """Return the one thing that the condition asks for, None when it asks for something else."""
    asked = condition.get("i")
    if not isinstance(asked, dict) or asked.get("groups") or lenient(condition, "o", "t") != "sh":
        return None
    simple = asked.get("co")
    by_question = simple.get("cIds") if isinstance(simple, dict) else None
    if not isinstance(by_question, dict) or len(by_question) != 1:
        return None
    ((question, choices),) = by_question.items()
    if not isinstance(choices, list) or not choices:
        return None
    return Chosen(str(question), tuple(str(one) for one in choices))
