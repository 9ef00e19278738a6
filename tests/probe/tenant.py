"""A tenant on which people have written, and what is asked of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from syncd import config
from syncd.core.model import ChatId, PersonId
from syncd.doctor.case import Case
from syncd.probe.ground import Ground
from syncd.probe.rounds import Told, rounds
from syncd.probe.table import QUESTIONS
from syncd.sandbox.box import Sandbox

OURS, ABROAD = "oc_acme", "oc_initech"


@dataclass
class Tenant:
    box: Sandbox
    folder: Path
    written: str = ""
    left: list[tuple[str, str]] = field(default_factory=list)
    cleaned: list[str] = field(default_factory=list)
    wait: Callable[[float], None] | None = None
    """What waits; None: the sandbox's clock moves on."""

    def __post_init__(self) -> None:
        self.written = self.box.config_toml()

    def rewrite(self, right: str, other: str) -> None:
        assert right in self.written
        self.written = self.written.replace(right, other)

    def switch(self, name: str, value: object) -> None:
        """Set a switch of the sandbox, whichever side has it."""
        sides = (self.box.lark_state.switches, self.box.jira_state.switches)
        (side,) = (side for side in sides if hasattr(side, name))
        setattr(side, name, value)

    def people_write(self) -> None:
        people = self.box.lark_people
        people.say("aiko", OURS, "good morning")
        people.say("mei", ABROAD, "good morning")

    def config_file(self) -> Path:
        path = self.folder / "config.toml"
        path.write_text(self.written, encoding="utf-8")
        return path

    def asks(
        self, code: str = "", *, chat: str = "", person: str = "", agree: bool = True
    ) -> list[Told]:
        """Ask one question, or all of them."""
        path = self.config_file()
        clock = self.box.world.clock
        case = Case(path, clock=clock.now_ms, loaded=config.load(path))
        wait = self.wait or self._moves
        with case, Ground(case, ChatId(chat), PersonId(person), wait) as ground:
            self.left, self.cleaned = ground.written.left, ground.written.cleaned
            wanted = [one for one in QUESTIONS if code in ("", one.code)]
            return list(rounds(ground, wanted, lambda question: agree))

    def _moves(self, seconds: float) -> None:
        self.box.world.clock.move(seconds=seconds)

    def messages(self, chat: str) -> list[str]:
        """What the bot has in a chat that was not recalled."""
        shown = self.box.lark_people.view("aiko", chat)
        return [repr(one) for one in shown]
