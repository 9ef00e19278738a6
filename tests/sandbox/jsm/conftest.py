"""One fresh site a test, all behind one server."""

from collections.abc import Iterator

import httpx
import pytest
from jsm_site import BOT, Doorway, Site, open_site

from syncd.sandbox.server import Servers


@pytest.fixture(scope="session")
def doorway() -> Iterator[tuple[Doorway, str]]:
    door = Doorway()
    servers = Servers({"jsm": door})
    servers.start()
    yield door, servers.address("jsm")
    servers.stop()


@pytest.fixture
def jira(doorway: tuple[Doorway, str]) -> Iterator[Site]:
    door, base = doorway
    with httpx.Client(base_url=base, auth=BOT) as client:
        yield open_site(door, base, client)
