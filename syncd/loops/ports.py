"""What the loops need of the two platforms; the adapters fulfil it.

Every method may raise the four failures of `core.errors`: Unavailable (nothing was done),
Rejected (a definite no), Uncertain (it may have been done), Unauthorized (our login).
Reads never raise Uncertain. None of them retries a write, and none of them sleeps.
"""

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

from syncd.core.desks.desk import UNNAMED, RequestKind
from syncd.core.desks.filing import Filing
from syncd.core.doubt import Probe
from syncd.core.events import ChatMessage
from syncd.core.fields.field import Problem
from syncd.core.fields.form import Form
from syncd.core.files.found import InMessage, OnComment
from syncd.core.model import (
    AccountId,
    ChatId,
    Comment,
    CommentId,
    DeliveryId,
    Filed,
    Language,
    MessageId,
    Ms,
    PersonId,
    Profile,
    Thread,
    Ticket,
    TicketId,
    TicketKey,
)
from syncd.core.operators.site import Site
from syncd.core.publicity import Publicity
from syncd.core.reaching.capability import Group
from syncd.core.reaching.strangers import Met
from syncd.core.text import Body
from syncd.core.ticket_card.moves import Transition
from syncd.core.ticket_card.rating import Rating
from syncd.core.views import AlarmView, Content, FormView, Quoted, Said, Sent, Sighting, Where
from syncd.core.watching import Page


class Messenger(Protocol):
    """The chat platform."""

    def bot(self) -> PersonId:
        """Return the bot's own id, as it stands in mentions and as sender."""

    def group(self, chat_id: ChatId) -> Group:
        """Return what kind of chat it is; Rejected where the app may not know."""

    def profile(self, person: PersonId) -> Profile:
        """Return the person's name and e-mail address, each empty where the app may not read it."""

    def members(self, chat_id: ChatId) -> Iterable[Met]:
        """Yield who is in a group, a page a call; Rejected where the app may not know."""

    def is_member(self, chat_id: ChatId, person: PersonId) -> bool | None:
        """Tell whether somebody is in a group, None where its list is too long to tell that they
        are not; Rejected where the app may not know."""

    def names(self, people: Collection[PersonId]) -> list[Met]:
        """Return the names of up to ten people, those that the app may know, at one call."""

    def read(
        self,
        message_id: MessageId,
        bot: PersonId = PersonId(""),
        language: Language = Language.EN,
    ) -> Quoted | None:
        """Return what a message says, without the mention of `bot`; None for one of ours, one
        without words, and a deleted one.

        Rejected: it may not be read.
        """

    def heard(self, message_id: MessageId) -> ChatMessage | None:
        """Return a message as an event would bring it, one of an app without a sender; None for a
        deleted one. Of one of ours the words are left out. Rejected: it may not be read."""

    def earlier(
        self, thread: Thread, until_ms: Ms, most: int, bot: PersonId, language: Language
    ) -> list[Quoted]:
        """Return what people wrote last in a thread before then, below its root, oldest first."""

    def reserve(self, where: Where) -> AbstractContextManager[None]:
        """Keep room within our own rate limits for one message that this thread is about to send;
        what was not sent when the context ends is given back. Limited: there is no room."""

    def wait_for(self, chat_id: ChatId) -> float:
        """Return the seconds until our own limits let one more message into the group, 0: now."""

    def send(self, where: Where, content: Content, key: DeliveryId) -> Sent:
        """Show `content` there. The same key within an hour shows nothing twice, but `OnlyFor`
        has no key: there an Uncertain must not be sent again.

        Rejected with Cause.PLACE: this person or chat cannot be reached this way.
        Rejected with Cause.GONE: the thread's root no longer exists.
        """

    def shortened(self, form: FormView) -> tuple[str, ...]:
        """Return a sentence for operators about each thing that a form has no room for."""

    def remove(self, message_id: MessageId, *, private: bool) -> None:
        """Take a card of ours away (`private`: an ephemeral one); gone already is success."""

    def replace(self, message_id: MessageId, content: Content, key: DeliveryId) -> None:
        """Show `content` in the place of a message of ours; doing it twice does no harm."""

    def react(self, message_id: MessageId, emoji: str) -> None:
        """Put an emoji of ours on a message; doing it twice shows it once.

        Rejected with Cause.GONE: there is no such message any more. Denied: a scope is missing.
        """

    def unreact(self, message_id: MessageId, emoji: str) -> None:
        """Take an emoji of ours away; gone already is success."""

    def find(self, where: Where, keys: Collection[DeliveryId], since_ms: Ms) -> Sighting:
        """Read a group or a thread back and look for our message with one of those keys."""

    def since(self, where: Where, since_ms: Ms) -> Iterable[bytes]:
        """Yield what people wrote there since then, oldest first, as events would bring it.

        However much it is; a failure may come in the middle.
        """

    def download(self, message_id: MessageId, file: InMessage, into: BinaryIO, most: int) -> None:
        """Write a file of a message into another.

        Rejected with Cause.TOO_LARGE: it has more than `most` bytes, or more than is handed out.
        """

    def upload(self, kind: str, name: str, file: BinaryIO) -> str:
        """Bring a picture (`image`) or a file, to be sent; return its key. Repeating it does no
        harm. Never raises Uncertain.

        Rejected with Cause.TOO_LARGE or Cause.CONTENT: such a one is not taken.
        """

    def address(self, chat_id: ChatId) -> str:
        """Return a link that opens the group."""

    def latest(self, chat_id: ChatId) -> list[Said]:
        """Return what people wrote last at the top level of a group, at the price of one call."""


