"""One chat's part of the story: who plays, what was seen so far, and how to look."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from syncd.sandbox.box import Sandbox
from syncd.sandbox.journal import Call
from syncd.sandbox.jsm.records import Ticket
from syncd.sandbox.lark.shown import Shown
from syncd.sandbox.world import Person

Found = TypeVar("Found")


@dataclass(frozen=True)
class Cast:
    """Who plays in which chat, and what they say."""

    chat_id: str
    premium: bool
    script: str
    """A regular expression that every sentence of the bot in this chat matches."""
    asker: str
    watcher: str
    engineer: str
    trouble: str
    detail: str
    wrong_address: str
    complaint: str
    """What the refusal of the wrong address must name."""
    internal: str
    answer: str
    second_answer: str
    reply: str
    screenshot: bool = False
    """Whether the question has one."""
    corrected: str = ""
    """The answer, as the engineer edits it."""
    slip: str = ""
    """What the asker writes and takes back."""


GLOBEX = Cast(
    chat_id="oc_globex",
    premium=False,
    script=r"^[^\u3040-\u30ff\u4e00-\u9fff]*[a-z]{3}[^\u3040-\u30ff\u4e00-\u9fff]*$",
    asker="ben",
    watcher="dora",
    engineer="erin",
    trouble="Our cluster is down",
    detail="Since 9:40 every query ends with a timeout.",
    wrong_address="ben at globex",
    complaint="ben at globex",
    internal="INTERNAL-7731 the customer's node ran out of disk, do not tell yet",
    answer="We found the cause and are restarting the nodes.",
    second_answer="All nodes are up again.",
    reply="Thanks, the dashboard is green again!",
)
ACME = Cast(
    chat_id="oc_acme",
    premium=True,
    script=r"[\u3040-\u30ff]",
    asker="aiko",
    watcher="chen",
    engineer="erin",
    trouble="クラスタが停止しました",
    detail="今朝からすべてのクエリがタイムアウトします。",
    wrong_address="aiko@elsewhere.example",
    complaint="acme.example",
    internal="INTERNAL-8842 請求先の確認が先です",
    answer="原因を特定し、ノードを再起動しています。",
    second_answer="すべてのノードが復旧しました。",
    reply="ありがとうございます。いつ頃直りますか?",
    screenshot=True,
    corrected="原因はノード tikv-2 です。再起動しています。",
    slip="パスワードは hunter2 です",
)
INITECH = Cast(
    chat_id="oc_initech",
    premium=True,
    script=r"^[^\u3040-\u30ff]*[\u4e00-\u9fff][^\u3040-\u30ff]*$",
    asker="mei",
    watcher="omar",
    engineer="erin",
    trouble="集群挂了",
    detail="从九点开始所有查询都超时。",
    wrong_address="mei@elsewhere.example",
    complaint="initech.example",
    internal="INTERNAL-9953 先不要告诉客户",
    answer="原因已找到，正在重启节点。",
    second_answer="所有节点都已恢复。",
    reply="谢谢，大概什么时候能恢复？",
    screenshot=True,
    corrected="原因是节点 tikv-2，正在重启它。",
    slip="密码是 hunter2",
)
INITECH_INVOICE = replace(
    INITECH,
    trouble="十月的账单多算了一个节点",
    detail="我们十月只用了三个节点。",
    internal="INTERNAL-1064 折扣还没有批准",
    answer="已更正，新的账单今天发出。",
    second_answer="新的账单已发出。",
    reply="收到，谢谢。",
    screenshot=False,
)


class Unseen(Exception):
    """What must be seen is not there."""

    def __init__(self, expected: str, seen: str) -> None:
        super().__init__(expected)
        self.expected, self.seen = expected, seen


@dataclass
class Scene:
    """The hands and eyes of everybody in one chat."""

    sandbox: Sandbox
    cast: Cast
    narrate: Callable[[str], None]
    patience: float
    root: str = ""
    """The message in which the asker mentioned the bot."""
    form: Shown | None = None
    ticket_key: str = ""
    answer_id: str = ""
    """The comment that is the engineer's first answer."""
    told: list[str] = field(default_factory=list)
    """Public comments that the chat must show once each."""

    # -- who

    @property
    def asker(self) -> Person:
        return self.sandbox.world.person(self.cast.asker)

    @property
    def watcher(self) -> Person:
        return self.sandbox.world.person(self.cast.watcher)

    @property
    def engineer(self) -> Person:
        return self.sandbox.world.person(self.cast.engineer)

    def named(self, sentence: str) -> str:
        """Fill the first names of the cast into a sentence."""
        return sentence.format(
            asker=first_name(self.asker),
            watcher=first_name(self.watcher),
            engineer=first_name(self.engineer),
        )

    def tell(self, sentence: str) -> None:
        """Narrate one fact."""
        self.narrate("   " + sentence)

    # -- what is there

    def top_level(self, person: Person) -> list[Shown]:
        """Return what a person sees in this chat."""
        return self.sandbox.lark_people.view(person.key, self.cast.chat_id)

    def thread(self, person: Person) -> list[Shown]:
        """Return the replies below the asker's mention, as a person sees them."""
        roots = [s for s in self.top_level(person) if s.message_id == self.root]
        return roots[0].thread if roots else []

    def forms(self, person: Person) -> list[Shown]:
        """Return the private forms that a person sees in this chat."""
        return [s for s in self.top_level(person) if s.private and s.fields]

    def the_form(self) -> Shown:
        """Return the form as the asker first saw it."""
        if self.form is None:
            raise LookupError("the story has not come to the form yet")
        return self.form

    def tickets(self) -> list[Ticket]:
        """Return the tickets about this chat's trouble."""
        tickets = self.sandbox.jira_people.tickets()
        return [t for t in tickets if t.summary == self.cast.trouble]

    def ticket(self) -> Ticket:
        return self.sandbox.jira_people.ticket(self.ticket_key)

    # -- what must be

    def wait_for(self, expected: str, look: Callable[[], Found | None], times: float = 1) -> Found:
        """Block until `look` finds something; raises Unseen when patience, so many times over,
        ends first.

        Whatever the daemon does shows at one of the fakes, so each of its calls is a reason to
        look again.
        """
        journal = self.sandbox.world.journal
        deadline = time.monotonic() + times * self.patience
        while True:
            before = len(journal.calls())
            found = look()
            if found:
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise Unseen(expected, self.sight())
            journal.wait_for(_grown(before), left)

    def check(self, holds: bool, expected: str, seen: str = "") -> None:
        """Raise Unseen unless it holds."""
        if not holds:
            raise Unseen(expected, seen or self.sight())

    def check_language(self, said: str) -> None:
        """Raise Unseen unless the bot speaks this chat's language."""
        self.check(bool(re.search(self.cast.script, said)), "the chat's own language", said)

    def sight(self) -> str:
        """Return in a few lines what there is to see, for a failed step."""
        lines = [f"{first_name(self.asker)} sees {brief(s)}" for s in self.top_level(self.asker)]
        lines += [f"in the thread {brief(s)}" for s in self.thread(self.asker)]
        lines += [f"from the bot directly {brief(s)}" for s in self._direct()]
        lines += [f"ticket {t.key} with {len(t.comments)} comments" for t in self.tickets()]
        lines += self._refusals()[-2:]
        if not self.sandbox.lark_state.delivery.connections.all():
            lines.append("nobody is connected to Lark as the bot")
        return "; ".join(lines) or "nothing"

    def _refusals(self) -> list[str]:
        """Return each refused or cut call once, in the order of the first."""
        calls = [c for c in self.sandbox.world.journal.calls() if not 200 <= c.status < 400]
        said = [f"{c.side} answered {c.status} to {c.method} {c.path}" for c in calls]
        return list(dict.fromkeys(said))

    def _direct(self) -> list[Shown]:
        return self.sandbox.lark_people.direct(self.asker.key)


def _grown(size: int) -> Callable[[list[Call]], bool]:
    return lambda calls: len(calls) != size


def first_name(person: Person) -> str:
    return person.name.split()[0]


def brief(shown: Shown) -> str:
    """Return one line about a message."""
    words = " ".join(f"{shown.title} {shown.text}".split())
    kind = "private card" if shown.private else shown.kind
    return f"[{kind} of {shown.sender}] {words[:70]}"


def one_line(words: str) -> str:
    return " / ".join(words.split("\n"))


def by_bot(shown: list[Shown], words: str) -> list[Shown]:
    """Return the bot's messages that hold these words."""
    return [s for s in shown if s.kind == "card" and words in f"{s.title}\n{s.text}"]
