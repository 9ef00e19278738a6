"""Tells one person something."""

from syncd.core import text
from syncd.core.delivery import Delivery
from syncd.core.kinds.tell_person import TellPerson
from syncd.core.model import Chat, Thread
from syncd.core.views import Button, PostView
from syncd.core.wording import words
from syncd.loops import anchors
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Prepared, Ready


class Performer(performing.Performer[TellPerson]):
    def prepare(self, command: TellPerson, delivery: Delivery, chat: Chat) -> Prepared:
        body = text.load(command.body) if command.body else ()
        view = PostView(title=command.title, lines=(command.text,), body=body)
        wording, tell = words(chat.language), self.tools.sender.privately
        waits = PostView(
            title="",
            lines=(wording.word_waits,),
            buttons=(Button("read_word", wording.read_word, "word", primary=True),),
            request_id=delivery.request_id,
            instead=(wording.word_nowhere,),
            language=chat.language,
        )
        thread = Thread(command.chat_id, command.waits_in)
        where = anchors.below(self.tools.records.store, thread)
        otherwise = (where, waits) if command.waits_in and chat.enabled else None
        return Ready(lambda: tell(command.chat_id, command.person, view, delivery, otherwise))