class Helpdesk(Protocol):
    """The ticket system."""

    def whoami(self) -> AccountId:
        """Return our own account, proving the login; Unauthorized when it is not accepted."""

    def form(
        self,
        kind: RequestKind = UNNAMED,
        language: Language | None = None,
        known: Form | None = None,
    ) -> Form:
        """Return the fields of that kind of request without the reporter; unsupported kinds
        included.

        `known`: the form as it was last read, for what of it cannot be read now (`Form.unread`).

        `language`: that of its words, where the helpdesk has them; None: that of our account.
        """

    def find_account(self, email: str, desk: str = "") -> AccountId | None:
        """Return the account with exactly that address that may raise tickets on the desk, None
        when the helpdesk shows none."""

    def find_person(self, email: str) -> AccountId | None:
        """Return the account with exactly that address, a customer of the desk or not; None when
        the helpdesk shows none."""

    def make_account(
        self,
        email: str,
        name: str,
        desk: str = "",
        *,
        invite: bool,
        made: AccountId | None = None,
        spend: Callable[[], None] = lambda: None,
        keep: Callable[[AccountId], None] = lambda account: None,
    ) -> AccountId:
        """Invite or create a customer, add it to the desk and return it.

        `spend` is called before an account is made that was not there; it may raise Rejected.
        `keep` is called with a new one at once: should the rest fail, nothing else may tell what it
        is, and the next call takes it as `made`.
        Rejected with Cause.FORBIDDEN: our account may not do that.
        """

    def add_participant(self, ticket: TicketKey, account: AccountId) -> None:
        """Make an account a participant of the request; doing it twice does no harm. Rejected: our
        account may not, or that one cannot be a participant."""

    def key_floor(self, project: str) -> int:
        """Return the highest ticket number of the project known just now, 0 when none."""

    def problems(self, filing: Filing) -> tuple[Problem, ...]:
        """Return what is wrong with each value that `create` would refuse, in the filing's language
        where the helpdesk speaks it; none where it cannot be asked. Creates nothing.

        FormChanged: it is to be read again, and so is what the asker was asked.
        """

    def create(self, filing: Filing) -> Filed:
        """Create the ticket on behalf of its reporter. Never retried inside, but that a definite no
        may be asked about once more in another form of the same words.

        Rejected with Cause.INVALID: the values; the reason is for the person who typed them.
        """

    def site(self) -> Site:
        """Return what names the site; Unavailable when it does not answer."""

    def find_created(
        self, project: str, marker: str, floor: int, sent_ms: Ms, canaries: tuple[TicketId, ...]
    ) -> Probe:
        """Look for tickets of the project with that marker: by their keys above `floor`, then by
        search.

        Of `canaries` one must be visible, or finding nothing proves nothing; where there are none
        the ticket at the floor serves, and without any ticket that we may see the project.
        """

    def clear_reference(self, ticket: TicketId, marker: str) -> None:
        """Keep the marker where nobody sees it, and take its reference off the ticket's summary;
        doing it twice does no harm. Rejected: our account may not, or the ticket is gone."""

    def changed_since(self, since_ms: Ms, page: str) -> Page:
        """Return one page of tickets of all projects changed since then; `page` is empty for the
        first. A project that it refuses to search stops no other."""

    def tickets(self, ids: list[TicketId]) -> list[Ticket]:
        """Return those tickets with all their comments, in bulk; invisible ones are missing.

        A comment's own properties are not read yet: `signs.internal` is None and `ref` is empty.
        """

    def keys(self, ids: list[TicketId]) -> dict[TicketId, TicketKey]:
        """Return the keys that those tickets have now, in bulk; invisible ones are missing."""

    def comment_details(self, ids: list[CommentId]) -> dict[CommentId, Comment]:
        """Return those comments afresh, with their properties; invisible ones are missing."""

    def as_customer(self, key: TicketKey) -> Filed | None:
        """Return the ticket as the portal tells of it; None where it is no request that we see."""

    def transitions(self, key: TicketKey) -> tuple[Transition, ...]:
        """Return what the helpdesk offers the ticket's customer now; nothing is not unusual."""

    def move(self, key: TicketKey, transition: Transition, said: str, mark: DeliveryId) -> None:
        """Make that transition by our own account, with a public note that says so and by which
        `find_comment` finds it. Never retried inside. Rejected: nothing was done, because it is not
        offered any more, or our account may not."""

    def rate(self, key: TicketKey, rating: Rating) -> None:
        """Give the ticket's feedback by our own account; giving the same twice does no harm.
        Rejected: nothing was done, because the helpdesk takes none of us, or none at all."""

    def rating(self, key: TicketKey) -> Rating:
        """Return the ticket's feedback; Rejected where there is none that we may see."""

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

    def change_comment(
        self, ticket: TicketKey, comment: CommentId, author: str, body: Body, key: DeliveryId
    ) -> None:
        """Let a comment of ours say something else; doing it twice does no harm.

        Rejected with Cause.GONE: it is gone, or hidden from us."""

    def delete_comment(self, ticket: TicketKey, comment: CommentId) -> None:
        """Take a comment of ours away; Rejected as by `change_comment`."""

    def add_comment(self, ticket: TicketKey, author: str, body: Body, key: DeliveryId) -> CommentId:
        """Write a public comment that carries `key` in the same call. Never retried inside."""

    def add_note(self, ticket: TicketKey, body: Body, key: DeliveryId) -> CommentId:
        """Write a comment for engineers alone that carries `key` in the same call. Never retried
        inside."""

    def find_comment(self, ticket: TicketKey, key: DeliveryId) -> CommentId | None:
        """Return the comment that carries `key`; None when it is proven absent."""

    def files(self, ticket: TicketKey, comment_id: CommentId) -> tuple[OnComment, ...]:
        """Return what is attached to a comment, in order; Rejected where the portal does not have
        it. Whether it is public is for `publicity` to say."""

    def download(self, file: OnComment, into: BinaryIO, most: int) -> None:
        """Write an attached file into another; Rejected TOO_LARGE behind `most` bytes."""

    def upload_limit(self) -> int | None:
        """Return the most bytes that a file may have; 0: none is taken, None: nobody says."""

    def upload(self, ticket: TicketKey, name: str, type: str, file: BinaryIO) -> str:
        """Bring a file, which then waits to be attached; return by what it is known for a while.

        Never raises Uncertain. Rejected with Cause.TOO_LARGE or Cause.CONTENT: such a file is not
        taken.
        """

    def attach(
        self, ticket: TicketKey, temporary: str, author: str, name: str, key: DeliveryId
    ) -> CommentId:
        """Attach it by a public comment that carries `key`. Never retried inside.

        Rejected with Cause.CONTENT: nothing was attached; the file may be forgotten meanwhile.
        """


class Translator(Protocol):
    """What translates; a failure is never Uncertain, because nothing is changed by asking."""

    @property
    def longest(self) -> int:
        """The most characters that it takes at once."""

    @property
    def detects(self) -> bool:
        """Whether `language` asks the engine, which costs as much as to translate."""

    def language(self, text: str) -> str:
        """Return the code of the language that it is in; empty where that need not be asked."""

    def translate(self, text: str, source: str, into: str) -> str:
        """Return the text in another language, as many lines as it has. `source`: what `language`
        returned."""


class Webhook(Protocol):
    """The operators' own address for alarms."""

    def tell(self, alarm: AlarmView) -> None:
        """Tell it; Rejected, Unavailable or Uncertain when it was not, or perhaps not, taken."""
