"""What happens when a person edits a message of theirs.

No page describes the event yet; projects that use it call its body unreliable.
https://github.com/deepcoldy/botmux
"""

from syncd.sandbox.lark.rest.scopes import may_hear
from syncd.sandbox.lark.rest.shapes import event_header
from syncd.sandbox.lark.state import LarkState, Message
from syncd.sandbox.lark.typing_in import Rows, rows_content, text_content, wire_text

EDITED = "im.message.updated_v1"


def edit(state: LarkState, message: Message, typed: str | Rows) -> None:
    """Change the words of a text, or the elements of a post. Hold `world.lock`."""
    kind = "text" if isinstance(typed, str) else "post"
    if message.recalled or message.msg_type != kind:
        raise PermissionError(f"only a {kind} that was not recalled can be edited so")
    stale, chat = message.content, state.chats[message.chat_id]
    if isinstance(typed, str):
        wired, mentions, at_all = wire_text(state, chat, typed)
        message.content, message.mentions, message.at_all = text_content(wired), mentions, at_all
    else:
        message.content, message.mentions = rows_content(state, chat, "", typed)
    message.update_ms, message.updated = state.world.clock.now_ms(), True
    if not state.switches.edits_are_silent and may_hear(state, EDITED):
        body = {"message_id": message.message_id, "chat_id": message.chat_id, "content": stale}
        state.delivery.publish(EDITED, event_header(state), {"message": body}, message.message_id)
    state.notify()
