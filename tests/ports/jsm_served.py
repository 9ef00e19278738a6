"""The adapter against a served Jira site, for the tests of the port."""

import asyncio
import atexit
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from openapi import check_calls

from syncd.core.desks.filing import Filing
from syncd.core.model import AccountId, Values
from syncd.helpdesk.jsm.client import JsmHelpdesk
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.sandbox.faults import Fault
from syncd.sandbox.journal import Call
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.app import jsm_app
from syncd.sandbox.jsm.engineers import JiraPeople
from syncd.sandbox.jsm.state import JiraState
from syncd.sandbox.server import App, Receive, Scope, Send, Servers, Watched
from syncd.sandbox.world import World

AIKO = AccountId("qm:sandbox:aiko")
VALUES: Values = {
    "summary": "The cluster is down",
    "description": "Since noon.",
    "customfield_10041": "10100",
}


class Stopwatch:
    """A monotonic clock that moves only when told."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Served:
    """The site, the people at work in it, and helpdesks that talk to it."""

    world: World
    state: JiraState
    people: JiraPeople
    base: str
    loop: asyncio.AbstractEventLoop
    watch: Stopwatch = field(default_factory=Stopwatch)
    chance: float = 0.0
    opened: list[JsmHelpdesk] = field(default_factory=list)

    def settings(self, **other: object) -> JsmSettings:
        least: dict[str, object] = {
            "api_base": self.base,
            "account_email": site.BOT_EMAIL,
            "api_token": site.BOT_TOKEN,
            "service_desk": site.DESK_ID,
            "project": site.PROJECT_KEY,
            "request_type": site.GET_HELP.id,
        }
        return JsmSettings(**least | other)

    def helpdesk(self, **other: object) -> JsmHelpdesk:
        helpdesk = JsmHelpdesk(
            self.settings(**other), monotonic=self.watch, chance=lambda: self.chance
        )
        self.opened.append(helpdesk)
        return helpdesk

    def fault(self, route: str, kind: str, **other: object) -> Fault:
        return self.world.faults.add(Fault("jsm", route, kind, **other))

    def wait_until(self, seen: Callable[[], object]) -> bool:
        """Wait up to twenty seconds, in real time, for something that another thread does."""
        deadline = time.monotonic() + 20
        while not seen():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def made_while(self, act: Callable[[], object]) -> list[Call]:
        """Return the calls that `act` made, in order."""
        before = len(self.calls())
        act()
        return self.calls()[before:]

    def calls(self, path_part: str = "", method: str = "") -> list[Call]:
        """Return the calls so far; one that was just answered is written down in the same step."""
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self.loop).result()
        return self.world.journal.calls("jsm", path_part, method)

    def routes(self, calls: list[Call]) -> list[str]:
        return [f"{call.method} {call.path}" for call in calls]


def filing(marker: str = "LK01TEST", **values: str | list[str]) -> Filing:
    """A ticket of Aiko's with the least that is valid."""
    return Filing(marker=marker, reporter=AIKO, values=VALUES | values)


def undocumented(here: Served) -> list[str]:
    """Return what Atlassian's documents do not allow; answers that a test made up are let pass."""
    found = check_calls(here.calls())
    made_up = any(fault.kind == "refuse" for fault in here.world.faults.rules())
    return [line for line in found if not (made_up and ": answer " in line)]


class Door:
    """The one address of all tests; each puts its own site behind it."""

    def __init__(self) -> None:
        self.site: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.site is not None
        await self.site(scope, receive, send)


@cache
def open_door() -> tuple[Door, Servers]:
    """Serve once for all tests: to start and stop a server takes longer than most of them."""
    door = Door()
    servers = Servers({"jsm": door})
    servers.start()
    atexit.register(servers.stop)
    return door, servers


@contextmanager
def served() -> Iterator[Served]:
    """Serve a fresh site for the length of a test; every call in it is held to the documents."""
    world = World()
    state = JiraState(world)
    door, servers = open_door()
    door.site = Watched(jsm_app(state), "jsm", world)
    here = Served(world, state, JiraPeople(state), servers.address("jsm"), servers.loop)
    try:
        yield here
        assert undocumented(here) == []
    finally:
        for helpdesk in here.opened:
            helpdesk.close()
