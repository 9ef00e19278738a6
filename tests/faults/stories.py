"""What every fault story is made of."""

import re
import time
from typing import Any

from house import ACME, GLOBEX, House, Story

from syncd.core.model import DeliveryState
from syncd.sandbox.faults import Fault
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.limits import too_many

CREATE = "POST /rest/servicedeskapi/request$"
COMMENT = "POST /rest/api/3/issue/.*/comment"
SEARCH = "POST /rest/api/3/search/jql"
FETCH = "POST /rest/api/3/issue/bulkfetch"
DETAILS = "POST /rest/api/3/comment/list"
GATE = "GET /rest/servicedeskapi/request/.*/comment/"
REPLY = "POST /open-apis/im/v1/messages/[^/]+/reply"
MESSAGE = "POST /open-apis/im/v1/messages$"
PRIVATE = "POST /open-apis/ephemeral/v1/send"

HOUR = 3600

MAINTENANCE = "<!DOCTYPE html><html><body><h1>Site under maintenance</h1></body></html>"
NONSENSE = (b"null", b"", MAINTENANCE.encode(), b"[]", b'{"isLast":', b'"text"')
"""Bodies that only a fault answers with."""


def jira_answers(
    house: House, route: str, body: str, *, times: int = 1, status: int = 200
) -> Fault:
    """Let Jira answer with that body instead of doing anything."""
    headers = {"content-type": "application/json"}
    if "/rest/api/" in route:
        headers["x-aaccountid"] = site.BOT_ACCOUNT_ID
    return house.fail(
        "jsm", route, "refuse", times=times, status=status, body=body, headers=headers
    )


def jira_limits(house: House, route: str, reason: str, *, wait: int, times: int = 1) -> Fault:
    """Let Jira answer 429 for that reason; an empty reason is a gateway's, without headers."""
    now = house.box.world.clock.now_ms()
    limit = too_many(route, reason=reason, now_ms=now, retry_after=wait, times=times)
    return house.box.world.faults.add(limit)


def lark_refuses(house: House, route: str, code: int, **how: Any) -> Fault:
    """Let Lark refuse with that code."""
    body = f'{{"code": {code}, "msg": "refused on purpose"}}'
    headers = {"content-type": "application/json", **how.pop("headers", {})}
    return house.fail(
        "lark", route, "refuse", status=how.pop("status", 400), body=body, headers=headers, **how
    )


def engineer_says(house: House, story: Story, text: str) -> str:
    return house.box.jira_people.comment("erin", story.key, text)


def answers(house: House, story: Story, chat: str = ACME, person: str = "chen") -> list[str]:
    """Return the last line of each update that the chat shows for this ticket."""
    if chat == GLOBEX:
        posts = [p for p in house.posts("dora", chat) if _is_about(p.links, story.key)]
    else:
        posts = [m for m in house.thread(person, chat, story.root)[1:] if m.kind == "card"]
    return [post.text.splitlines()[-1] for post in posts]


def waiting(house: House, kind: str) -> list[str]:
    """Return why deliveries of that kind wait, as the operator reads it."""
    ready = house.deliveries(DeliveryState.READY)
    return [d.reason for d in ready if type(d.command).__name__ == kind]


def wait_and_poll(house: House, *seconds: float) -> None:
    for wait in seconds:
        house.time_passes(seconds=wait)
        house.tidy()
        house.poll()


def until_shown(house: House, story: Story, said: list[str], chat: str = ACME) -> None:
    """Let time pass until the chat shows this; the limits of a second are counted for real."""
    deadline = time.monotonic() + 20
    while answers(house, story, chat) != said and time.monotonic() < deadline:
        wait_and_poll(house, 2)
    assert answers(house, story, chat) == said


def posts_and_loses_lark(house: House, story: Story, text: str, kind: str = "drop_after") -> Fault:
    """Lose the answer to a post, and Lark with it; return what refuses every call to it."""
    house.fail("lark", REPLY, kind)
    outage = house.fail("lark", "(GET|POST) /open-apis/im", "refuse", times=-1, status=503)
    engineer_says(house, story, text)
    house.poll()
    return outage


def lark_returns_hours_later(house: House) -> None:
    """Let Lark be back when no uuid of before tells it a repetition any more."""
    wait_and_poll(house, 60, 2 * HOUR, 60)
    house.box.world.faults.clear()
    wait_and_poll(house, 300, 300, 300, 300)


def _is_about(links: list[tuple[str, str]], key: str) -> bool:
    return any(re.search(rf"/{key}(\?|$)", url) for _, url in links)
