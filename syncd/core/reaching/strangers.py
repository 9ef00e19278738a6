"""People of whom hardly anything is known: what events tell of them, and what stands for them."""

import base64
import hashlib
from dataclasses import dataclass

from syncd.core.model import PersonId


@dataclass(frozen=True)
class Met:
    """What an event tells of somebody; what it does not tell is empty."""

    person: PersonId
    """Empty: the app itself."""
    name: str = ""
    tenant: str = ""
    """Which company's Lark they use."""


def sign_of(person: PersonId) -> str:
    """Return four letters that are always the same for somebody, and hardly ever another's."""
    digest = hashlib.sha256(person.encode("utf-8", "replace")).digest()
    return base64.b32encode(digest).decode()[:4]


def masked(address: str) -> str:
    """Return an address as everybody may see it: `a***@acme.com`."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1] if len(name) > 1 else ''}***@{domain}"
