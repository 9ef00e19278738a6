"""Somebody asks, and fills in whatever card comes until there is a ticket."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from faults.crash.play import Play

from syncd.sandbox.jsm import site
from syncd.sandbox.lark.client import ClickRefusedByClient
from syncd.sandbox.lark.shown import Shown

_CLICKS = 30
_STALE_SECONDS = 10.0
"""A form that was on its way while another one was filled in is soon taken away."""
_ACCEPTED = ("success", "info")
_HEARD = (*_ACCEPTED, "warning")
"""Whoever wants a form again is warned of what was wrong with the last one, and gets it."""


@dataclass
class Asking:
    """One person, who remembers what was answered and heard."""

    play: Play
    answered: dict[str, int] = field(default_factory=dict)
    """How many answers to each question were heard."""
    done: set[str] = field(default_factory=set)
    """The cards whose click was heard, as they looked."""

    def until_there_is_a_ticket(self) -> None:
        play, sight = self.play, self.play.sight
        for _ in range(_CLICKS):
            play.until("a form, an offer or the ticket", self._goes_on)
            if sight.announcements():
                break
            play.until("a daemon that listens", play.listens)
            for card in self._to_be_clicked():
                self._submits(card) if card.fields else self._opens(card)
        play.until("the ticket", sight.announcements)
        sight.key = re.split("[:\uff1a]", sight.announcements()[0].title)[0]

    def _goes_on(self) -> bool:
        self._operators_act()
        return bool(self.play.sight.announcements() or any(self._to_be_clicked()))

    def _to_be_clicked(self) -> Iterator[Shown]:
        """Yield the card that waits for a click, the newest form before any offer of one."""
        cards = self.play.sight.form(), self.play.sight.offer()
        waiting = [card for card in cards if card is not None and _look(card) not in self.done]
        yield from waiting[:1]

    def _opens(self, offer: Shown) -> None:
        if self._clicks(offer, "open_form", _HEARD):
            self.done.add(_look(offer))

    def _submits(self, form: Shown) -> None:
        if again := self._asked_again(form):
            if self.play.comes(lambda: self._is_gone(form), _STALE_SECONDS):
                return
            self.play.sight.typed_twice.extend(again)
        answers = dict(self._answers(form))
        if self._clicks(form, "submit", _ACCEPTED, answers):
            self.done.add(_look(form))
            for name in answers:
                self.answered[name] = self.answered.get(name, 0) + 1

    def _answers(self, form: Shown) -> Iterator[tuple[str, str]]:
        """Yield what is typed: nothing that was heard before, unless it has to be another."""
        for asked in form.fields:
            wanted = self.play.sight.script.answers().get(asked.name, ())
            heard = self.answered.get(asked.name, 0)
            if heard < len(wanted):
                yield asked.name, wanted[heard]
            elif len(wanted) > 1 or (wanted and asked.required and not asked.default):
                yield asked.name, wanted[-1]

    def _asked_again(self, form: Shown) -> list[str]:
        """Return the questions whose answers were heard, and that have to be answered once more."""
        wanted = self.play.sight.script.answers()
        return [
            asked.name
            for asked in form.fields
            if asked.required
            and not asked.default
            and self.answered.get(asked.name, 0) >= len(wanted.get(asked.name, ())) > 0
        ]

    def _is_gone(self, form: Shown) -> bool:
        now = self.play.sight.form()
        return now is None or _look(now) != _look(form)

    def _clicks(
        self,
        card: Shown,
        button: str,
        good: tuple[str, ...],
        answers: dict[str, str] | None = None,
    ) -> bool:
        """Click, and click again where the script is nervous; True when a good toast came."""
        script, people = self.play.sight.script, self.play.box.lark_people
        heard = False
        for _ in range(2 if script.double_click else 1):
            try:
                click = people.click(script.asker, card.message_id, button, answers)
            except ClickRefusedByClient:
                return heard
            toast = click.toast.type if click.toast else good[0]
            heard = heard or (click.outcome == "ok" and toast in good)
        return heard

    def _operators_act(self) -> None:
        """Do what the daemon asks for: after a lost answer Jira may show a new account nowhere."""
        if "put the person on the desk's list of customers" not in self.play.said():
            return
        state, (email,) = self.play.box.jira_state, self.play.sight.script.answers()["reporter"]
        accounts = {account.account_id for account in state.accounts() if account.email == email}
        for desk in site.DESKS:
            state.customers_of(desk).update(accounts)


def _look(card: Shown) -> str:
    """Return how the card looks; one that is filled in anew, or complained of, looks otherwise."""
    return f"{card.message_id} {card.text} {[(f.name, f.default) for f in card.fields]}"
