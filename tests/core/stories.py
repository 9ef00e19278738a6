"""People, chats and records that the stories about decisions begin with."""

from dataclasses import replace
from typing import TypeVar

from syncd.core.decide import decide
from syncd.core.delivery import Command, Decision, Delivery
from syncd.core.desks.desk import UNNAMED
from syncd.core.events import ChatMessage, Event, Named
from syncd.core.fields.field import Field, FieldKind, Option
from syncd.core.fields.form import Form
from syncd.core.kinds import TellPerson
from syncd.core.known import Known, Rules
from syncd.core.model import (
    AccountId,
    Author,
    Chat,
    ChatId,
    Comment,
    CommentId,
    DeliveryId,
    DeliveryState,
    Link,
    MessageId,
    Ms,
    PersonId,
    Plan,
    Request,
    RequestId,
    RequestState,
    Thread,
    Ticket,
    TicketId,
    TicketKey,
)
from syncd.core.prose.said import blocks
from syncd.core.publicity import Signs

C = TypeVar("C")

DAY = 86_400_000
NOW = Ms(20_000 * DAY + 1)
ANN, BEN, BOT = PersonId("ou_ann"), PersonId("ou_ben"), PersonId("ou_bot")
ACME = Chat(ChatId("oc_acme"), enabled=True)
PREMIUM = replace(ACME, plan=Plan.PREMIUM)
STRANGERS = Chat(ChatId("oc_acme"))
THREAD = Thread(ACME.id, MessageId("om_root"))
OURS, ENGINEER = AccountId("acc-bot"), AccountId("acc-eve")
REPORTER, PARTICIPANT = AccountId("acc-ann"), AccountId("acc-pia")
PUBLIC = Signs(jsd_public=True)
INTERNAL = Signs(jsd_public=True, internal=True)

FORM = Form(
    (
        Field("summary", FieldKind.TEXT, "Summary", required=True, max_length=255),
        Field("description", FieldKind.MULTILINE, "Description"),
        Field(
            "severity",
            FieldKind.SELECT,
            "Severity",
            options=(Option("10", "High"), Option("11", "Low")),
        ),
        Field(
            "parts",
            FieldKind.MULTISELECT,
            "Parts",
            options=(Option("a", "Disk"), Option("b", "Net")),
        ),
        Field("due", FieldKind.DATE, "Due"),
        Field("hosts", FieldKind.NUMBER, "Hosts"),
        Field("tags", FieldKind.LABELS, "Tags"),
        Field("approver", FieldKind.UNSUPPORTED, "Approver"),
    )
)


def read_address(typed: str) -> str | None:
    name, at, domain = typed.partition("@")
    return f"{name}@{domain.lower()}" if name and at and "." in domain else None


RULES = Rules(portal_base="https://help.example", read_address=read_address)


def happens(event: Event, known: Known, now: Ms = NOW) -> Decision:
    return decide(event, known, RULES, now)


def said(
    text: str,
    *,
    by: PersonId = ANN,
    inside: str = "",
    naming: tuple[Named, ...] = (),
    id: str = "om_said",
) -> ChatMessage:
    """What somebody wrote in the group; `@bot` in the text is a mention of the bot."""
    bot = (Named("@bot", BOT, "Support Bot"),) if "@bot" in text else ()
    return ChatMessage(
        message_id=MessageId(id),
        chat_id=ACME.id,
        direct=False,
        thread_root=MessageId(inside),
        sender=by,
        from_person=True,
        text=text,
        named=(*bot, *naming),
        sent_ms=NOW,
    )


def knowing(chat: Chat = ACME, **more: object) -> Known:
    form = more.pop("form", FORM)
    asks = {"form": form, "offers": more.pop("offers", {UNNAMED: form})}
    return Known(chat, **{"bot": BOT, "fresh_id": RequestId("r-new"), **asks, **more})


def asked(state: RequestState = RequestState.ASKED, **more: object) -> Request:
    """Ann's request; it was made an hour before NOW."""
    first = Request(
        id=RequestId("r1"),
        thread=THREAD,
        top_level=True,
        asker=ANN,
        state=state,
        values={"summary": "It is down"},
        created_ms=Ms(NOW - 3_600_000),
        expires_ms=Ms(NOW + 3_600_000),
    )
    return replace(first, **more)


def linked(**more: object) -> Link:
    link = Link(
        thread=THREAD,
        ticket_id=TicketId("10007"),
        ticket_key=TicketKey("HELP-7"),
        request_id=RequestId("r1"),
        asker=ANN,
        created_ms=NOW,
        portal_path="/portal/2/HELP-7",
    )
    return replace(link, **more)


def delivered(command: Command, **more: object) -> Delivery:
    """A delivery of that command, as it stands when its result is decided on."""
    delivery = Delivery(
        id=DeliveryId("d1"),
        command=command,
        lane="lane",
        dedupe_key="key",
        state=DeliveryState.SENDING,
        enqueued_ms=NOW,
        chat_id=ACME.id,
        request_id=RequestId("r1"),
    )
    return replace(delivery, **more)


def comment(number: int, author: AccountId = ENGINEER, **more: object) -> Comment:
    """A public comment by an engineer, written `number` milliseconds after NOW."""
    kind = str(more.pop("kind", "atlassian"))
    written = Comment(
        id=CommentId(f"c{number}"),
        author=Author(author, "Eve", kind),
        body=blocks(f"remark {number}"),
        created_ms=Ms(NOW + number),
        updated_ms=Ms(NOW + number),
        signs=PUBLIC,
    )
    return replace(written, **more)


def ticket(*comments: Comment) -> Ticket:
    return Ticket(
        id=TicketId("10007"),
        key=TicketKey("HELP-7"),
        title="It is down",
        status="Waiting for customer",
        updated="2026-01-02T03:04:05.678+0000",
        reporter=REPORTER,
        participants=(PARTICIPANT,),
        comments=comments,
    )


def ordered(decision: Decision, kind: type[C]) -> list[C]:
    """The commands of that kind which a decision enqueues."""
    return [order.command for order in decision.orders if isinstance(order.command, kind)]


def only(decision: Decision, kind: type[C]) -> C:
    """The one command that a decision enqueues."""
    assert [type(order.command) for order in decision.orders] == [kind]
    return ordered(decision, kind)[0]


def told(decision: Decision) -> str:
    """What a decision tells its one listener."""
    return only(decision, TellPerson).text


def toast(decision: Decision) -> str:
    """What the clicker sees at once."""
    assert decision.toast is not None
    return decision.toast.text
