"""Somebody wants a ticket closed, opened again or escalated: by a button of its card, or a word."""

from syncd.core.decide import limiting
from syncd.core.decide.wishes.commands import Word
from syncd.core.delivery import Decision
from syncd.core.events import ChatMessage, MoveWanted
from syncd.core.kinds.living.move_ticket import move_ticket
from syncd.core.kinds.tell_person import tell
from syncd.core.known import Known, Rules, replies_of
from syncd.core.model import Link, Ms
from syncd.core.reaching.allowed import may
from syncd.core.ticket_card.moves import Move
from syncd.core.views import Toast, Tone
from syncd.core.wording import words

MOVES = {Word.CLOSE: Move.RESOLVE, Word.REOPEN: Move.REOPEN, Word.ESCALATE: Move.ESCALATE}
_ONCE_MS = 5_000
"""However fast a button is pressed, it is one wish in this time."""


def clicked(event: MoveWanted, known: Known, rules: Rules, now: Ms) -> Decision:
    """Decide on a button of a ticket's card. Whether it is offered yet is asked right before it is
    done; only who clicks in the ticket's own group is heard."""
    wording, link = words(known.chat.language), known.link
    if link is None or event.chat_id != link.thread.chat_id:
        return _no("no ticket of that group", wording.ticket_gone)
    if not known.chat.enabled:
        told = wording.chat_not_enabled.format(chat_id=event.chat_id)
        return _no("chat is not enabled", told)
    if known.has_left:
        return _no("not in the group any more", wording.left_and_moves)
    if not may(known.chat.may_close, event.operator, known.side):
        return _no("may not", wording.may_not_close)
    if not limiting.may_write(event.operator, known, rules):
        told = wording.writes_too_much.format(url=rules.portal_base + link.portal_path)
        return _no("clicks too much", told)
    because = f"{event.card}:{event.move}:{now // _ONCE_MS}"
    order = move_ticket(link, event.move, event.operator, now, because)
    return Decision(
        f"wanted: {event.move}",
        orders=(order,),
        spends=replies_of(event.operator, known.chat.id),
        toast=Toast(Tone.INFO, wording.move_received),
    )


def said(event: ChatMessage, word: Word, known: Known, link: Link) -> Decision:
    """Decide on a word in the ticket's thread."""
    if not may(known.chat.may_close, event.sender, known.side):
        told, because = words(known.chat.language).may_not_close, f"may-not:{event.message_id}"
        root = event.thread_root or event.message_id
        order = tell(event.chat_id, event.sender, told, because, root=root)
        return Decision("may not: told so", orders=(order,))
    move = MOVES[word]
    id = event.message_id
    order = move_ticket(link, move, event.sender, event.sent_ms, str(id), id)
    return Decision(f"wanted: {move}", orders=(order,))


def _no(reason: str, told: str) -> Decision:
    return Decision(reason, toast=Toast(Tone.WARNING, told))
