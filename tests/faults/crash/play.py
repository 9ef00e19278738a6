"""One story told to a daemon that is killed on the way, and started again each time."""

import os
import re
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from faults.crash.daemons import Nursery
from faults.crash.script import Line, Script
from faults.crash.witness import Point

from syncd.sandbox.box import Sandbox
from syncd.sandbox.lark.client import ClickRefusedByClient
from syncd.sandbox.lark.shown import Shown

_PATIENCE = 40.0
_IMPATIENT_AFTER = 0.8
_FIRST_SKIP_SECONDS, _LONGEST_SKIP_SECONDS = 10, 160
_STOP_SECONDS = 10.0
_CLICKS = 20
_UNSETTLED = ("READY", "LEASED", "SENDING", "DOUBT")


class NeverSeen(AssertionError):
    """The story did not go on."""


@dataclass
class Play:
    """People, and a daemon among them. `points` are where it dies, one after the other."""

    box: Sandbox
    nursery: Nursery
    folder: Path
    script: Script
    points: list[Point]
    pid: int = 0
    deaths: int = 0
    root: str = ""
    key: str = ""
    said: list[Line] = field(default_factory=list)

    def run(self) -> int:
        """Tell the whole story; return the exit status of the daemon that lived to its end."""
        self._start()
        self._ask()
        for line in self.script.lines:
            self._say(line)
        self.until("every answer in the chat", self._all_shown)
        self.until("every reply in the ticket", self._all_commented)
        self.until("an outbox at rest", self._at_rest)
        self._look_again()
        os.kill(self.pid, signal.SIGTERM)
        status = self.nursery.wait(self.pid, _STOP_SECONDS)
        if status is None:
            os.kill(self.pid, signal.SIGKILL)
            raise NeverSeen("the end of the daemon within ten seconds of SIGTERM")
        if status == -signal.SIGKILL:
            self.deaths += 1
            return 0
        return status

    # -- the daemon

    def _start(self) -> None:
        point = self.points.pop(0) if self.points else None
        self.pid = self.nursery.start(self.box, self.folder, point)

    def _revive(self) -> None:
        status = self.nursery.status(self.pid)
        if status is None:
            return
        if status != -signal.SIGKILL:
            raise NeverSeen(f"the daemon ended by itself with {status}")
        self.deaths += 1
        self._start()

    def until(self, what: str, seen: Callable[[], object]) -> None:
        """Wait for something to be seen; when nothing happens, the world's clock is set forward."""
        deadline = time.monotonic() + _PATIENCE
        people, skip = self.box.lark_people, _FIRST_SKIP_SECONDS
        while time.monotonic() < deadline:
            if people.wait_until(lambda: bool(seen()) or self._is_dead(), _IMPATIENT_AFTER):
                if seen():
                    return
                self._revive()
            else:
                self._time_passes(skip)
                skip = min(skip * 2, _LONGEST_SKIP_SECONDS)
        raise NeverSeen(what)

    def _is_dead(self) -> bool:
        return self.nursery.status(self.pid) is not None

    def _time_passes(self, seconds: int) -> None:
        self.box.world.clock.move(seconds=seconds)
        path = self.folder / "clock"
        offset = int.from_bytes(path.read_bytes(), "little", signed=True) + seconds * 1000
        with path.open("r+b") as file:
            file.write(offset.to_bytes(8, "little", signed=True))

    # -- the people

    def _ask(self) -> None:
        """Mention the bot, fill in whatever form comes, and wait for the ticket."""
        script = self.script
        self.until("a daemon that listens", self._listening)
        self.root = self.box.lark_people.say(script.asker, script.chat, "@Support Bot it is down")
        for _ in range(_CLICKS):
            self.until("a form, an offer or the ticket", self._something_to_do)
            if self._announcements():
                break
            self.until("a daemon that listens", self._listening)
            form, offer = self._form(), self._offer()
            if form is not None and self._click(form, "submit"):
                break
            if form is None and offer is not None:
                self._click(offer, "open_form")
        self.until("the ticket in the thread", self._announcements)
        self.key = re.split("[:\uff1a]", self._announcements()[0].title)[0]

    def _something_to_do(self) -> bool:
        return bool(self._announcements() or self._form() or self._offer())

    def _listening(self) -> bool:
        return not self._is_dead() and self.box.lark_people.wait_connected(0)

    def _click(self, card: Shown, button: str) -> bool:
        """Click, and click again where the script is nervous; True when there was an answer."""
        values = {"customfield_10041": "2-Major"} if card.button(button).submits else None
        outcome = False
        for _ in range(2 if self.script.double_click else 1):
            try:
                click = self.box.lark_people.click(
                    self.script.asker, card.message_id, button, values
                )
            except ClickRefusedByClient:
                return outcome
            outcome = outcome or click.outcome == "ok"
        return outcome

    def _say(self, line: Line) -> None:
        desk = self.box.jira_people
        match line.kind:
            case "answer":
                desk.comment("erin", self.key, line.text)
            case "internal":
                desk.comment("erin", self.key, line.text, public=False)
            case "restricted":
                desk.comment("erin", self.key, line.text, visibility="Service Desk Team")
            case "reply":
                self.until("a daemon that listens", self._listening)
                people = self.box.lark_people
                people.say(self.script.other, self.script.chat, line.text, thread=self.root)
        self.said.append(line)
        if line.waits:
            self.until(f"{line.text!r} to arrive", lambda: self._arrived(line))

    # -- what can be seen

    def view(self) -> list[Shown]:
        """Return every message of the chat as the other person sees it, threads included."""
        top = self.box.lark_people.view(self.script.other, self.script.chat)
        return [m for seen in top for m in (seen, *seen.thread) if not m.recalled]

    def shown(self, text: str) -> list[Shown]:
        """Return the bot's cards that show this text."""
        return [m for m in self.view() if m.kind == "card" and text in m.text]

    def commented(self, text: str) -> int:
        """Return how many comments of the ticket hold this text."""
        return sum(text in str(c.body) for c in self.box.jira_people.comments(self.key))

    def _announcements(self) -> list[Shown]:
        found = [m for m in self.view() if m.message_id == self.root]
        return [m for m in (found[0].thread if found else []) if m.links and not m.recalled]

    def announced(self) -> int:
        """Return how often the chat was told that the ticket exists."""
        return len([m for m in self._announcements() if m.title.startswith(self.key)])

    def _form(self) -> Shown | None:
        people, script = self.box.lark_people, self.script
        seen = [*people.view(script.asker, script.chat), *people.direct(script.asker)]
        forms = [m for m in seen if m.fields and not m.recalled]
        return forms[-1] if forms else None

    def _offer(self) -> Shown | None:
        found = [m for m in self.view() if any(b.name == "open_form" for b in m.buttons)]
        return found[-1] if found else None

    def _arrived(self, line: Line) -> bool:
        if line.kind == "answer":
            return bool(self.shown(line.text))
        return line.kind != "reply" or self.commented(line.text) > 0

    def _all_shown(self) -> bool:
        return all(self.shown(text) for text in self.script.answers)

    def _all_commented(self) -> bool:
        return all(self.commented(text) for text in self.script.replies)

    def _at_rest(self) -> bool:
        return not set(self.states()) & set(_UNSETTLED)

    def states(self) -> list[str]:
        """Return the state of each delivery, as the operator finds it."""
        address = f"file:{self.folder / 'syncd.db'}?mode=ro"
        connection = sqlite3.connect(address, uri=True)
        try:
            return [state for (state,) in connection.execute("SELECT state FROM outbox")]
        finally:
            connection.close()

    def _look_again(self) -> None:
        """Let two more polls pass, in which nothing may come twice."""
        searches = len(self.box.world.journal.calls("jsm", "/search/jql"))
        self._time_passes(60)
        self.until(
            "two more polls",
            lambda: len(self.box.world.journal.calls("jsm", "/search/jql")) >= searches + 2,
        )
