"""One value of one field, and what it is checked against."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.state import JiraState


@dataclass(frozen=True)
class Case:
    """The field, the site it is on, and whether the body's rich texts are documents."""

    field: site.Field
    state: JiraState
    is_adf: bool = False
    base: str = ""
    """The site's address, for the links of what is stored."""


Check: TypeAlias = Callable[[Case, Any], str]
"""Returns what is wrong with a value, empty when it is right."""
Keep: TypeAlias = Callable[[Case, Any], Any]
"""Returns a checked value as the platform keeps it."""


def as_given(case: Case, value: Any) -> Any:
    return value


def each(check: Check, not_a_list: str) -> Check:
    """Return the check of a list, each item of which passes `check`."""

    def checked(case: Case, value: Any) -> str:
        if not isinstance(value, list):
            return not_a_list
        return next(filter(None, (check(case, item) for item in value)), "")

    return checked


def kept_each(keep: Keep) -> Keep:
    return lambda case, value: [keep(case, item) for item in value]
