"""The daemon is killed with -9 at one point of the story; after a restart nothing is missing."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import databases
import pytest
from house import ACME, age
from mortal_daemon import POINTS
from processes import Process

from syncd.app import wall_clock
from syncd.core.model import DeliveryState
from syncd.loops.leases import LEASE_MS
from syncd.sandbox.box import Sandbox
from syncd.sandbox.lark.client import ClickRefusedByClient
from syncd.sandbox.lark.shown import Shown
from syncd.store.store import Store

_PATIENCE = 90.0


@dataclass
class Play:
    """A story told to a daemon that may die on the way, and is then started anew."""

    box: Sandbox
    folder: Path
    url: str
    process: Process
    deaths: int = 0
    started: list[Process] = field(default_factory=list)

    def until(self, what: str, seen: Callable[[], object]) -> None:
        """Wait for something to be seen; a daemon that died meanwhile is started again."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if self.box.lark_people.wait_until(
                lambda: bool(seen()) or self.process.died(), timeout=1.0
            ):
                if seen():
                    return
                self.restart()
        log = self.process.log.read_text(encoding="utf-8")
        raise AssertionError(f"never seen: {what}\n{log}")

    def restart(self) -> None:
        assert self.process.exit_code() == -9, self.process.log.read_text(encoding="utf-8")
        self.deaths += 1
        if not self.url.startswith("sqlite"):
            # Nobody proves that the dead process was alone, so its leases have to run out.
            age(self.url, LEASE_MS + 1000)
        self.process = Process(self.box, self.folder)
        self.started.append(self.process)
        # What is said while nobody listens is lost on Lark's side: people wait until it is back.
        assert self.box.lark_people.wait_connected(_PATIENCE)

    def in_state(self, state: DeliveryState) -> list[str]:
        store = Store.open(self.url, clock=wall_clock)
        try:
            with store.read() as tx:
                return [type(d.command).__name__ for d in tx.outbox.in_state(state)]
        finally:
            store.close()

    # -- what people do and see

    def form(self) -> Shown | None:
        forms = [m for m in self.box.lark_people.view("aiko", ACME) if m.fields]
        return forms[-1] if forms else None

    def submit(self) -> bool:
        """Press Submit once; True when there was an answer."""
        card = self.form()
        if card is None:
            return True
        try:
            click = self.box.lark_people.click(
                "aiko", card.message_id, "submit", {"customfield_10041": "2-Major"}
            )
        except ClickRefusedByClient:
            assert self.form() is None
            return True
        return click.outcome == "ok"

    def submit_until_heard(self) -> None:
        """Press Submit as a person does: again, when there was no answer."""
        for _ in range(5):
            if self.submit():
                return
            self.until("a daemon that listens", self.listening)
        raise AssertionError("no click was ever answered")

    def listening(self) -> bool:
        return not self.process.died() and self.box.lark_people.wait_connected(0.1)

    def thread(self, root: str) -> list[Shown]:
        """Return what is said there; offers of a form are no news."""
        return [message for message in self._whole_thread(root) if not message.buttons]

    def offered_again(self, root: str) -> bool:
        """Whether nobody could tell if the form had come, when the doubt had lasted."""
        return any(message.buttons for message in self._whole_thread(root))

    def _whole_thread(self, root: str) -> list[Shown]:
        (found,) = [m for m in self.box.lark_people.view("chen", ACME) if m.message_id == root]
        return found.thread


# On servers: that a file's daemon may die of each of these is told by tests/faults/crash.
url = databases.fresh_on(*databases.servers() or [databases.SQLITE])


@pytest.fixture
def start(
    box: Sandbox, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Play]]:
    monkeypatch.setenv("SYNCD_STORE__URL", url)
    plays: list[Play] = []

    def start_at(point: str) -> Play:
        (tmp_path / "config.toml").write_text(box.config_toml(), encoding="utf-8")
        box.lark_state.switches.retry_scale = 0.2
        process = Process(box, tmp_path, point)
        play = Play(box, tmp_path, url, process, started=[process])
        plays.append(play)
        assert box.lark_people.wait_connected(_PATIENCE), process.log.read_text(encoding="utf-8")
        return play

    yield start_at
    for play in plays:
        for process in play.started:
            with process:
                pass


@pytest.mark.parametrize("point", POINTS)
def test_story_ends_as_if_nothing_had_happened(start: Callable[[str], Play], point: str) -> None:
    play = start(point)
    people, desk = play.box.lark_people, play.box.jira_people

    root = people.say("aiko", ACME, "@Support Bot クラスタが停止しました")
    play.until("the private form", play.form)
    play.submit_until_heard()
    play.until(
        "the ticket, or the word that it is in doubt",
        lambda: play.thread(root) or any("確認できません" in m.text for m in people.direct("aiko")),
    )
    if "FileTicket" in play.in_state(DeliveryState.DOUBT):
        assert point in ("SENDING committed", "create answered")
        assert len(desk.tickets()) == (1 if point == "create answered" else 0)
        assert play.deaths == 1
        return

    (ticket,) = desk.tickets()
    desk.comment("erin", ticket.key, "CANARY internal", public=False)
    desk.comment("erin", ticket.key, "再起動してください。")
    play.until("the engineer's answer", lambda: len(play.thread(root)) >= 2)
    people.say("chen", ACME, "直りました", thread=root)
    play.until("the reply in the ticket", lambda: len(desk.comments(ticket.key)) >= 3)
    desk.comment("erin", ticket.key, "閉じます。")
    play.until("the last word", lambda: len(play.thread(root)) >= 4)

    assert play.deaths == 1, f"the daemon never came to the point {point!r}"
    assert play.process.stop() == 0
    said = [m.text.splitlines()[-1] for m in play.thread(root)]
    assert said[1:] == ["再起動してください。", "直りました", "閉じます。"]
    assert ticket.key in play.thread(root)[0].title
    assert len(desk.comments(ticket.key)) == 4
    assert len(desk.tickets()) == 1
    assert play.form() is None
    assert [c for c in play.box.world.journal.calls("lark") if b"CANARY" in c.request] == []
    # An offer takes the place of a form that is given up, and only of that one.
    assert play.in_state(DeliveryState.DEAD) == ["ShowForm"] * play.offered_again(root)
    assert point == "form sent" or not play.offered_again(root)
    for state in (DeliveryState.DOUBT, DeliveryState.WITHHELD):
        assert play.in_state(state) == []
