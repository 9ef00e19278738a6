"""What exists in the fake Lark. Hold `world.lock` to read or change any of it."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from syncd.sandbox.lark.connection.delivery import Delivery
from syncd.sandbox.lark.rest.limits import Limits
from syncd.sandbox.lark.rest.tokens import CardTokens, Tokens
from syncd.sandbox.lark.services.registration import Registration
from syncd.sandbox.lark.switches import Switches
from syncd.sandbox.world import Person, World

TENANT = "sandbox_tenant"
Json = dict[str, Any]


@dataclass
class Chat:
    """A group, a topic group, or one person's direct chat with the bot."""

    chat_id: str
    name: str
    chat_mode: str = "group"
    """`group`, `topic` or `p2p`."""
    group_message_type: str = "chat"
    members: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    """Who was a member before; their clients may still show what they saw."""
    """open_ids of people."""
    bot_in_chat: bool = True
    external: bool = False
    at_all_allowed: bool = True
    bot_muted: bool = False
    threads_allowed: bool = True
    dissolved: bool = False

    @property
    def always_threads(self) -> bool:
        return self.chat_mode == "topic" or self.group_message_type == "thread"


@dataclass(frozen=True)
class Mention:
    """Somebody named in a message, behind the token that stands in its text."""

    key: str
    open_id: str
    name: str
    is_bot: bool = False


@dataclass
class Message:
    """A message that everybody in its chat can see."""

    message_id: str
    chat_id: str
    sender: str
    """open_id of a person, or "" for the bot."""
    msg_type: str
    content: str
    create_ms: int
    update_ms: int
    order: int
    mentions: tuple[Mention, ...] = ()
    at_all: bool = False
    """Whether the text mentions everybody; on the wire that is only `@_all` in the text."""
    root_id: str = ""
    parent_id: str = ""
    thread_id: str = ""
    recalled: bool = False
    updated: bool = False
    forwarded: tuple[str, ...] = ()
    """The messages that this one forwards together."""

    @property
    def in_thread_below_root(self) -> bool:
        return bool(self.thread_id and self.root_id)


@dataclass
class EphemeralCard:
    """A card that one person sees, on the clients that were online when it was sent."""

    message_id: str
    chat_id: str
    open_id: str
    card: Json
    create_ms: int
    order: int
    received: bool
    deleted: bool = False

    def visible_to(self, open_id: str) -> bool:
        return self.open_id == open_id and self.received and not self.deleted


@dataclass(frozen=True)
class Upload:
    """An uploaded or received file or picture."""

    key: str
    kind: str
    """`image` or `file`."""
    name: str
    data: bytes
    message_id: str = ""
    """The message that carried it; empty for the bot's own uploads."""
    sent_as: str = ""
    """The `file_type` of an upload of the bot's."""


@dataclass(frozen=True)
class Reaction:
    """One emoji on a message."""

    reaction_id: str
    message_id: str
    operator: str
    """open_id of a person, or "" for the bot."""
    emoji: str
    at_ms: int


