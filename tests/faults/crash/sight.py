"""What can be seen from the outside while a play goes on."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import internal
from faults.crash import wishes
from faults.crash.script import SECRETS, Script
from faults.crash.witness import Point

from syncd.sandbox.box import Sandbox
from syncd.sandbox.lark.shown import Shown

_UNSETTLED = ("READY", "LEASED", "SENDING", "DOUBT")


@dataclass
class Sight:
    """The eyes of the people in the chat, of the engineers and of the operator."""

    box: Sandbox
    folder: Path
    script: Script
    root: str = ""
    """The message that asked."""
    key: str = ""
    """The ticket, once the chat was told of it."""
    typed_twice: list[str] = field(default_factory=list)
    """Questions that the asker had to answer again, though the answer had been heard."""
    on_the_way: list[Point] = field(default_factory=list)
    """What happened between the mention and the ticket."""

    # -- the chat

    def view(self) -> list[Shown]:
        """Return every message of the chat as the other person sees it, threads included."""
        top = self.box.lark_people.view(self.script.other, self.script.chat)
        return [m for seen in top for m in (seen, *seen.thread) if not m.recalled]

    def shown(self, text: str) -> list[Shown]:
        """Return the bot's cards that show this text."""
        return [m for m in self.view() if m.kind == "card" and text in m.text]

    def announcements(self) -> list[Shown]:
        found = [m for m in self.view() if m.message_id == self.root]
        linked = [m for m in (found[0].thread if found else []) if m.links and not m.recalled]
        return [m for m in linked if not any(b.name == "open_form" for b in m.buttons)]

    def announced(self) -> int:
        """Return how often the chat was told that the ticket exists."""
        return len([m for m in self.announcements() if m.title.startswith(self.key)])

    def card_says(self, status: str) -> bool:
        """Return whether the ticket's card has that status."""
        cards = [m for m in self.announcements() if m.title.startswith(self.key)]
        return bool(cards) and status in cards[-1].text

    def said_resolved(self) -> int:
        """Return how often the thread was told that the ticket is resolved."""
        said = [m for m in self.view() if m.kind == "card" and not m.links]
        return len([m for m in said if self.key in m.text and "Resolved" in m.text])

    def promised(self) -> int:
        """Return how often the chat was told by when the first answer comes."""
        return sum(wishes.promises(m.text) for m in self.view())

    def escalated(self) -> int:
        """Return how often somebody of the own company was told of the highest severity."""
        told = self.box.lark_people.direct(wishes.TOLD_AT_ONCE)
        severity = self.script.wish.severity
        return sum(self.key in m.text and m.title.startswith(severity) for m in told)

    def form(self) -> Shown | None:
        people, script = self.box.lark_people, self.script
        seen = [*people.view(script.asker, script.chat), *people.direct(script.asker)]
        seen += [reply for message in seen for reply in message.thread]
        forms = [m for m in seen if m.fields and not m.recalled]
        return forms[-1] if forms else None

    def offer(self) -> Shown | None:
        found = [m for m in self.view() if any(b.name == "open_form" for b in m.buttons)]
        return found[-1] if found else None

    def told(self) -> int:
        """Return how often the other person was told where the ticket is."""
        return sum(self.key in m.text for m in self.box.lark_people.direct(self.script.other))

    def untold(self) -> int:
        """Return how many private words the operator finds listed as never delivered."""
        return sum(kind == "TellPerson" and state == "DEAD" for kind, state, _ in self.outbox())

    def shows_file(self, name: str) -> int:
        """Return how many messages of the bot's show a file of that name."""
        own = [m for m in self.view() if m.kind in ("file", "image") and m.sender == "Support Bot"]
        return sum(file.name == name for m in own for file in m.attachments)

    # -- the helpdesk

    def has_file(self, name: str) -> int:
        """Return how often a file of that name hangs on the ticket, for the customer to see.

        Of what Lark does not give out in groups with other companies a note says so in its place.
        """
        comments = [c for c in self.box.jira_people.comments(self.key) if c.public]
        files = sum(file.name == name for comment in comments for file in comment.attachments)
        return files + sum(name in comment.text for comment in comments if not comment.attachments)

    def commented(self, text: str) -> int:
        """Return how many comments of the ticket hold this text."""
        return sum(text in str(c.body) for c in self.box.jira_people.comments(self.key))

    def searches(self) -> int:
        """Return how often the daemon has polled."""
        return len(self.box.world.journal.calls("jsm", "/search/jql"))

    def received(self) -> Counter[str]:
        """Return by kind how many answers brought the daemon a secret."""
        return internal.received(self.box, SECRETS)

    # -- the operator

    def at_rest(self) -> bool:
        return not {state for _, state, _ in self.outbox()} & set(_UNSETTLED)

    def outbox(self) -> list[tuple[str, str, str]]:
        """Return kind, state and reason of each delivery, as the operator finds them."""
        return self._rows("SELECT kind, state, reason FROM outbox")

    def hears(self) -> bool:
        """Return whether the daemon knows until when it heard everything, and what it can ask."""
        forms = self._rows("SELECT name FROM cache WHERE kind = 'form' AND name NOT LIKE '% %'")
        kinds = 2 if self.script.wish.in_more_than_one_card else 1
        heard = self._rows("SELECT position FROM cursors WHERE name = 'heard'")
        return bool(heard) and len(forms) >= kinds

    def puts_aside(self) -> bool:
        """Return whether the watch has put the reading of a ticket aside."""
        return bool(self._rows("SELECT subject FROM looks WHERE failures > 0"))

    def _rows(self, question: str) -> list[tuple[str, ...]]:
        address = f"file:{self.folder / 'syncd.db'}?mode=ro"
        connection = sqlite3.connect(address, uri=True)
        try:
            return connection.execute(question).fetchall()
        finally:
            connection.close()
