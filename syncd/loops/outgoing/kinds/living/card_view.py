"""What the card of a ticket looks like."""

from syncd.core.answering.told import first_answer
from syncd.core.model import Chat, Filed, Ms, Plan
from syncd.core.views import PostView
from syncd.core.wording import words


def card_view(ticket: Filed, answer_by: Ms, now: Ms, chat: Chat, portal_base: str) -> PostView:
    """Return key, title, status and link, and by when the first answer comes while that is to be
    seen."""
    wording = words(chat.language)
    return PostView(
        title=wording.ticket_created.format(key=ticket.key, title=ticket.title),
        lines=(
            wording.status.format(status=ticket.status),
            *first_answer(answer_by, now, chat),
        ),
        link_text=wording.open_ticket.format(key=ticket.key),
        link_url=portal_base + ticket.portal_path,
        link_button="" if chat.plan is Plan.PREMIUM else wording.answer_in_portal,
    )
