"""The story of three people in a group of two companies, whatever Lark refuses there."""

import random
import re
from dataclasses import dataclass
from typing import Any

from house import INITECH, House

from syncd.core.model import ChatId, DeliveryState
from syncd.core.operators.serving import ChatDecision
from syncd.sandbox.lark.abroad import OTHERWISE
from syncd.sandbox.lark.shown import Shown

ASKERS = ("mei", "omar", "erin")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w")
_REFUSABLE = {
    "ephemeral": r"/ephemeral/v1/send",
    "direct": r"/im/v1/messages\?receive_id_type=open_id",
    "members": r"/chats/[^/]+/members",
    "group": r"/chats/[^/?]+(\?|$)",
}
"""What a chat may refuse, by a part of the call's address."""
UNANSWERED = ("ext_callback",)
"""Where no click arrives nobody can submit a form: these are told the portal."""


@dataclass
class Abroad:
    """The group, and how it is treated."""

    house: House
    settings: dict[str, str]

    def __post_init__(self) -> None:
        self.house.box.lark_state.limits.enforced = False
        domains = "initech.example", "support.example"
        decided = ChatDecision(ChatId(INITECH), enabled=True, allowed_domains=domains)
        self.house.app.store.write(lambda tx: tx.chats.set(decided))
        for name, value in self.settings.items():
            setattr(self.house.box.lark_state.switches, name, value)

    def tells(self) -> None:
        """Everybody asks, submits, and asks again; one writes more, and an engineer answers."""
        roots = {person: self._asks(person, f"it is down, says {person}") for person in ASKERS}
        self._is_shared()
        for person, root in roots.items():
            self._submits(person, root, first=True)
        again = self._asks("mei", "and the disk is full")
        self._submits("mei", again, first=False)
        self.house.says("omar", INITECH, "since nine o'clock", thread=roots["omar"])
        self.key = self._ticket_of(roots["omar"])
        self.house.box.jira_people.comment("erin", self.key, "we look into it")
        self.house.poll()
        self._settles()
        self.roots = roots

    def problems(self) -> list[str]:
        """Return a sentence for each thing that should not be."""
        house = self.house
        # A card that may be neither recalled nor changed stays; that is listed.
        stays = {"ext_recall", "ext_patch"} <= self.settings.keys()
        left = [d for d in house.undelivered() if not (stays and d.command.kind() == "CloseForm")]
        found = [f"{d.command.kind()} is {d.state}: {d.reason}" for d in left]
        tickets = house.box.jira_people.tickets()
        if len(tickets) != len(ASKERS) + 1:
            found.append(f"{len(tickets)} tickets")
        if sorted(self._reporters()) != sorted([*map(_address, ASKERS), _address("mei")]):
            found.append(f"raised for {self._reporters()}")
        if "we look into it" not in repr(house.thread("mei", INITECH, self.roots["omar"])):
            found.append("the answer is not in its thread")
        found += [f"an address for all to see: {a}" for a in _ADDRESS.findall(self._seen_by_all())]
        return [*found, *self._too_often(), *self._authors()]

    def _asks(self, person: str, words: str) -> str:
        return self.house.asks(person, INITECH, words)

    def _is_shared(self) -> None:
        """Without this no word of the bot comes into the group; an administrator mends that."""
        self.house.box.lark_state.switches.ext_send = "ok"
        self.house.time_passes(seconds=301)
        self._settles()

    def _submits(self, person: str, root: str, *, first: bool) -> None:
        """Fill in what is not there; nothing is typed that was typed or written before."""
        form = self._form(person, root)
        typed = {"customfield_10041": "2-Major"}
        required = [f.name for f in form.fields if f.required and not f.default]
        if "reporter" in required:
            assert first or person == "erin", "the address is typed twice"
            typed["reporter"] = _address(person)
        assert set(required) <= set(typed), f"to be typed again: {required}"
        click = self.house.clicks(person, form, "submit", **typed)
        assert click.toast.type == "success", click
        self._settles()

    def _form(self, person: str, root: str) -> Shown:
        """Return the form of that thread's request, opened by the button if need be."""
        self._settles()
        offers = [m for m in self._thread(root) if any(b.name == "open_form" for b in m.buttons)]
        if offers and not [m for m in self._thread(root) if m.fields]:
            self.house.clicks(person, offers[-1], "open_form")
            self._settles()
        if self._is_told_to_open_the_chat(root):
            self.house.box.lark_people.open_direct_chat(person)
            self.house.says(person, INITECH, "@Support Bot", thread=root)
        here = [m for m in self._thread(root) if m.fields and not m.recalled]
        people = self.house.box.lark_people
        private = [m for m in people.view(person, INITECH) if m.private] + people.direct(person)
        return [*here, *(m for m in private if m.fields and not m.recalled)][-1]

    def _is_told_to_open_the_chat(self, root: str) -> bool:
        return any("打开与我的单聊" in m.text for m in self._thread(root))

    def _thread(self, root: str) -> list[Shown]:
        return [m for m in self.house.thread("erin", INITECH, root) if not m.recalled]

    def _ticket_of(self, root: str) -> str:
        (key,) = {k for m in self._thread(root) for k in re.findall(r"HELP-\d+", m.text)}
        return key

    def _settles(self) -> None:
        self.house.until(lambda: not self.house.deliveries(DeliveryState.READY), step=1)

    def _reporters(self) -> list[str]:
        state = self.house.box.jira_state
        accounts = {account.account_id: account.email for account in state.accounts()}
        return [accounts[ticket.reporter] for ticket in self.house.box.jira_people.tickets()]

    def _seen_by_all(self) -> str:
        """Return what the bot has said in the group."""
        state = self.house.box.lark_state
        said = [m for m in state.in_chat(state.chats[INITECH]) if not m.sender]
        return "\n".join(message.content for message in said)

    def _too_often(self) -> list[str]:
        calls = self.house.box.world.journal.calls("lark")
        told = []
        for what, path in _REFUSABLE.items():
            refused = [c for c in calls if c.status >= 400 and re.search(path, _address_of(c))]
            if len(refused) > 2:
                told.append(f"{what} was refused {len(refused)} times")
        for person in ("ou_mei", "ou_omar", "ou_erin"):
            about = [c for c in calls if "/contact/" in c.path and person in _about(c)]
            if len(about) > 2:
                told.append(f"{person} was asked for {len(about)} times")
        return told

    def _authors(self) -> list[str]:
        """Whoever wrote is told from others in the ticket, by name or by sign."""
        bodies = [str(c.body) for c in self.house.box.jira_people.comments(self.key)]
        ours = [b for b in bodies if "since nine" in b]
        known = any("Omar Haddad" in b or re.search(r"Lark [^ ]+ [A-Z2-7]{4}", b) for b in ours)
        return [] if known else [f"the reply came as {ours}"]


def _address(person: str) -> str:
    return f"{person}@{'support' if person == 'erin' else 'initech'}.example"


def _address_of(call: Any) -> str:
    return f"{call.path}?{call.query}"


def _about(call: Any) -> str:
    return call.path + call.request.decode()


def combination(seed: int) -> dict[str, str]:
    """Return switches by chance, of which most are not as they usually are."""
    chance = random.Random(seed)
    usual = [name for name in OTHERWISE if name not in UNANSWERED]
    turned = [name for name in usual if chance.random() < 0.5]
    chosen = {name: chance.choice(OTHERWISE[name]) for name in turned}
    if "ext_cards" in chosen and chosen.get("ext_p2p") == "never":
        del chosen["ext_p2p"]  # Then the portal alone is left.
    return chosen
