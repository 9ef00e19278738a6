"""TellPerson: a private message to one person."""

from dataclasses import dataclass
from typing import ClassVar

from syncd.core import text as prose
from syncd.core.delivery import Command, Order
from syncd.core.model import SUMMARY, ChatId, MessageId, PersonId, Request, RequestId

_NOWHERE = MessageId("")
_TITLE = 80
"""Letters; enough to know one's own words again."""


@dataclass(frozen=True)
class TellPerson(Command):
    """Tell one person something, privately.

    By direct message, which has an idempotency key; only where Lark refuses that, by an ephemeral
    card, which has none and may be shown twice.
    """

    only_where_served: ClassVar[bool] = False
    alarming: ClassVar[bool] = False
    texts: ClassVar[tuple[str, ...]] = ("text", "title", "body")

    chat_id: ChatId
    person: PersonId
    text: str
    title: str = ""
    """The beginning of the request or reply that it is about, in the person's own words."""
    waits_in: MessageId = MessageId("")
    """The thread in which a button shows it, where there is no private way to the person."""

    body: str = ""
    """What follows, as a text tree that `core.text.dump` wrote; empty: nothing."""

    def word(self) -> str:
        """Return the words without addresses, which nobody can click there."""
        tree = prose.load(self.body) if self.body else ()
        return "\n".join((self.text, *map(_line, tree)))


def _line(block: prose.Block) -> str:
    said = block.inlines if isinstance(block, prose.Paragraph) else ()
    return "".join(one.text for one in said if isinstance(one, prose.Text | prose.Anchor))


def tell(
    chat_id: ChatId,
    person: PersonId,
    text: str,
    because: str,
    request_id: RequestId = RequestId(""),
    about: str = "",
    root: MessageId = _NOWHERE,
    body: prose.Body = (),
) -> Order:
    """Order a private message; `because` names the occasion, so that it is sent once for each.

    `about`: the request or reply that it is about, in the person's own words. `root`: the thread
    in which it waits behind a button, where there is no private way to the person. `body`: what
    follows the text, in paragraphs.
    """
    title = " ".join(about.split())
    short = title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"
    command = TellPerson(chat_id, person, text, short, root, prose.dump(body) if body else "")
    lane, key = f"lark:person:{person}", f"tell:{because}"
    return Order(command, lane, key, chat_id, request_id, person=person)


def tell_asker(request: Request, text: str, because: str) -> Order:
    """Order a private message to the asker, with the Request's summary as title."""
    typed = request.values.get(SUMMARY, "")
    about = typed if isinstance(typed, str) else ""
    thread = request.thread
    return tell(thread.chat_id, request.asker, text, because, request.id, about, thread.root)
