"""Whether the app may act in a chat at all.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/reply
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/get
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/delete
"""

from syncd.sandbox.lark.rest import refusals
from syncd.sandbox.lark.state import Chat, LarkState


def check_inside(state: LarkState, chat: Chat) -> None:
    """Refuse where the bot is off, gone, or out of that person's reach; raises Refused."""
    if not state.switches.bot_enabled:
        raise refusals.bot_disabled()
    if chat.dissolved:
        raise refusals.dissolved()
    if not chat.bot_in_chat:
        raise refusals.bot_outside()
    if chat.chat_mode == "p2p" and chat.members & state.unavailable:
        raise refusals.not_available(chat.chat_id)


def check_may_speak(state: LarkState, chat: Chat) -> None:
    """Refuse where nothing may be said either; raises Refused."""
    check_inside(state, chat)
    if chat.bot_muted:
        raise refusals.not_allowed_in_group("the bot may not speak here")
