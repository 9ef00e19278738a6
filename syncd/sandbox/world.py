"""One world: its people, its clock, and the two halves that the fakes serve."""

import threading
from dataclasses import dataclass

from syncd.sandbox.clock import Clock
from syncd.sandbox.faults import Faults
from syncd.sandbox.journal import Journal


@dataclass(frozen=True)
class Person:
    """Somebody who may be in Lark, in Jira, or in both."""

    key: str
    """Short handle, used by tests and the page: `aiko`."""
    name: str
    email: str
    open_id: str = ""
    """Empty when the person is not in Lark."""
    account_id: str = ""
    """Empty when Jira does not know the person (yet)."""
    account_type: str = "atlassian"
    """`atlassian`, `customer` (portal only) or `app`."""
    engineer: bool = False
    profile_readable: bool = True
    """Whether the app may read this person's e-mail from the Lark profile."""
    tenant: str = ""
    """The other company whose Lark this person uses; empty: the one that the app belongs to."""


PEOPLE = (
    Person("aiko", "Aiko Tanaka", "aiko@acme.example", "ou_aiko", "qm:sandbox:aiko", "customer"),
    Person("ben", "Ben Miller", "ben@globex.example", "ou_ben", "712020:ben"),
    Person("chen", "陈伟", "chen@acme.example", "ou_chen"),
    Person("dora", "Dora Silva", "dora@globex.example", "ou_dora", profile_readable=False),
    Person(
        "erin", "Erin Engineer", "erin@support.example", "ou_erin", "712020:erin", engineer=True
    ),
    Person("sam", "Sam Support", "sam@support.example", "", "712020:sam", engineer=True),
    Person("mei", "林梅", "mei@initech.example", "ou_mei", tenant="initech_tenant"),
    Person("omar", "Omar Haddad", "omar@initech.example", "ou_omar", tenant="initech_tenant"),
)


class World:
    """What exists, shared by both fakes. Hold `lock` to read or change any of it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.journal = Journal()
        self.faults = Faults()
        self.lock = threading.RLock()
        self.people: dict[str, Person] = {p.key: p for p in PEOPLE}

    def person(self, key: str) -> Person:
        """Return the person with that handle; KeyError names an unknown one."""
        return self.people[key]
