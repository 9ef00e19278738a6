"""What a finished play must look like, from the outside."""

from collections import Counter
from dataclasses import dataclass, field

from faults.crash.play import Play
from faults.crash.script import MARKER


@dataclass
class Verdict:
    """What went wrong, by kind, and how much was looked at."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    checked: int = 0
    markers_received: int = 0
    deaths: int = 0

    def problems(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.leaked, *self.disordered, *self.other]


def judge(play: Play, status: int) -> Verdict:
    """Compare what was said with what is to be seen."""
    verdict = Verdict(deaths=play.deaths)
    script = play.script
    for text in script.answers:
        _count(verdict, f"answer {text!r}", len(play.shown(text)))
    for text in script.replies:
        _count(verdict, f"reply {text!r}", play.commented(text))
    _count(verdict, "the link to the ticket", play.announced())
    _count(verdict, "the ticket", len(play.box.jira_people.tickets()) - 1)
    order = [m.text.splitlines()[-1] for m in play.view() if m.kind == "card"]
    shown = [text for text in order if text in script.answers]
    if list(dict.fromkeys(shown)) != script.answers:
        verdict.disordered.append(f"shown as {shown}")
    _judge_secrets(verdict, play)
    states = Counter(play.states())
    if set(states) - {"DONE", "DEAD"} or (states["DEAD"] and play.deaths == 0):
        verdict.other.append(f"the outbox ends with {dict(states)}")
    if status != 0:
        verdict.other.append(f"the daemon ended with status {status}")
    return verdict


def _count(verdict: Verdict, what: str, times: int) -> None:
    verdict.checked += 1
    if times == 0:
        verdict.lost.append(f"{what} never came")
    elif times > 1:
        verdict.doubled.append(f"{what} came {times} times")


def _judge_secrets(verdict: Verdict, play: Play) -> None:
    marker = MARKER.encode()
    journal = play.box.world.journal
    verdict.leaked += [f"{c.method} {c.path}" for c in journal.calls("lark") if marker in c.request]
    verdict.markers_received = sum(c.response.count(marker) for c in journal.calls("jsm"))
