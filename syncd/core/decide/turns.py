"""Whose turn it is: chats, and people within a chat, are served in turn, however much one asks for.

Deliveries are claimed by their turn, a number. What begins to wait gets the number that is being
served now; each further one of the same person in that chat comes a round later. So 150 forms for
one person stand in 150 rounds, and whatever comes for somebody else goes before all but the first.
This is start-time fair queueing (Goyal, Vin and Cheng 1996).
"""

from dataclasses import dataclass

ROUND = 100
"""From one delivery of a person to the next, in one chat."""
CHAT_WAITS = 100
"""So much of what waits in a chat counts; together it puts a newcomer there off by one round."""


@dataclass(frozen=True)
class Queue:
    """What waits and what is under way at a destination when one more comes; None: nothing."""

    in_hand: int | None
    """The latest turn of what is under way."""
    first: int | None
    """The earliest turn of what waits."""
    own: int | None
    """The latest turn of what waits in that chat for that person."""
    in_chat: int
    """How much waits in that chat, counted up to `CHAT_WAITS`."""


def turn(queue: Queue) -> int:
    """Return the turn of one more delivery."""
    now = queue.in_hand if queue.in_hand is not None else queue.first or 0
    after_chat = now + queue.in_chat * ROUND // CHAT_WAITS
    return after_chat if queue.own is None else max(after_chat, queue.own + ROUND)
