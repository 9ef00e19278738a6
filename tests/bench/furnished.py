"""A sandbox with many groups and linked tickets, and the daemon beside it, for `throughput`."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import NullPool, create_engine, insert

from syncd.core.model import (
    ChatId,
    Language,
    MessageId,
    Ms,
    PersonId,
    Plan,
    Request,
    RequestId,
    RequestState,
    Thread,
)
from syncd.core.operators.serving import ChatDecision
from syncd.sandbox.box import Sandbox
from syncd.sandbox.journal import Call
from syncd.sandbox.lark.state import Chat
from syncd.sandbox.world import Person
from syncd.store import schema
from syncd.store.store import Store

_TESTS = Path(__file__).parents[1]
_READY_SECONDS = 120
PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Group:
    """A group with its tickets; in each ticket's thread the message `root` is the first."""

    chat: str
    tickets: list[tuple[str, str]]
    """Key and root of each."""


class Town:
    """Groups `oc_0`, `oc_1` ... in which `aiko` and so many guests are."""

    def __init__(self, box: Sandbox, url: str) -> None:
        self.box = box
        self._url = url
        self._store = Store.open(url, clock=lambda: Ms(time.time_ns() // 1_000_000))
        self._store.migrate()

    def close(self) -> None:
        self._store.close()

    def group(self, number: int, tickets: int, plan: Plan, guests: int = 0) -> Group:
        chat, members = f"oc_{number}", {"ou_aiko"}
        for guest in range(guests):
            key = f"guest{number}x{guest}"
            members.add(f"ou_{key}")
            account = (f"qm:sandbox:{key}", "customer")
            person = Person(key, key, f"{key}@acme.example", f"ou_{key}", *account)
            self.box.world.people[key] = person
            self.box.jira_state.desk_customers.add(account[0])
        self.box.lark_state.chats[chat] = Chat(chat, chat, members=members)
        decision = ChatDecision(ChatId(chat), True, chat, plan, Language.EN)
        self._store.write(lambda tx: tx.chats.set(decision))
        return Group(chat, [self._ticket(chat) for _ in range(tickets)])

    def _ticket(self, chat: str) -> tuple[str, str]:
        root = self.box.lark_people.say("aiko", chat, "it began here")
        desk = self.box.jira_people
        ticket = desk.ticket(desk.create_ticket("erin", f"a case in {chat}"))
        asked = Request(
            RequestId(f"request-{ticket.id}"),
            Thread(ChatId(chat), MessageId(root)),
            top_level=True,
            asker=PersonId("ou_aiko"),
            state=RequestState.FILED,
            values={},
            created_ms=Ms(1),
            expires_ms=Ms(1),
        )
        self._store.write(lambda tx: tx.requests.add(asked))
        row = {
            "thread_root": root,
            "chat_id": chat,
            "ticket_id": str(ticket.id),
            "ticket_key": ticket.key,
            "request_id": asked.id,
            "asker": "ou_aiko",
            "created_ms": 1,
            "portal_path": f"/servicedesk/customer/portal/2/{ticket.key}",
            "updated_seen": "never",
            "muted": False,
        }
        with create_engine(self._url, poolclass=NullPool).begin() as connection:
            connection.execute(insert(schema.links), row)
        return ticket.key, root

    @contextmanager
    def daemon(self, folder: Path, program: str) -> Iterator[None]:
        """Run it, from its first poll on until the end of the block."""
        (folder / "config.toml").write_text(self.box.config_toml(self._url), encoding="utf-8")
        with (folder / "daemon.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", program, "run", "--config", str(folder / "config.toml")],
                env={**os.environ, **self.box.environment(), "PYTHONPATH": _path()},
                stdout=log,
                stderr=log,
            )
        try:
            until(lambda: self.box.lark_people.wait_connected(0), _READY_SECONDS)
            polls = "/rest/api/3/search/jql"
            until(lambda: len(self.box.world.journal.calls("jsm", polls)) > 3, _READY_SECONDS)
            yield
        finally:
            process.terminate()
            process.wait(60)

    def posts(self) -> list[Call]:
        """Return the messages that Lark took from the bot."""
        found = self.box.world.journal.calls("lark", "/im/v1/messages", "POST")
        return [call for call in found if call.status == 200]


def until(seen: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> float:
    """Wait for it; return the seconds that it took."""
    began = time.monotonic()
    while not seen():
        if time.monotonic() - began > seconds:
            raise SystemExit("what was waited for never came")
        time.sleep(0.05)
    return time.monotonic() - began


def _path() -> str:
    return os.pathsep.join((str(_TESTS), str(_TESTS.parent)))
