"""One seeded schedule: what people do, what goes wrong and which thread runs next."""

import random
from dataclasses import dataclass, field

from simulation.chat import CHATS, PEOPLE
from simulation.disk import Disk
from simulation.promise import broken, calm, premium_threads, work
from simulation.tickets import Issue, Remark, Secrecy
from simulation.town import Town
from simulation.weather import Fate

from syncd.core.model import DeliveryState as D
from syncd.core.model import PersonId

_STEPS = (15, 30, 60)
_BEGINS = ("nothing", "form", "ticket", "ticket")
"""What is there already when the storm comes."""
_MENTIONS, _REMARKS, _REPLIES = 3, 12, 5
_BUSIEST = ("socket", "intake", "chat 1", "desk 1")
_CARDS = 6
"""More than any request takes, the button and what has to be corrected included."""
_SECRET = tuple(secrecy for secrecy in Secrecy if secrecy is not Secrecy.NONE)


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

    def __init__(self, disk: Disk, seed: int) -> None:
        self._random = random.Random(f"schedule {seed}")
        self._seed = seed
        self._harm = self._random.choice((0.05, 0.1, 0.2, 0.35))
        self._jumps, self._disables = seed % 5 == 0, seed % 7 == 0
        self._left = {"mention": _MENTIONS, "remark": _REMARKS, "reply": _REPLIES}
        self._said = 0
        self.town = Town(disk, seed, self._choose)
        self.town.lag_ms = self._random.choice((0, 0, 2_000, 30_000, 1_200_000))

    def run(self) -> Told:
        """Play the schedule to its end, and ask whether the promise was kept."""
        town = self.town
        try:
            self._begins(self._random.choice(_BEGINS))
            for _ in range(self._random.choice(_STEPS)):
                town.passes(self._random.choice((1, 1, 50, 700, 4_000, 20_000)))
                self._somebody_acts()
                town.turn(self._random.choice((*town.threads, *_BUSIEST, *_BUSIEST)))
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

    def _begins(self, with_what: str) -> None:
        self.town.stormy = False
        if with_what != "nothing":
            self._mention()
            work(self.town)
        for _ in range(_CARDS if with_what == "ticket" else 0):
            if not self.town.desk.issues:
                self._submit(PEOPLE)
                work(self.town)
        self.town.stormy = True

    def _somebody_acts(self) -> None:
        deeds = (
            self._mention, self._press, self._submit, self._submit, self._remark, self._remark,
            self._flip, self._delete, self._edit, self._reply, self._revise, self._cancel,
            self._jump, self._operate, self._recall, self._serve, self._come_again, self._ask_more,
        )  # fmt: skip
        self._random.choice(deeds)()

    def _may(self, deed: str) -> bool:
        self._left[deed] -= 1
        return self._left[deed] >= 0

    def _mention(self) -> None:
        if self._may("mention"):
            chat_id = self._random.choice(CHATS)
            self.town.mentions_bot(self._random.choice(PEOPLE), chat_id)

    def _submit(self, people: tuple[PersonId, ...] = ()) -> None:
        if not any(map(self.town.chat.forms, people or PEOPLE)):
            self._press()
            if not self.town.stormy:
                work(self.town)
        asked = people or (self._random.choice(PEOPLE),)
        forms = [(person, form) for person in asked for form in self.town.chat.forms(person)]
        if forms:
            person, form = self._random.choice(forms)
            for _ in range(self._random.choice((1, 1, 2))):
                self.town.submits(form, person)

    def _press(self) -> None:
        """Somebody presses a button that opens a form, often whoever asked."""
        buttons = self.town.chat.buttons()
        if buttons:
            offer = self._random.choice(buttons)
            asker = self.town.asker_of(offer.content)
            person = asker if self._random.random() < 0.8 else self._random.choice(PEOPLE)
            self.town.wants_form(offer, person)

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

    def _remarks(self) -> list[tuple[Issue, Remark]]:
        issues = self.town.desk.issues.values()
        return [(i, r) for i in issues for r in i.remarks if not r.ref and not r.deleted]

    def _edit(self) -> None:
        remarks = self._remarks()
        if remarks and self._random.random() < 0.3:
            self.town.desk.edits(*self._random.choice(remarks))

    def _flip(self) -> None:
        remarks = self._remarks()
        if remarks and self._random.random() < 0.15:
            issue, remark = self._random.choice(remarks)
            secrecy = self._random.choice(_SECRET) if remark.public else Secrecy.NONE
            # Whether either change moves the ticket's `updated` is nowhere promised.
            self.town.desk.flips(issue, remark, secrecy, touch=self._random.random() < 0.5)

    def _delete(self) -> None:
        remarks = self._remarks()
        if remarks and self._random.random() < 0.05:
            self.town.desk.deletes(*self._random.choice(remarks))

    def _reply(self) -> None:
        threads = premium_threads(self.town)
        if threads and self._may("reply"):
            thread = self._random.choice(threads).thread
            self.town.replies_in(thread, self._random.choice(PEOPLE))

    def _revise(self) -> None:
        """Somebody edits a reply, or takes it back."""
        if self.town.replies and self._random.random() < 0.4:
            mark = self._random.choice(sorted(self.town.replies))
            self.town.revises(mark, recalled=self._random.random() < 0.3)

    def _jump(self) -> None:
        """The clock of our machine is set, by hours; the platforms' clocks go on."""
        if self._jumps and self._random.random() < 0.1:
            self.town.skew_ms = self._random.choice((-26, -2, 0, 1, 3, 26)) * 3_600_000

    def _operate(self) -> None:
        ended, waiting = (self.town.deliveries(s) for s in (D.DEAD, D.READY))
        if ended and self._random.random() < 0.5:
            self.town.sends_again(self._random.choice(ended).id)
        elif waiting and self._random.random() < 0.02:
            self.town.gives_up(self._random.choice(waiting).id)

    def _recall(self) -> None:
        if self.town.mentions and self._random.random() < 0.05:
            self.town.chat.recalled.add(self._random.choice(self.town.mentions).message_id)

    def _serve(self) -> None:
        if self._disables and self._random.random() < 0.3:
            chat_id = self._random.choice(CHATS)
            self.town.serves(chat_id, enabled=self._random.random() < 0.5)

    def _ask_more(self) -> None:
        """An administrator adds a question to the Form."""
        if self._random.random() < 0.1:
            self.town.desk.forms.asks_more = True

    def _come_again(self) -> None:
        if self.town.acked and self._random.random() < 0.2:
            self.town.comes_again(self._random.choice(self.town.acked))


def play(disk: Disk, seed: int) -> Told:
    return Schedule(disk, seed).run()
