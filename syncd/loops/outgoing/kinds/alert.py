"""Tells operators something: an Alert in their chat, an AlertByWebhook at their own address."""

from syncd.core.delivery import Delivery
from syncd.core.kinds.alert import Alert, AlertByWebhook
from syncd.core.model import Chat
from syncd.core.outcome import Outcome
from syncd.core.views import AlarmView, InChat, PostView, Where
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Done, Prepared, Ready
from syncd.loops.outgoing.sender import posted


class Performer(performing.Performer[Alert | AlertByWebhook]):
    def place(self, command: Alert | AlertByWebhook) -> Where | None:
        return InChat(command.chat_id) if command.chat_id else None

    def prepare(self, command: Alert | AlertByWebhook, delivery: Delivery, chat: Chat) -> Prepared:
        if not command.chat_id:
            return self._by_webhook(command, delivery)
        view = PostView(title="", lines=(command.text,))
        where = InChat(command.chat_id)
        return Ready(lambda: posted(self.tools.sender.send(where, view, delivery.id)))

    def _by_webhook(self, command: Alert | AlertByWebhook, delivery: Delivery) -> Prepared:
        webhook = self.tools.webhook
        if webhook is None:
            return Done()
        since = command.since_ms or delivery.enqueued_ms
        alarm = AlarmView(command.text, command.trouble, since, command.over)

        def send() -> Outcome:
            webhook.tell(alarm)
            return Outcome()

        return Ready(send)
