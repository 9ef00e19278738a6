"""What was said last in a group, as a look at its history tells."""

import json
from typing import Any

import pytest

from syncd.chat.lark.client import LarkMessenger
from syncd.core.errors import Cause, Rejected
from syncd.core.model import Thread
from syncd.core.views import InChat, InThread, PostView


def test_people_s_words_are_told_newest_first_with_whom_they_mention(
    lark: Any, messenger: LarkMessenger
) -> None:
    first = lark.people.say("aiko", "oc_acme", "@Support Bot help")
    lark.people.say("chen", "oc_acme", "in a thread", thread=first)
    recalled = lark.people.say("aiko", "oc_acme", "never mind")
    lark.people.recall("aiko", recalled)
    messenger.send(InChat("oc_acme"), PostView("from the bot"), "d-1")
    lark.world.clock.move(seconds=60)
    last = lark.people.say("chen", "oc_acme", "good morning")
    before = len(lark.calls("/im/v1/messages", "GET"))
    newest, oldest = messenger.latest("oc_acme")
    assert len(lark.calls("/im/v1/messages", "GET")) == before + 1
    assert (newest.message_id, newest.mentions) == (last, ())
    assert (oldest.message_id, oldest.mentions) == (first, (messenger.bot(),))
    assert newest.at_ms - oldest.at_ms >= 60_000


def test_without_the_scope_the_history_is_closed(lark: Any, messenger: LarkMessenger) -> None:
    lark.state.switches.scopes.discard("im:message.group_msg")
    with pytest.raises(Rejected) as refused:
        messenger.latest("oc_acme")
    assert refused.value.cause is Cause.FORBIDDEN


@pytest.mark.parametrize(("in_thread", "many"), [(True, 120), (False, 2_050)])
def test_all_that_was_said_since_comes_in_the_order_in_which_it_was_said(
    lark: Any, messenger: LarkMessenger, in_thread: bool, many: int
) -> None:
    root = lark.people.say("aiko", "oc_acme", "@Support Bot help")
    said = {"thread": root} if in_thread else {}
    lark.people.say("chen", "oc_acme", "long ago", **said)
    lark.world.clock.move(seconds=600)
    since = lark.world.clock.now_ms()
    lines = [f"line {number}" for number in range(many)]
    for line in lines:
        lark.people.say("chen", "oc_acme", line, **said)
    where = InThread(Thread("oc_acme", root)) if in_thread else InChat("oc_acme")
    read = [json.loads(raw)["event"]["message"] for raw in messenger.since(where, since)]
    assert [json.loads(message["content"])["text"] for message in read] == lines
