"""The entries that a decision adds to the history."""

from dataclasses import replace

from syncd.core.decide import MEANINGS
from syncd.core.delivery import Decision
from syncd.core.events import Event
from syncd.core.known import Known
from syncd.core.model import Link
from syncd.core.operators.history import DECIDED, Entry


def entries(event: Event, known: Known, decision: Decision) -> list[Entry]:
    """Return the entry with the decision's reason; none where `Meaning.told` says no."""
    meaning = MEANINGS[type(event)]
    if not meaning.told(event, decision):
        return []
    about = meaning.about(event)
    return [_located(replace(about, detail=decision.reason), known, decision)]


def notes(known: Known, decision: Decision) -> list[Entry]:
    """Return an entry for each of the decision's notes."""
    return [
        _located(Entry(note.what, note.why, comment_id=note.comment_id), known, decision)
        for note in decision.notes
    ]


def not_linked(link: Link) -> Entry:
    """Return the entry about a ticket whose thread is linked to another ticket."""
    return Entry(
        DECIDED,
        "its thread has another ticket already: what happens on this one is not shown",
        chat_id=link.thread.chat_id,
        request_id=link.request_id,
        ticket_id=link.ticket_id,
        ticket_key=link.ticket_key,
    )


def not_read(link: Link) -> Entry:
    """Return the entry about a ticket that cannot be read."""
    return Entry(
        DECIDED,
        "it cannot be read whole: what happens on it is not shown until it can",
        chat_id=link.thread.chat_id,
        thread_root=link.thread.root,
        request_id=link.request_id,
        ticket_id=link.ticket_id,
        ticket_key=link.ticket_key,
    )


def _located(entry: Entry, known: Known, decision: Decision) -> Entry:
    """Fill in the ids of the Request and the Link that are on record or were just decided."""
    request = decision.request or known.request
    link = decision.link or known.link
    if request is not None:
        entry = replace(
            entry,
            request_id=entry.request_id or request.id,
            thread_root=entry.thread_root or request.thread.root,
            ticket_key=entry.ticket_key or request.ticket_key,
        )
    if link is not None:
        entry = replace(
            entry,
            thread_root=entry.thread_root or link.thread.root,
            ticket_id=entry.ticket_id or link.ticket_id,
            ticket_key=entry.ticket_key or link.ticket_key,
        )
    return replace(entry, chat_id=entry.chat_id or known.chat.id)
