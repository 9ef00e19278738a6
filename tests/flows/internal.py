"""What is for engineers only: where a ticket keeps it, who asked for it, and whether it got out."""

import html
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from syncd.sandbox.box import Sandbox
from syncd.sandbox.jsm.records import PUBLIC_PROPERTY, Attachment
from syncd.sandbox.jsm.text import adf

INTERNAL = {PUBLIC_PROPERTY: {"internal": True}}
_SHORTEST = 8


def attach(box: Sandbox, key: str, words: str, file_name: str, content: bytes) -> None:
    """Write an internal comment with a file; the file's name stands in the comment's body.

    https://developer.atlassian.com/cloud/jira/platform/apis/document/nodes/media/
    """
    state = box.jira_state
    with box.world.lock:
        ticket = state.find(key)
        assert ticket is not None
        file = Attachment(
            state.next_id(), file_name, "text/plain", content, "712020:erin", state.now()
        )
        media = {"type": "file", "id": str(file.id), "collection": "", "alt": file_name}
        body = adf.from_text(words)
        body["content"].append(
            {"type": "mediaSingle", "content": [{"type": "media", "attrs": media}]}
        )
        state.add_comment(
            ticket, "712020:erin", body, properties=dict(INTERNAL), attachments=[file]
        )


def received(box: Sandbox, markers: Mapping[str, str]) -> Counter[str]:
    """Return by kind how many answers of the helpdesk brought the daemon that kind's marker."""
    answers = [call.response for call in box.world.journal.calls("jsm")]
    return Counter(
        {kind: sum(m.encode() in body for body in answers) for kind, m in markers.items()}
    )


def sent(box: Sandbox, *markers: str) -> list[str]:
    """Return what went to Lark with one of the markers: calls with their headers, and acks."""
    return [
        f"{marker!r} in {what}"
        for what, said in _everything_sent(box)
        for marker in markers
        if marker in said
    ]


def files_asked_for(box: Sandbox) -> list[str]:
    """Return every call by which the daemon asked for a file of a comment that was never public,
    or for all files of a ticket."""
    with box.world.lock:
        tickets = list(box.jira_state.tickets.values())
    never = [c for t in tickets for c in t.comments if not c.was_public]
    ids = {str(file.id) for comment in never for file in comment.attachments}
    calls = box.world.journal.calls("jsm", method="GET")
    return [
        f"{c.method} {c.path}"
        for c in calls
        if c.path.endswith("/attachment") or c.path.rpartition("/")[2] in ids
    ]


def got_out(box: Sandbox) -> list[str]:
    """Return what went to Lark with a line of a comment that was never public.

    Signs are left out on both sides, because a card may need them escaped.
    """
    with box.world.lock:
        never = [c for t in box.jira_state.tickets.values() for c in t.comments if not c.was_public]
    lines = {_letters(line) for comment in never for line in comment.text.splitlines()}
    return [
        f"{line!r} in {what}"
        for what, said in _everything_sent(box)
        for line in lines
        if len(line) >= _SHORTEST and line in _letters(said)
    ]


def told_to(box: Sandbox, said: str) -> list[str]:
    """Return the lines of comments that were never public and stand in what somebody was told."""
    with box.world.lock:
        never = [c for t in box.jira_state.tickets.values() for c in t.comments if not c.was_public]
    lines = {_letters(line) for comment in never for line in comment.text.splitlines()}
    return [line for line in lines if len(line) >= _SHORTEST and line in _letters(said)]


def hidden_in(box: Sandbox, said: str) -> list[str]:
    """Return the words of comments that nobody may read now, and of no comment that everybody may,
    which stand in what somebody is told."""
    with box.world.lock:
        comments = [c for t in box.jira_state.tickets.values() for c in t.comments]
        hidden = {word for c in comments if not c.public for word in _words(c.text)}
        public = {word for c in comments if c.public for word in _words(c.text)}
    return sorted((hidden - public) & _words(said))


def _words(text: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"[^\W\d_]{3,}", text)}


def _everything_sent(box: Sandbox) -> list[tuple[str, str]]:
    """Return each call and each ack, and all of its bytes: as they are, and its texts as read."""
    calls = [
        (f"{c.method} {c.path}", f"{c.path} {c.query} {c.headers}", c.request)
        for c in box.world.journal.calls("lark")
    ]
    acks = [
        (f"the answer to {event.event_type}", "", event.ack.data)
        for event in list(box.lark_state.delivery.events)
        if event.ack is not None and event.ack.data
    ]
    return [
        (what, "\n".join([head, body.decode("utf-8", "replace"), *_texts(body)]))
        for what, head, body in [*calls, *acks]
    ]


def _texts(body: bytes | str) -> Iterator[str]:
    """Return every text of a JSON, also of a JSON that is a text of another."""
    try:
        yield from _texts_in(json.loads(body))
    except ValueError:
        return


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from _texts(value) if value.startswith(("{", "[")) else ()
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(inner)


def _letters(text: str) -> str:
    return re.sub(r"[^\w\n]|_", "", html.unescape(text))
