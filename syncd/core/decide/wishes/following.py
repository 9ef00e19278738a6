"""Which ticket a thread follows, one that exists already; and whether it does so silently."""

from dataclasses import replace

from syncd.core.decide import limiting
from syncd.core.decide.wishes.commands import Asked
from syncd.core.delivery import Decision
from syncd.core.events import ChatMessage
from syncd.core.kinds.following.adopt_ticket import adopt_ticket
from syncd.core.kinds.following.tell_muted import tell_muted
from syncd.core.kinds.tell_person import tell
from syncd.core.known import Known, Rules
from syncd.core.model import Link, Ms, Thread
from syncd.core.reaching.allowed import may_adopt
from syncd.core.watching import Look, Reason
from syncd.core.wording import words


def adopts(event: ChatMessage, asked: Asked, known: Known, rules: Rules, now: Ms) -> Decision:
    """Have it looked at whether the ticket belongs to the chat, if the thread is free for it."""
    root = event.thread_root or event.message_id
    if not may_adopt(known.chat, event.sender, known.side):
        told, because = words(known.chat.language).adopt_not_yours, f"adopt-not:{event.message_id}"
        order = tell(event.chat_id, event.sender, told, because, root=root)
        wanted = Decision("may not bring tickets: told so", orders=(order,))
    elif asked.key:
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


def mutes(event: ChatMessage, known: Known, link: Link, now: Ms, *, muted: bool) -> Decision:
    """Let what is news wait, or come: then the ticket is read anew, and all of it is news still.

    Everybody in the thread is told who did that. What stands there stays true meanwhile.
    """
    if link.muted is muted:
        wording, because = words(known.chat.language), f"mute:{event.message_id}"
        told = wording.muted_already if muted else wording.unmuted_already
        root = event.thread_root or event.message_id
        order = tell(event.chat_id, event.sender, told, because, root=root)
        return Decision("it is so already: told so", orders=(order,))
    said = tell_muted(link, event.sender, event.message_id, muted=muted)
    if muted:
        return Decision("muted", link=replace(link, muted=True), orders=(said,))
    return Decision(
        "unmuted: what was news meanwhile comes",
        link=replace(link, muted=False, updated_seen=""),
        orders=(said,),
        # With no face on record, the reading has the card changed, and its news told.
        card=replace(known.card, face="") if known.card else None,
        looks=(Look(link.ticket_id, Reason.READ, now),),
    )
