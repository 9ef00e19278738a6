"""What the card of a ticket looks like."""

from collections.abc import Collection
from dataclasses import replace

from syncd.core.answering.hours import read_clock
from syncd.core.answering.told import first_answer
from syncd.core.model import Chat, Filed, Ms, Plan, RequestId
from syncd.core.ticket_card.details import NO_DETAILS, Details
from syncd.core.ticket_card.moves import FINAL, Move
from syncd.core.views import Button, PostView
from syncd.core.wording import words


def card_view(
    ticket: Filed,
    answer_by: Ms,
    now: Ms,
    chat: Chat,
    portal_base: str,
    details: Details = NO_DETAILS,
) -> PostView:
    """Return key, title, status and link, what else the chat wants to see, and by when the first
    answer comes while that is to be seen."""
    wording = words(chat.language)
    return PostView(
        title=wording.ticket_created.format(key=ticket.key, title=ticket.title),
        lines=(
            wording.status.format(status=ticket.status),
            *_lines(details, now, chat),
            *first_answer(answer_by, now, chat),
        ),
        link_text=wording.open_ticket.format(key=ticket.key),
        link_url=portal_base + ticket.portal_path,
        link_button="" if chat.plan is Plan.PREMIUM else wording.answer_in_portal,
    )


def _lines(details: Details, now: Ms, chat: Chat) -> tuple[str, ...]:
    wording, lines = words(chat.language), []
    if details.assignee:
        lines.append(wording.assignee.format(name=details.assignee))
    if details.priority:
        lines.append(wording.priority.format(priority=details.priority))
    if details.updated_ms:
        # A day is always told: a card stays as it is, and tomorrow 14:05 would be another one.
        told = read_clock(details.updated_ms, Ms(0), chat.zone)
        lines.append(wording.updated.format(time=told, zone=chat.zone))
    return tuple(lines)


def with_buttons(
    view: PostView, moves: Collection[Move], request_id: RequestId, chat: Chat
) -> PostView:
    """Add a button for each thing that can be done with the ticket; the Request, by which a click
    finds it."""
    if not request_id:
        return view
    wording = words(chat.language)
    called = {
        Move.RESOLVE: wording.move_resolve,
        Move.REOPEN: wording.move_reopen,
        Move.ESCALATE: wording.move_escalate,
    }
    buttons = tuple(
        Button(move, called[move], move, confirm=wording.move_sure if move in FINAL else "")
        for move in moves
    )
    return replace(view, buttons=buttons, request_id=request_id, language=chat.language)
