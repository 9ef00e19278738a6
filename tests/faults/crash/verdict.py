"""What a finished play must look like, from the outside."""

from collections import Counter
from dataclasses import dataclass, field

import internal
from faults.crash import wishes
from faults.crash.play import Play
from faults.crash.script import (
    AWAY,
    CARRIED,
    CORRECTED,
    FILE_CONTENT,
    ONLY_IN_THREADS,
    SECRETS,
    SENT_FILE,
    SHOWN,
    SHOWN_AGAIN,
    SHOWN_FILE,
    TAKEN_BACK,
)

_UNFINDABLE = {"ShowForm", "TellPerson"}
"""What is never sent again blindly, and is listed instead."""
_SENT_BACK = ("FileTicket", "DEAD", "the helpdesk would refuse the values")
"""What came back to its asker, and was filed under another delivery."""


@dataclass
class Verdict:
    """What went wrong, by kind, and how much was looked at."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    checked: int = 0
    markers_received: Counter[str] = field(default_factory=Counter)
    deaths: int = 0

    def problems(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.leaked, *self.disordered, *self.other]


def judge(play: Play, status: int) -> Verdict:
    """Compare what was said with what is to be seen."""
    verdict = Verdict(deaths=play.deaths)
    sight = play.sight
    for text in sight.script.texts(*SHOWN):
        _count(verdict, f"{text!r} in the chat", len(sight.shown(text)))
    for text in sight.script.texts(*SHOWN_AGAIN):
        _count(verdict, f"{text!r} in the chat", len(sight.shown(text)))
    for line in sight.script.lines:
        if line.kind in CORRECTED:
            corrected = f"{line.text} {CORRECTED[line.kind]}"
            _count(verdict, f"{corrected!r} in the chat", len(sight.shown(corrected)))
    for text in sight.script.texts(*TAKEN_BACK):
        verdict.checked += 1
        if sight.shown(text):
            verdict.leaked.append(f"{text!r} is still shown")
    _judge_card(verdict, play)
    _judge_files(verdict, play)
    _count(verdict, "the link to the ticket", sight.announced())
    _count(verdict, "the ticket", len(play.box.jira_people.tickets()) - 1)
    _judge_wish(verdict, play)
    _judge_order(verdict, play)
    _judge_talk(verdict, play)
    _judge_secrets(verdict, play)
    _judge_outbox(verdict, play)
    if status != 0:
        verdict.other.append(f"the daemon ended with status {status}")
    return verdict


def _judge_card(verdict: Verdict, play: Play) -> None:
    """The card is true in the end, and that the ticket is resolved is said once."""
    sight = play.sight
    if sight.script.texts("resolved"):
        _count(verdict, "word that it is resolved", sight.said_resolved())
        if not sight.card_says("Resolved"):
            verdict.other.append("the card does not say that it is resolved")


def _judge_files(verdict: Verdict, play: Play) -> None:
    sight = play.sight
    for name in sight.script.files(SENT_FILE):
        _count(verdict, f"{name!r} on the ticket", sight.has_file(name))
    for name in sight.script.files(SHOWN_FILE):
        _count(verdict, f"{name!r} in the chat", sight.shows_file(name))


def _count(verdict: Verdict, what: str, times: int) -> None:
    verdict.checked += 1
    if times == 0:
        verdict.lost.append(f"{what} never came")
    elif times > 1:
        verdict.doubled.append(f"{what} came {times} times")


def _judge_wish(verdict: Verdict, play: Play) -> None:
    """What was asked for is in the ticket, and those are told who are to know, and nobody else."""
    sight, wish = play.sight, play.sight.script.wish
    verdict.lost += wishes.wrong(wish, play.box, sight.key)
    verdict.doubled += [f"{name} had to be answered twice" for name in sight.typed_twice]
    if wish.severity:
        _count(verdict, "the word about the highest severity", sight.escalated())
    waits = any(line.kind == "ask" and line.waits for line in sight.script.lines)
    if sight.promised() or (wish.in_more_than_one_card and waits):
        _count(verdict, "the word of when the first answer comes", sight.promised())
    everybody = repr(sight.view())
    secrets = wishes.HIDDEN, *sight.script.answers().get("reporter", ())
    verdict.leaked += [
        f"{secret!r} stands in the chat" for secret in secrets if secret in everybody
    ]
    verdict.leaked += [f"{call} went to Lark" for call in internal.sent(play.box, wishes.HIDDEN)]


def _judge_order(verdict: Verdict, play: Play) -> None:
    expected = play.sight.script.texts(*SHOWN)
    cards = [m.text for m in play.sight.view() if m.kind == "card"]
    shown = [text for card in cards for text in expected if text in card]
    if list(dict.fromkeys(shown)) != expected:
        verdict.disordered.append(f"shown as {shown}")


def _judge_talk(verdict: Verdict, play: Play) -> None:
    """What people write in the thread is in the ticket once, and is not told them again."""
    sight, script = play.sight, play.sight.script
    if script.premium:
        for text in script.texts(*CARRIED):
            _count(verdict, f"{text!r} in the ticket", sight.commented(text))
    else:
        mentions = len(script.texts("mention"))
        verdict.checked += mentions
        if sight.told() > mentions:
            verdict.doubled.append(f"{mentions} mentions were answered {sight.told()} times")
        if sight.told() + sight.untold() < mentions:
            verdict.lost.append(f"{mentions} mentions were answered {sight.told()} times")
    for line in script.lines:
        # Lark tells of a recall once: while nobody listens it is not heard.
        if line.kind == "recalled" and sight.commented(line.text) > min(play.deaths, 1):
            told = f"{line.text!r} is {sight.commented(line.text)} times in the ticket"
            (verdict.doubled if play.deaths else verdict.leaked).append(told)
    echoes = [t for t in script.texts("mention", *ONLY_IN_THREADS) if sight.shown(t)]
    verdict.doubled += [f"{text!r} came back to the chat" for text in echoes]


def _judge_secrets(verdict: Verdict, play: Play) -> None:
    verdict.leaked += internal.sent(play.box, *SECRETS.values(), FILE_CONTENT)
    verdict.leaked += [f"asked for a file: {c}" for c in internal.files_asked_for(play.box)]
    verdict.markers_received = play.sight.received()


def _judge_outbox(verdict: Verdict, play: Play) -> None:
    """Whatever was not delivered is listed with its reason, and nothing else is left."""
    script, rows = play.sight.script, play.sight.outbox()
    weather = play.deaths or script.texts(*AWAY)
    kept_back = [row for row in rows if row[1] == "WITHHELD"]
    left = [row for row in rows if row[1] not in ("DONE", "WITHHELD") and row != _SENT_BACK]
    wrong = [row for row in left if not _is_listed(row) or not weather]
    if rows.count(_SENT_BACK) > sum(len(said) - 1 for said in script.wish.answers.values()):
        wrong.append(_SENT_BACK)
    if len(kept_back) > len(script.texts(*TAKEN_BACK)):
        wrong += kept_back
    verdict.other += [f"the outbox ends with {' '.join(row)}" for row in wrong]


def _is_listed(row: tuple[str, str, str]) -> bool:
    kind, state, reason = row
    return state == "DEAD" and bool(reason) and kind in _UNFINDABLE
