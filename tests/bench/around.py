"""The sandbox around a store of many tickets: those that syncd still looks at are really there."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.life import ANSWER, DAY_MS, WRITTEN_MS

from syncd.sandbox.box import Sandbox
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.records import Comment, Ticket
from syncd.sandbox.jsm.text import adf
from syncd.sandbox.lark.state import Chat, Message

_LOOKED_AT_MS = 15 * DAY_MS
"""Shown comments are read again for 14 days."""
_THREADS = 60
_ERIN = "712020:erin"


def furnish(box: Sandbox, store: Path) -> int:
    """Put the newest tickets and their groups into the sandbox; return how many tickets."""
    with closing(sqlite3.connect(store)) as connection:
        connection.row_factory = sqlite3.Row
        links = connection.execute(
            "SELECT * FROM links WHERE created_ms > (SELECT max(created_ms) FROM links) - ?"
            " ORDER BY created_ms",
            (_LOOKED_AT_MS,),
        ).fetchall()
        for link in links:
            of_it = "SELECT * FROM seen_comments WHERE ticket_id = ? ORDER BY comment_id"
            told = connection.execute(of_it, (link["ticket_id"],)).fetchall()
            _ticket(box, link, told)
        for link in links[-_THREADS:]:
            _message(box, link)
        for (chat,) in connection.execute("SELECT chat_id FROM chats"):
            box.lark_state.chats[chat] = Chat(chat, chat, members={"ou_aiko"})
        # The sandbox of an earlier run had another address, by which syncd tells helpdesks apart.
        connection.execute("DELETE FROM site")
        connection.commit()
    return len(links)


def _ticket(box: Sandbox, link: Any, told: list[Any]) -> None:
    changed = datetime.strptime(link["updated_seen"], "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()
    state = box.jira_state
    ticket = Ticket(
        id=int(link["ticket_id"]),
        number=int(link["ticket_key"].rpartition("-")[2]),
        request_type=site.GET_HELP.id,
        reporter=_ERIN,
        creator=site.BOT_ACCOUNT_ID,
        created=link["created_ms"],
        updated=round(changed * 1000),
        status_since=link["created_ms"],
        fields={"summary": link["ticket_key"]},
    )
    for seen in told:
        at, body = seen["updated_ms"] - WRITTEN_MS, adf.from_text(ANSWER)
        comment = Comment(int(seen["comment_id"]), _ERIN, body, at, at, _ERIN, was_public=True)
        ticket.comments.append(comment)
        state.by_comment[comment.id] = ticket
    state.tickets[ticket.key] = state.by_id[ticket.id] = ticket
    state.index.write(state.row(ticket), 0)


def _message(box: Sandbox, link: Any) -> None:
    at = link["created_ms"]
    box.lark_state.chats.setdefault(link["chat_id"], Chat(link["chat_id"], link["chat_id"]))
    box.lark_state.messages[link["thread_root"]] = Message(
        message_id=link["thread_root"],
        chat_id=link["chat_id"],
        sender="ou_aiko",
        msg_type="text",
        content=json.dumps({"text": link["ticket_key"]}),
        create_ms=at,
        update_ms=at,
        order=box.lark_state.next_order(),
    )
