"""Tells one person, or a group that the bot joins, what can be done."""

from syncd.core.decide.helping import the_words, what_can_be_done
from syncd.core.delivery import Delivery
from syncd.core.kinds.give_help import GiveHelp
from syncd.core.known import Rules
from syncd.core.model import Chat
from syncd.core.views import Button, InChat, PostView
from syncd.core.wording import words
from syncd.loops import anchors
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Prepared, Ready


class Performer(performing.Performer[GiveHelp]):
    def prepare(self, command: GiveHelp, delivery: Delivery, chat: Chat) -> Prepared:
        sender, view = self.tools.sender, _view(command, chat, self.tools.records.rules)
        if not command.person:
            return Ready(lambda: sender.post(InChat(command.chat_id), view, delivery))
        with self.tools.records.store.read() as tx:
            request = tx.requests.get(command.request_id)
        otherwise = None
        if request is not None and chat.enabled:
            where = anchors.below(self.tools.records.store, request.thread)
            otherwise = (where, view)
        return Ready(
            lambda: sender.privately(command.chat_id, command.person, view, delivery, otherwise)
        )


def _view(command: GiveHelp, chat: Chat, rules: Rules) -> PostView:
    wording = words(chat.language)
    open_form = Button("open_form", wording.offer_form_button, "form", primary=True)
    return PostView(
        title="",
        lines=(
            *(() if command.person else (wording.greeting,)),
            what_can_be_done(chat, wording),
            the_words(chat, wording),
            *((wording.help_contact.format(contact=rules.contact),) if rules.contact else ()),
        ),
        link_text=wording.help_requests,
        link_url=rules.requests_url,
        buttons=(open_form,) if command.request_id else (),
        request_id=command.request_id,
        language=chat.language,
    )
