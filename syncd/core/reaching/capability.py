"""What a chat may refuse, which is remembered so that nobody asks for it all the time."""

from dataclasses import dataclass
from enum import StrEnum

from syncd.core.model import ChatId, Ms, PersonId

REFUSED_MS = 24 * 3_600_000
"""How long a refusal counts; then it is tried once more."""


class Capability(StrEnum):
    EPHEMERAL = "ephemeral"
    """A card in the group that one person sees."""
    DIRECT = "direct"
    """A message to one person."""
    CARDS = "cards"
    """Cards for everybody in the group, with their buttons."""
    MEMBERS = "members"
    """The list of the group's people, with their names."""
    CONTACT = "contact"
    """Somebody's profile: name and address."""
    EDIT = "edit"
    """Changing a card that stands in the group."""
    REACTIONS = "reactions"
    """An emoji of the bot's on somebody's message."""


@dataclass(frozen=True)
class Consequence:
    """What people lose where a chat refuses something, and how it is got, for operators."""

    lost: str
    remedy: str


_SHARE = (
    "Share the app with other companies: its version's page in the developer console, \"external "
    'sharing", which asks for a verified company; then publish the version.'
)
CONSEQUENCES = {
    Capability.EPHEMERAL: Consequence(
        "A form cannot be shown to one person in the group: it comes directly, or opens in the "
        "thread by a button.",
        "Lark refuses that in groups with people of other companies; there is no switch for it.",
    ),
    Capability.DIRECT: Consequence(
        "The bot cannot write to them alone: their forms open in the thread, and words for them "
        "wait there behind a button.",
        "Own people need the app's availability. Others open the chat with the bot and confirm; "
        + _SHARE[0].lower()
        + _SHARE[1:],
    ),
    Capability.CARDS: Consequence(
        "What the bot says there comes in words, without buttons: forms come to the chat with the "
        "bot alone.",
        "Use a group that both companies' members simply belong to.",
    ),
    Capability.MEMBERS: Consequence(
        "People whom nobody mentions have no name in the tickets, but a sign of four letters.",
        "Give the app the scope im:chat.members:read. " + _SHARE,
    ),
    Capability.CONTACT: Consequence(
        "Some people have no name in the tickets, but a sign of four letters, and type their "
        "address themselves.",
        "Own people need the scopes contact:contact.base:readonly and contact:user.email:readonly, "
        "and the app's contact range; of other companies' people Lark tells neither.",
    ),
    Capability.EDIT: Consequence(
        "An edited comment is not replaced: a correction follows below it.",
        _SHARE,
    ),
    Capability.REACTIONS: Consequence(
        "Replies are not marked by an emoji; what did not reach its ticket is told all the same.",
        "Give the app the scope im:message.reactions:write_only, and name emojis in [reactions] "
        "that Lark has. " + _SHARE,
    ),
}


class Side(StrEnum):
    """Of which company somebody is."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    """Another one than the app's, or one that nobody has told."""


@dataclass(frozen=True)
class Group:
    """What is known of a chat. `mode` is `group`, `topic` or `p2p`, empty where nobody tells."""

    mode: str
    external: bool = False
    """Whether people of other companies are in it, or nobody tells whether."""


@dataclass(frozen=True)
class Refusal:
    """What a chat refused, to whom, why and until when that counts."""

    chat_id: ChatId
    capability: Capability
    who: str
    """A side, or one person."""
    reason: str
    until_ms: Ms


def refused_for(group: Group, side: Side, person: PersonId, *, forbidden: bool) -> str:
    """Return for whom a refusal counts: one person, or all of a side.

    Where people of several companies are, a refusal is hardly ever about one person alone;
    elsewhere it is, unless the app itself may not do it (`forbidden`).
    """
    return side if group.external or forbidden else person
