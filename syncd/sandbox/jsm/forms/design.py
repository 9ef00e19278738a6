"""A Form as its administrator draws it.

https://developer.atlassian.com/cloud/forms/rest/
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Choice:
    """One choice of a question; a cascading one has children."""

    id: str
    label: str
    children: tuple["Choice", ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    """Its label by language, where an administrator has translated it."""


@dataclass(frozen=True)
class Question:
    """One question; `type` as the design has it: ts tl rt te no da cd cs cc ..."""

    id: str
    type: str
    label: str
    required: bool = False
    choices: tuple[Choice, ...] = ()
    linked: str = ""
    """The field of Jira that its answer goes to, and that its choices come from."""
    rules: tuple[tuple[str, Any], ...] = ()
    """The rest of `validation`: mxc, mnn, wh ..."""
    description: str = ""
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Section:
    """Questions that a condition shows; without a trigger they are always shown."""

    id: str
    questions: tuple[Question, ...]
    trigger: str = ""
    choices: tuple[str, ...] = ()
    """Any of these, answered to the trigger, shows it."""
    odd: tuple[tuple[str, Any], ...] = ()
    """Members of the condition's `i` that stand in the place of the plain one."""


@dataclass(frozen=True)
class Form:
    """What is attached to a request type."""

    name: str
    main: tuple[Question, ...]
    sections: tuple[Section, ...] = field(default=())

    @property
    def questions(self) -> dict[str, Question]:
        every = (*self.main, *(q for section in self.sections for q in section.questions))
        return {question.id: question for question in every}
