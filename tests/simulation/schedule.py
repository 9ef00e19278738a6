"""One seeded schedule: what people do, what goes wrong and which thread runs next."""

import random
from dataclasses import dataclass, field
from pathlib import Path

from simulation.chat import ENTERPRISE, PEOPLE, PREMIUM
from simulation.desk import Secrecy
from simulation.promise import broken, calm, premium_threads
from simulation.town import Town
from simulation.weather import Fate

_STEPS = 80
_MENTIONS, _REMARKS, _REPLIES = 3, 12, 5
_SECRET = tuple(secrecy for secrecy in Secrecy if secrecy is not Secrecy.NONE)
_FLIPPED = (Secrecy.FLAG, Secrecy.ROLE, Secrecy.PROPERTY)
"""What is shown already is read again in bulk, where only a comment's own signs are seen."""


@dataclass
class Told:
    """What one schedule came to."""

    seed: int
    broken: list[str]
    trail: list[str]
    deaths: int
    tickets: int
    shown: int
    kept: int
    """Remarks that were never public."""
    met: dict[str, int] = field(default_factory=dict)


class Schedule:
    """Drives a town by a seed; what is chosen depends on nothing else."""

    def __init__(self, template: Path, folder: Path, seed: int) -> None:
        self._random = random.Random(f"schedule {seed}")  # noqa: S311 -- it has to be replayable
        self._seed = seed
        self._harm = self._random.choice((0.05, 0.1, 0.2, 0.35))
        self._jumps = seed % 5 == 0
        self._left = {"mention": _MENTIONS, "remark": _REMARKS, "reply": _REPLIES}
        self._said = 0
        self.town = Town(template, folder, seed, self._choose)
        self.town.lag_ms = self._random.choice((0, 0, 2_000, 30_000, 1_200_000))

    def run(self) -> Told:
        """Play the schedule to its end, and ask whether the promise was kept."""
        town = self.town
        try:
            for _ in range(_STEPS):
                town.passes(self._random.choice((1, 1, 50, 700, 4_000, 20_000)))
                self._person_acts()
                town.turn(self._random.choice(list(town.threads)))
                town.turn(self._random.choice(("socket", "intake", "chat 1", "desk 1")))
            calm(town)
            remarks = [r for issue in town.desk.issues.values() for r in issue.remarks]
            return Told(
                seed=self._seed,
                broken=broken(town),
                trail=town.trail,
                deaths=town.deaths,
                tickets=len(town.desk.issues),
                shown=len(town.chat.shown),
                kept=sum(not r.public and not r.always_public for r in remarks),
                met=town.weather.met,
            )
        finally:
            town.close()

    def _choose(self, name: str, possible: tuple[Fate, ...]) -> Fate:
        # Writes are few and what they come to is what matters; commits are many.
        weight = 1.5 if Fate.LATE in possible else 0.3 if name == "commit" else 1.0
        harmed = self._random.random() < self._harm * weight
        return self._random.choice(possible) if harmed else Fate.FINE

    def _person_acts(self) -> None:
        deeds = (
            self._mention, self._mention, self._submit, self._submit, self._submit, self._remark,
            self._remark, self._flip, self._delete, self._reply, self._cancel, self._jump,
        )  # fmt: skip
        self._random.choice(deeds)()

    def _may(self, deed: str) -> bool:
        self._left[deed] -= 1
        return self._left[deed] >= 0

    def _mention(self) -> None:
        if self._may("mention"):
            chat_id = self._random.choice((PREMIUM, ENTERPRISE))
            self.town.mentions_bot(self._random.choice(PEOPLE), chat_id)

    def _submit(self) -> None:
        person = self._random.choice(PEOPLE)
        forms = self.town.chat.forms(person)
        if forms:
            form = self._random.choice(forms)
            for _ in range(self._random.choice((1, 1, 2))):
                self.town.submits(form, person)

    def _cancel(self) -> None:
        person = self._random.choice(PEOPLE)
        forms = self.town.chat.forms(person)
        if forms and self._random.random() < 0.1:
            self.town.submits(forms[0], person, cancel=True)

    def _remark(self) -> None:
        issues = list(self.town.desk.issues.values())
        if issues and self._may("remark"):
            self._said += 1
            secret = self._random.random() < 0.3
            secrecy = self._random.choice(_SECRET) if secret else Secrecy.NONE
            name = f"SECRET{self._said}" if secret else f"C{self._said}"
            self.town.desk.says(self._random.choice(issues), f"<<{name}>>", secrecy)

    def _flip(self) -> None:
        remarks = [
            (issue, r)
            for issue in self.town.desk.issues.values()
            for r in issue.remarks
            if not r.ref
        ]
        if remarks and self._random.random() < 0.15:
            issue, remark = self._random.choice(remarks)
            secrecy = self._random.choice(_FLIPPED) if remark.public else Secrecy.NONE
            # Whether either change moves the ticket's `updated` is nowhere promised.
            self.town.desk.flips(issue, remark, secrecy, touch=self._random.random() < 0.5)

    def _delete(self) -> None:
        remarks = [
            (issue, r)
            for issue in self.town.desk.issues.values()
            for r in issue.remarks
            if not r.ref
        ]
        if remarks and self._random.random() < 0.05:
            self.town.desk.deletes(*self._random.choice(remarks))

    def _reply(self) -> None:
        threads = premium_threads(self.town)
        if threads and self._may("reply"):
            root = self._random.choice(threads).thread.root
            self.town.replies_in(root, self._random.choice(PEOPLE))

    def _jump(self) -> None:
        """The clock of our machine is set, by hours; the platforms' clocks go on."""
        if self._jumps and self._random.random() < 0.1:
            self.town.skew_ms = self._random.choice((-2, 0, 1, 3)) * 3_600_000


def play(template: Path, folder: Path, seed: int) -> Told:
    return Schedule(template, folder, seed).run()
