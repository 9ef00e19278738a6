"""Takes a form card away."""

from syncd.core.delivery import Delivery
from syncd.core.kinds.close_form import CloseForm
from syncd.core.model import Chat, Place
from syncd.core.outcome import Outcome
from syncd.core.views import PostView
from syncd.core.wording import words
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Prepared, Ready


class Performer(performing.Performer[CloseForm]):
    # A message can be recalled for a day, unless the tenant's administrator set it otherwise, and
    # a card be replaced for 14:
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/delete
    def prepare(self, command: CloseForm, delivery: Delivery, chat: Chat) -> Prepared:
        """One that stays for good gives its place to a notice."""
        if command.place is Place.EPHEMERAL:
            return Ready(lambda: self._remove(command))
        wording = words(chat.language)
        notice = PostView(title=wording.form_title, lines=(wording.form_closed,))
        return Ready(lambda: self.tools.sender.take_away(command.message_id, notice, delivery.id))

    def _remove(self, command: CloseForm) -> Outcome:
        self.tools.messenger.remove(command.message_id, private=True)
        return Outcome()
