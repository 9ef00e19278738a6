"""In which order what arrives is handled: each conversation as it was written.

A conversation is what stands in one thread, its root included. Frames of one conversation may
arrive in any order: Lark gives each to one of the app's connections, and delivers again later what
was not acknowledged in time.
https://open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN/event-subscription-configure-/request-url-configuration-case
"""

from dataclasses import dataclass

from syncd.core.model import MessageId, Ms

SETTLES_MS = 1_000
"""How long a message in a thread waits for an earlier one that may still be on its way."""
ROOT_FOLLOWS_MS = 20_000
"""How long after its arrival a reply waits for the message that began its thread: Lark delivers
that again after 15 seconds when it was not acknowledged (the page above)."""
HOLDS_MS = 10 * 60_000
"""How long after its arrival a message that cannot be handled keeps later ones waiting."""
READ_BACK_MS = 7 * 86_400_000
"""How long before now a message may have been written that is read back from the history."""
REMEMBERED_MS = 2 * READ_BACK_MS
"""How long it is known of what was handled that it came: Lark delivers again for some seven hours,
and nothing is read back that is much older.
https://open.feishu.cn/document/ukTMukTMukTM/uUTNz4SN1MjL1UzM"""
READS_BACK_MS = 60_000
"""How long messages in threads wait at most for what is being read back of their threads."""


class SenderUntold(ValueError):
    """A person's message of which the platform does not tell who sent it; its history may."""

    def __init__(self, message_id: MessageId) -> None:
        super().__init__("it does not tell who sent it")
        self.message_id = message_id


_LATEST_MS, _LAST = 10**15 - 1, 10**10 - 1


@dataclass(frozen=True)
class Envelope:
    """What the inbox needs of a frame; the rest is read later."""

    event_id: str
    """Unique, also where the frame tells none."""
    kind: str
    message_id: MessageId | None = None
    """The message it brought."""
    thread_root: str = ""
    """The root of the thread in which the message stands below it."""
    written_ms: Ms = Ms(0)
    """When the message was written, by the platform's clock; 0 when it does not say."""
    position: int = 0
    """Where the message stands in its thread, as the platform counts; 0 when it does not say."""

    @property
    def in_thread(self) -> bool:
        """Whether it may follow something that is still on its way."""
        return bool(self.thread_root)

    @property
    def conversation(self) -> str:
        return self.thread_root or self.message_id or self.event_id

    def turn(self, id: str, now: Ms) -> str:
        """Return a word that sorts as the messages of a conversation were written.

        Two of the same moment go by the platform's count, then by their arrival, as `id` sorts.
        """
        written = min(self.written_ms or now, _LATEST_MS)
        return f"{written:015d}{min(self.position, _LAST):010d}{id}"

    def ready_ms(self, now: Ms) -> Ms:
        """Return when it may be handled at the earliest."""
        return Ms(now + SETTLES_MS) if self.in_thread else Ms(0)
