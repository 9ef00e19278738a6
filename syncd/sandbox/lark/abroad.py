"""Switches for groups with people of other companies, where nobody outside Lark knows, or where
its pages and what people measured differ."""

from dataclasses import dataclass

OTHERWISE: dict[str, tuple[str, ...]] = {
    "ext_send": ("230027",),
    "ext_cards": ("230054",),
    "ext_patch": ("230027",),
    "ext_recall": ("230027",),
    "ext_history": ("230027",),
    "ext_ephemeral": ("ok", "ok_insiders"),
    "ext_delayed": ("230027",),
    "ext_callback": ("lost",),
    "ext_contact": ("41012", "empty"),
    "ext_basic": ("name", "40001"),
    "ext_chat": ("232033",),
    "ext_members": ("232033",),
    "ext_member_ids": ("disjoint",),
    "ext_p2p": ("230013", "never"),
    "ext_files": ("ok", "insiders"),
    "ext_reactions": ("231021",),
    "ext_at": ("100290",),
    "ext_header_tenant": ("sender",),
}
"""What each switch may be besides its default."""


@dataclass
class AbroadSwitches:
    """How Lark treats a group with people of other companies, and those people.

    https://open.feishu.cn/document/develop-robots/add-bot-to-external-group
    """

    ext_send: str = "ok"
    """Messages to the group; 230027 as long as the app is not shared with other companies."""
    ext_cards: str = "ok"
    """Cards there; 230054 in a connection group, which takes texts and posts."""
    ext_patch: str = "ok"
    ext_recall: str = "ok"
    ext_history: str = "ok"
    ext_ephemeral: str = "230027"
    """Private cards: an old API, and old ones do not reach across tenants. `ok_insiders`: they are
    refused for people of other companies alone."""
    ext_delayed: str = "ok"
    """The update of a card by the token of a click."""
    ext_callback: str = "ok"
    """`lost`: a click of somebody of another company arrives nowhere."""
    ext_contact: str = "41050"
    """The profile of somebody of another company; `empty`: a profile without name and address."""
    ext_basic: str = "left_out"
    """Somebody of another company among those whose names are asked for."""
    ext_chat: str = "ok"
    ext_members: str = "ok"
    ext_member_ids: str = "match"
    """`disjoint`: the list of members has ids and tenants that no message has."""
    ext_p2p: str = "230038"
    """A direct message to somebody of another company who has not opened the chat with the bot;
    `never`: to those who have, too."""
    ext_files: str = "234009"
    """Downloads; `insiders`: files of the app's own company alone."""
    ext_reactions: str = "ok"
    """Emojis of the bot's there; 231021 as long as the app is not shared with other companies."""
    ext_at: str = "ok"
    """100290: a card that names somebody of another company is refused."""
    ext_header_tenant: str = "app"
    """Whose tenant the header of a message's event names: the app's, or the `sender`'s."""
