"""Which ticket a thread follows: one that exists already is wanted there."""

from syncd.core.decide import limiting
from syncd.core.decide.commands import Asked
from syncd.core.delivery import Decision
from syncd.core.events import ChatMessage
from syncd.core.kinds.following.adopt_ticket import adopt_ticket
from syncd.core.kinds.tell_person import tell
from syncd.core.known import Known, Rules
from syncd.core.model import Ms, Thread
from syncd.core.wording import words


def adopts(event: ChatMessage, asked: Asked, known: Known, rules: Rules, now: Ms) -> Decision:
    """Have it looked at whether the ticket belongs to the chat, if the thread is free for it."""
    root = event.thread_root or event.message_id
    if asked.key:
        order = adopt_ticket(
            Thread(event.chat_id, root),
            asked.key,
            event.sender,
            event.sent_ms,
            event.message_id,
            top_level=not event.thread_root,
        )
        wanted = Decision(f"wants {asked.key} in this thread", orders=(order,))
    else:
        told, because = words(known.chat.language).adopt_how, f"adopt-how:{event.message_id}"
        order = tell(event.chat_id, event.sender, told, because, root=root)
        wanted = Decision("names no ticket: told how", orders=(order,))
    return limiting.writes(wanted, event, asked.word, known, rules, now)
