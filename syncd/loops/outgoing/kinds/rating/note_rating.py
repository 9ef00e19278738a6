"""Writes a rating on its ticket for engineers alone, and looks for one whose answer was lost."""

from syncd.core.delivery import Delivery
from syncd.core.kinds.rating.note_rating import NoteRating
from syncd.core.model import Chat, Link, Ms
from syncd.core.reaching.marks import mark
from syncd.core.text import Body, Paragraph, Text
from syncd.core.ticket_card.rating import BEST, Rating
from syncd.core.wording import words
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.kinds.add_comment import look_on_ticket, ticket_of, written
from syncd.loops.outgoing.performing import Finding, Prepared, Ready


class Performer(performing.Performer[NoteRating]):
    def prepare(self, command: NoteRating, delivery: Delivery, chat: Chat) -> Prepared:
        link = ticket_of(self.tools, command.thread, delivery, chat, early=False)
        if not isinstance(link, Link):
            return link
        wording, helpdesk = words(chat.language), self.tools.helpdesk
        name, rating = self.tools.names.of(command.person, chat.id, wording), command.rating
        given = Rating.load(rating)
        said = wording.rating_note.format(name=name, stars=given.stars, best=BEST)
        body = _body(said, given.sentence)
        return Ready(
            lambda: written(
                self.tools,
                link,
                chat,
                lambda: helpdesk.add_note(link.ticket_key, body, mark(delivery)),
            )
        )

    def look(self, command: NoteRating, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        return look_on_ticket(self.tools, command.thread, delivery, watched_ms, now)


def _body(*said: str) -> Body:
    lines = (line for words in said for line in words.split("\n") if line.strip())
    return tuple(Paragraph((Text(line),)) for line in lines)
