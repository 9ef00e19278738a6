"""A served Jira site and a client of it, for the tests of the fake itself."""

from dataclasses import dataclass
from typing import Any

import httpx

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.app import jsm_app
from syncd.sandbox.jsm.engineers import JiraPeople
from syncd.sandbox.jsm.state import JiraState
from syncd.sandbox.server import App, Receive, Scope, Send, Watched
from syncd.sandbox.world import World

BOT = (site.BOT_EMAIL, site.BOT_TOKEN)
AIKO = "qm:sandbox:aiko"
VALUES = {"summary": "The cluster is down", "customfield_10041": {"value": "1-Critical"}}


@dataclass
class Site:
    """What a test holds: the world, the records, the people at work, and the bot's client."""

    world: World
    state: JiraState
    people: JiraPeople
    http: httpx.Client
    base: str

    def anonymous(self, token: str | None = None) -> httpx.Client:
        """Return a client with a wrong token, or without any login; the caller closes it."""
        auth = (site.BOT_EMAIL, token) if token else None
        return httpx.Client(base_url=self.base, auth=auth)

    def create(self, **body: Any) -> httpx.Response:
        """POST a request with the least that is valid, and what the test adds or replaces."""
        least = {
            "serviceDeskId": "1",
            "requestTypeId": "10",
            "raiseOnBehalfOf": AIKO,
            "requestFieldValues": VALUES,
        }
        return self.http.post("/rest/servicedeskapi/request", json=least | body)

    def fields(self, **values: Any) -> httpx.Response:
        """Create with these field values beside the required ones."""
        return self.create(requestFieldValues=VALUES | values)

    def search(self, jql: str, **body: Any) -> httpx.Response:
        return self.http.post("/rest/api/3/search/jql", json={"jql": jql, **body})

    def keys(self, jql: str) -> list[str]:
        """Return the keys that a search finds, in its order."""
        answer = self.search(jql, fields=["key"], maxResults=100)
        assert answer.status_code == 200, answer.text
        return [issue["key"] for issue in answer.json()["issues"]]


class Doorway:
    """One server for all tests; each test puts a site of its own behind it."""

    def __init__(self) -> None:
        self.site: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.site is not None
        await self.site(scope, receive, send)


def open_site(doorway: Doorway, base: str, client: httpx.Client) -> Site:
    """Put a fresh site behind the doorway."""
    world = World()
    state = JiraState(world)
    doorway.site = Watched(jsm_app(state), "jsm", world)
    return Site(world, state, JiraPeople(state), client, base)


def text_doc(text: str) -> dict[str, Any]:
    """Return a document of one paragraph."""
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}