class LarkState:
    """One tenant with one app in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        # The vendor's Node SDK connects only with an id of this shape (`lib/index.js`, WSClient).
        self.app_id, self.app_secret = "cli_5a4db0c5a4db0c5a", "sandbox-app-secret"
        self.bot_open_id, self.bot_name = "ou_bot", "Support Bot"
        self.switches = Switches()
        self.registration = Registration()
        self.changed = threading.Condition(world.lock)
        self.delivery = Delivery(world, self.switches, self.changed)
        self.tokens = Tokens(world.clock)
        self.card_tokens = CardTokens(world.clock)
        self.limits = Limits()
        self.chats: dict[str, Chat] = {}
        self.messages: dict[str, Message] = {}
        self.ephemerals: dict[str, EphemeralCard] = {}
        self.reactions: list[Reaction] = []
        """The oldest first."""
        self.uploads: dict[str, Upload] = {}
        self.uuids: dict[tuple[str, str], tuple[str, int]] = {}
        self.offline: set[str] = set()
        self.unavailable: set[str] = set()
        """open_ids outside the app's availability: no direct messages to them."""
        self.out_of_range: set[str] = set()
        """open_ids outside the app's contact range."""
        self.confirmed: set[str] = set()
        """open_ids of other companies' people who have opened their chat with the bot."""
        self._order = 0
        self._last_ms: dict[str, int] = {}

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{uuid.uuid4().hex}"

    def next_order(self) -> int:
        self._order += 1
        return self._order

    def moment(self, chat_id: str) -> int:
        """Return the time of a message that a person writes there; no two are of one moment."""
        now = self.world.clock.now_ms()
        last = self._last_ms.get(chat_id, 0)
        # A clock that was set back counts, too.
        self._last_ms[chat_id] = last + 1 if now <= last < now + 1000 else now
        return self._last_ms[chat_id]

    def person_by_open_id(self, open_id: str) -> Person | None:
        people = self.world.people.values()
        return next((p for p in people if open_id and p.open_id == open_id), None)

    def person_by_email(self, email: str) -> Person | None:
        people = self.world.people.values()
        return next((p for p in people if p.open_id and p.email == email and not p.tenant), None)

    def is_outsider(self, open_id: str) -> bool:
        """Whether that is somebody of another company."""
        person = self.person_by_open_id(open_id)
        return person is not None and bool(person.tenant)

    def tenant_of(self, open_id: str) -> str:
        """Return the tenant_key of a person, the app's own for the bot."""
        person = self.person_by_open_id(open_id)
        return person.tenant or TENANT if person else TENANT

    def name_of(self, open_id: str) -> str:
        """Return the name people read for that sender; the bot's for ""."""
        person = self.person_by_open_id(open_id)
        return person.name if person else self.bot_name

    def direct_chat(self, person: Person) -> Chat:
        """Return that person's chat with the bot, made when it is first needed."""
        chat_id = f"oc_p2p_{person.key}"
        if chat_id not in self.chats:
            self.chats[chat_id] = Chat(chat_id, "", chat_mode="p2p", members={person.open_id})
        return self.chats[chat_id]

    def in_chat(self, chat: Chat) -> list[Message]:
        return [m for m in self.messages.values() if m.chat_id == chat.chat_id]

    def open_thread(self, root: Message) -> str:
        """Return the thread that hangs on `root`, opening it if there is none."""
        if not root.thread_id:
            root.thread_id = self.new_id("omt_")
        return root.thread_id

    def place(self, message: Message, target: Message | None, *, in_thread: bool) -> None:
        """Set the ids that say where a new message stands.

        In a thread root_id and parent_id are both the thread's root, always; a target that is
        in a thread already keeps the answer there.
        https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/intro
        """
        if target is None:
            if in_thread:
                self.open_thread(message)
            return
        if in_thread or target.thread_id:
            root = self.thread_root(target)
            message.thread_id = self.open_thread(root)
            message.root_id = message.parent_id = root.message_id
            return
        message.root_id = target.root_id or target.message_id
        message.parent_id = target.message_id

    def thread_root(self, message: Message) -> Message:
        """Return the root of the thread a reply to `message` goes to."""
        if message.thread_id and message.root_id:
            return self.messages[message.root_id]
        return message

    def notify(self) -> None:
        """Tell everybody who waits that something changed."""
        with self.changed:
            self.changed.notify_all()

    def wait_until(self, predicate: Callable[[], bool], timeout: float = 10.0) -> bool:
        """Block until `predicate()` holds; False after `timeout` seconds.

        It is asked at every change here, and each tenth of a second for what changes elsewhere.
        Never wait with the lock held by way of HTTP: the servers need it.
        """
        deadline = time.monotonic() + timeout
        with self.changed:
            while not predicate():
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self.changed.wait(min(left, 0.1))
            return True

    def drop_connections(self) -> None:
        """Cut every long connection without a word."""
        with self.changed:
            for connection in self.delivery.connections.all():
                connection.cut()

    def freeze_connections(self) -> None:
        """Leave every long connection half open: it stays, and nothing passes any more."""
        with self.changed:
            for connection in self.delivery.connections.all():
                connection.freeze()
