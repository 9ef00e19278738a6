"""What the app's scopes let it receive."""

from syncd.sandbox.lark.state import Chat, LarkState, Message

_EVERY_GROUP_MESSAGE = {"im:message.group_msg", "im:message.group_msg:readonly"}
_MENTIONS = {
    "im:message.group_at_msg",
    "im:message.group_at_msg:readonly",
    "im:message.group_at_msg.include_bot:readonly",
}
_EVENTS = {
    "im.message.recalled_v1": {"im:message", "im:message:readonly"},
    "im.message.updated_v1": {"im:message", "im:message:readonly"},
    "im.message.reaction.created_v1": {"im:message.reactions:read", "im:message:readonly"},
    "im.message.reaction.deleted_v1": {"im:message.reactions:read", "im:message:readonly"},
    "im.chat.member.bot.added_v1": {"im:chat", "im:chat:readonly", "im:chat.members:bot_access"},
    "im.chat.member.bot.deleted_v1": {"im:chat", "im:chat:readonly", "im:chat.members:bot_access"},
    "im.chat.disbanded_v1": {"im:chat", "im:chat:readonly"},
    "im.chat.access_event.bot_p2p_chat_entered_v1": {"im:chat.access_event.bot_p2p_chat:read"},
    "im.chat.member.user.added_v1": {"im:chat", "im:chat:readonly", "im:chat.members:read"},
    "im.chat.member.user.deleted_v1": {"im:chat", "im:chat:readonly", "im:chat.members:read"},
}
_DIRECT = {"im:message.p2p_msg", "im:message.p2p_msg:readonly"}


def may_hear(state: LarkState, event_type: str) -> bool:
    """Whether the app is subscribed to that event, and has one of the scopes it needs.

    https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/events/recalled
    https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/chat-member-bot/events/added
    """
    switches = state.switches
    wanted = _EVENTS.get(event_type)
    return (
        switches.bot_enabled
        and event_type in switches.subscriptions
        and (wanted is None or bool(wanted & switches.scopes))
    )


def may_receive(state: LarkState, chat: Chat, message: Message) -> bool:
    """Whether this message of a person is an event for the app.

    https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/events/receive
    """
    granted = state.switches.scopes
    if chat.chat_mode == "p2p":
        return bool(granted & _DIRECT)
    if not chat.bot_in_chat:
        return False
    if granted & _EVERY_GROUP_MESSAGE:
        return True
    mentioned = any(m.open_id == state.bot_open_id for m in message.mentions)
    return mentioned and bool(granted & _MENTIONS)
