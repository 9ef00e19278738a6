"""Tells somebody privately that replies in a thread do not reach its ticket."""

from syncd.core.delivery import Delivery
from syncd.core.kinds.hint_reply import HintReply
from syncd.core.model import Chat
from syncd.core.views import PostView
from syncd.core.wording import words
from syncd.loops import anchors
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Prepared, Ready


class Performer(performing.Performer[HintReply]):
    def prepare(self, command: HintReply, delivery: Delivery, chat: Chat) -> Prepared:
        wording = words(chat.language)
        told = wording.reply_not_read.format(key=command.key)
        if command.file:
            told = wording.file_not_carried.format(key=command.key)
        view = PostView(
            title="",
            lines=(told,),
            link_text=wording.open_ticket.format(key=command.key),
            link_url=self.tools.records.rules.portal_base + command.portal_path,
            link_button=wording.answer_in_portal,
        )
        tell = self.tools.sender.privately
        where = anchors.below(self.tools.records.store, command.thread)
        # It names the ticket that everybody sees in the thread, and nothing else.
        return Ready(lambda: tell(chat.id, command.person, view, delivery, (where, view)))
