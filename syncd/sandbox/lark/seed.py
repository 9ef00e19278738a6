"""The chats that every sandbox starts with."""

from syncd.sandbox.lark.state import Chat, LarkState


def seed(state: LarkState) -> LarkState:
    """Fill the state with its groups; direct chats appear when somebody writes."""
    own = {p.open_id for p in state.world.people.values() if p.open_id and not p.tenant}
    for chat in (
        Chat("oc_acme", "ACME support", members={"ou_aiko", "ou_chen", "ou_erin"}),
        Chat("oc_globex", "Globex support", members={"ou_ben", "ou_dora", "ou_erin"}),
        Chat(
            "oc_topic",
            "ACME topics",
            chat_mode="topic",
            group_message_type="thread",
            members={"ou_aiko", "ou_chen"},
        ),
        Chat("oc_lobby", "Lobby", members=own),
        Chat(
            "oc_initech",
            "Initech support",
            members={"ou_mei", "ou_omar", "ou_erin"},
            external=True,
        ),
    ):
        state.chats[chat.chat_id] = chat
    return state
