"""Tickets and comments as the helpdesk keeps them, and as it tells of them."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from syncd.core.desks.filing import Filing
from syncd.core.model import (
    AccountId,
    Author,
    Comment,
    CommentId,
    Filed,
    Ms,
    Ticket,
    TicketId,
    TicketKey,
)
from syncd.core.prose import said
from syncd.core.publicity import Signs


class Secrecy(StrEnum):
    """How a comment says that it is not for the customer."""

    NONE = "none"
    FLAG = "flag"
    ROLE = "role"
    """Restricted to a role, though the flag says public."""
    PROPERTY = "property"
    """Internal by its property alone, which lists of a ticket do not show."""
    PORTAL = "portal"
    """Only the portal's own view knows."""


@dataclass
class Remark:
    """One comment as the helpdesk keeps it."""

    id: CommentId
    words: str
    author: AccountId
    created_ms: int
    updated_ms: int
    secrecy: Secrecy
    ref: str = ""
    public_since: int = 0
    """When it was last made public, in the order of all that engineers did."""
    always_public: bool = True
    """Whether nobody was ever to be kept from it."""
    flips: int = 0
    """How often it was made public or internal."""
    deleted: bool = False
    edited: list[int] = field(default_factory=list)
    """When it was corrected; its words say how often."""

    @property
    def public(self) -> bool:
        return self.secrecy is Secrecy.NONE and not self.deleted


@dataclass
class Issue:
    """One ticket as the helpdesk keeps it; the index knows an older `indexed`."""

    id: TicketId
    number: int
    marker: str
    updated_ms: int
    indexed: list[tuple[int, int]] = field(default_factory=list)
    """When the search index learned of which `updated_ms`."""
    remarks: list[Remark] = field(default_factory=list)
    project: str = "HELP"
    filing: Filing | None = None
    """What it was made of."""

    @property
    def key(self) -> TicketKey:
        return TicketKey(f"{self.project}-{self.number}")


def filed(issue: Issue) -> Filed:
    return Filed(issue.id, issue.key, issue.marker, "Open", f"/portal/2/{issue.key}")


def ticket(issue: Issue) -> Ticket:
    return Ticket(
        id=issue.id,
        key=issue.key,
        title=issue.marker,
        status="Open",
        updated=str(issue.updated_ms),
        updated_ms=Ms(issue.updated_ms),
        comments=tuple(_listed(remark) for remark in issue.remarks if not remark.deleted),
    )


def _listed(remark: Remark) -> Comment:
    """A comment as the list of its ticket shows it: without its properties."""
    full = whole(remark)
    return replace(full, signs=replace(full.signs, internal=None), ref="")


def whole(remark: Remark) -> Comment:
    return Comment(
        id=remark.id,
        author=Author(remark.author, "Eve"),
        body=said.blocks(remark.words),
        created_ms=Ms(remark.created_ms),
        updated_ms=Ms(remark.updated_ms),
        signs=Signs(
            jsd_public=remark.secrecy is not Secrecy.FLAG,
            visibility={"value": "Agents"} if remark.secrecy is Secrecy.ROLE else None,
            internal=True if remark.secrecy is Secrecy.PROPERTY else None,
        ),
        ref=remark.ref,
    )
