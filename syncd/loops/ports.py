"""What the loops need of the two platforms; the adapters fulfil it.

Every method may raise the four failures of `core.errors`: Unavailable (nothing was done),
Rejected (a definite no), Uncertain (it may have been done), Unauthorized (our login).
Reads never raise Uncertain. None of them retries a write, and none of them sleeps.
"""

from collections.abc import Collection, Iterable
from typing import Protocol

from syncd.core.doubt import Probe
from syncd.core.model import (
    AccountId,
    ChatId,
    Comment,
    CommentId,
    DeliveryId,
    Filed,
    Filing,
    Form,
    MessageId,
    Ms,
    Page,
    PersonId,
    Profile,
    Ticket,
    TicketId,
    TicketKey,
)
from syncd.core.publicity import Publicity
from syncd.core.text import Body
from syncd.core.views import Content, Said, Sent, Sighting, Where


class Messenger(Protocol):
    """The chat platform."""

    def bot(self) -> PersonId:
        """Return the bot's own id, as it stands in mentions and as sender."""

    def chat_mode(self, chat_id: ChatId) -> str:
        """Return `group`, `topic` or `p2p`."""

    def profile(self, person: PersonId) -> Profile:
        """Return the person's name, and the e-mail address where the app may read it."""

    def send(self, where: Where, content: Content, key: DeliveryId) -> Sent:
        """Show `content` there. The same key within an hour shows nothing twice, but `OnlyFor`
        has no key: there an Uncertain must not be sent again.

        Rejected with Cause.PLACE: this person or chat cannot be reached this way.
        Rejected with Cause.GONE: the thread's root no longer exists.
        """

    def remove(self, message_id: MessageId, *, private: bool) -> None:
        """Take a card of ours away (`private`: an ephemeral one); gone already is success."""

    def replace(self, message_id: MessageId, content: Content, key: DeliveryId) -> None:
        """Show `content` in the place of a message of ours; doing it twice does no harm."""

    def find(self, where: Where, key: DeliveryId, since_ms: Ms) -> Sighting:
        """Read a group or a thread back and look for our message with that key."""

    def since(self, where: Where, since_ms: Ms) -> Iterable[bytes]:
        """Yield what people wrote there since then, oldest first, as events would bring it.

        However much it is; a failure may come in the middle.
        """

    def latest(self, chat_id: ChatId) -> list[Said]:
        """Return what people wrote last at the top level of a group, at the price of one call."""


class Helpdesk(Protocol):
    """The ticket system."""

    def whoami(self) -> AccountId:
        """Return our own account, proving the login; Unauthorized when it is not accepted."""

    def form(self) -> Form:
        """Return the request type's fields without the reporter; unsupported kinds included."""

    def find_account(self, email: str) -> AccountId | None:
        """Return the account with exactly that address, None when the helpdesk shows none."""

    def make_account(self, email: str, name: str, *, invite: bool) -> AccountId:
        """Invite or create a customer, add it to the desk and return it.

        Rejected with Cause.FORBIDDEN: our account may not do that.
        """

    def key_floor(self) -> int:
        """Return the highest ticket number of the project known just now, 0 when none."""

    def create(self, filing: Filing) -> Filed:
        """Create the ticket on behalf of its reporter. Never retried inside.

        Rejected with Cause.INVALID: the values; the reason is for the person who typed them.
        """

    def find_created(
        self, marker: str, floor: int, sent_ms: Ms, canaries: tuple[TicketId, ...]
    ) -> Probe:
        """Look for tickets with that marker: by their keys above `floor`, then by search.

        Of `canaries` one must be visible, or finding nothing proves nothing; where there are none
        the ticket at the floor serves, and without any ticket that we may see the project.
        """

    def changed_since(self, since_ms: Ms, page: str) -> Page:
        """Return one page of tickets changed since then; `page` is empty for the first."""

    def tickets(self, ids: list[TicketId]) -> list[Ticket]:
        """Return those tickets with all their comments, in bulk; invisible ones are missing.

        A comment's own properties are not read yet: `signs.internal` is None and `ref` is empty.
        """

    def keys(self, ids: list[TicketId]) -> dict[TicketId, TicketKey]:
        """Return the keys that those tickets have now, in bulk; invisible ones are missing."""

    def comment_details(self, ids: list[CommentId]) -> dict[CommentId, Comment]:
        """Return those comments afresh, with their properties; invisible ones are missing."""

    def publicity(self, key: TicketKey, comment_id: CommentId) -> Publicity:
        """Ask the portal's own view whether the comment is public this moment.

        UNREADABLE when the answer proves nothing; NOT_PUBLIC only on a proven login.
        """

    def portal_hides(self, key: TicketKey, ids: Collection[CommentId]) -> set[CommentId]:
        """Return those of the ticket's comments which the portal is proven not to show.

        It says so of them, or denies to have them while it has their ticket; to be left out of a
        list proves nothing. Rejected: it does not have the ticket, which proves nothing either.
        """

    def portal_path(self, ticket: TicketId) -> str | None:
        """Return the path under which customers find the ticket, empty when nobody says; None when
        the portal does not have it, on a proven login."""

    def add_comment(self, ticket: TicketKey, author: str, body: Body, key: DeliveryId) -> CommentId:
        """Write a public comment that carries `key` in the same call. Never retried inside."""

    def find_comment(self, ticket: TicketKey, key: DeliveryId) -> CommentId | None:
        """Return the comment that carries `key`; None when it is proven absent."""
