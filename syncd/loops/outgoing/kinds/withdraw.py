"""Takes away a message that shows what is no longer public."""

from syncd.core.delivery import Delivery
from syncd.core.kinds.withdraw import Withdraw
from syncd.core.model import Chat
from syncd.core.views import PostView
from syncd.core.wording import words
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Prepared, Ready


class Performer(performing.Performer[Withdraw]):
    def prepare(self, command: Withdraw, delivery: Delivery, chat: Chat) -> Prepared:
        wording = words(chat.language)
        notice = PostView(
            title=wording.open_ticket.format(key=command.key),
            lines=(wording.withdrawn,),
            link_text=wording.open_ticket.format(key=command.key),
            link_url=self.tools.records.rules.portal_base + command.portal_path,
        )
        return Ready(lambda: self.tools.sender.take_away(command.message_id, notice, delivery.id))
