"""The messenger against a served fake Lark."""

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from syncd.chat.lark.client import LarkMessenger
from syncd.core.errors import (
    Cause,
    Rejected,
    RemoteFailure,
    Unauthorized,
    Unavailable,
    Uncertain,
)
from syncd.core.fields.field import Field, FieldKind
from syncd.core.model import Profile, Thread
from syncd.core.reaching.capability import Group
from syncd.core.reaching.strangers import Met
from syncd.core.text import Paragraph, Text
from syncd.core.views import Direct, FormView, InChat, InThread, OnlyFor, PostView, Where
from syncd.network.bounded import MOST_BYTES
from syncd.sandbox.faults import Fault

TOKEN = "/tenant_access_token/internal"
ACME = InChat("oc_acme")
POST = PostView("HELP-1", "HELP-1", "https://p.example/1", ("Done",), (Paragraph((Text("hi"),)),))
FORM = FormView(
    "r1",
    "New ticket",
    "",
    (Field("summary", FieldKind.TEXT, "Summary", required=True),),
    {"summary": "Cluster down"},
    "Create",
    "Cancel",
    "Choose",
)
SENDS: list[Where] = [
    ACME,
    Direct("ou_aiko"),
    OnlyFor("oc_acme", "ou_aiko"),
]


def cause_of(act: Callable[[], object]) -> Cause:
    with pytest.raises(Rejected) as refused:
        act()
    return refused.value.cause


def fault(lark: Any, route: str, kind: str = "refuse", **more: Any) -> None:
    lark.world.faults.add(Fault("lark", route, kind, **more))


# -- what people see


def test_post_in_the_group_is_seen_by_everybody(lark: Any, messenger: LarkMessenger) -> None:
    sent = messenger.send(ACME, POST, "d-1")
    for person in ("aiko", "chen"):
        (shown,) = lark.people.view(person, "oc_acme")
        assert (shown.message_id, shown.title, shown.private) == (sent.message_id, "HELP-1", False)
        assert shown.links == [("HELP-1", "https://p.example/1?ref=d-1")]


def test_reply_stands_in_the_thread(lark: Any, messenger: LarkMessenger) -> None:
    root = lark.people.say("aiko", "oc_acme", "@Support Bot help")
    sent = messenger.send(InThread(Thread("oc_acme", root)), POST, "d-1")
    (shown,) = lark.people.view("chen", "oc_acme")
    assert [reply.message_id for reply in shown.thread] == [sent.message_id]


def test_private_form_is_seen_by_one_person(lark: Any, messenger: LarkMessenger) -> None:
    sent = messenger.send(OnlyFor("oc_acme", "ou_aiko"), FORM, "d-1")
    (shown,) = lark.people.view("aiko", "oc_acme")
    assert (shown.message_id, shown.private) == (sent.message_id, True)
    assert shown.field_named("summary").default == "Cluster down"
    assert lark.people.view("chen", "oc_acme") == []


def test_direct_message_reaches_the_person(lark: Any, messenger: LarkMessenger) -> None:
    sent = messenger.send(Direct("ou_aiko"), FORM, "d-1")
    assert [m.message_id for m in lark.people.direct("aiko")] == [sent.message_id]


@pytest.mark.parametrize("where", SENDS[1:], ids=["direct", "private"])
def test_card_goes_away_and_going_twice_is_no_error(
    lark: Any, messenger: LarkMessenger, where: Where
) -> None:
    sent = messenger.send(where, FORM, "d-1")
    private = isinstance(where, OnlyFor)
    for _ in range(2):
        messenger.remove(sent.message_id, private=private)
    seen = lark.people.view("aiko", "oc_acme") if private else lark.people.direct("aiko")
    assert [m for m in seen if not m.recalled] == []


def test_removing_through_an_outage_may_be_done_again(lark: Any, messenger: LarkMessenger) -> None:
    sent = messenger.send(OnlyFor("oc_acme", "ou_aiko"), FORM, "d-1")
    fault(lark, "POST /open-apis/ephemeral/v1/delete", "drop_after")
    with pytest.raises(Unavailable):
        messenger.remove(sent.message_id, private=True)
    messenger.remove(sent.message_id, private=True)
    assert lark.people.view("aiko", "oc_acme") == []


# -- once


def test_same_key_shows_one_message(lark: Any, messenger: LarkMessenger) -> None:
    root = lark.people.say("aiko", "oc_acme", "@Support Bot help")
    thread = InThread(Thread("oc_acme", root))
    for where in (ACME, thread, Direct("ou_aiko")):
        assert messenger.send(where, POST, "d-1") == messenger.send(where, POST, "d-1")
    top, other = lark.people.view("aiko", "oc_acme")
    assert (len(top.thread), other.title) == (1, "HELP-1")


def test_key_longer_than_the_platform_takes_is_still_one(messenger: LarkMessenger) -> None:
    long = "d" * 80
    assert messenger.send(ACME, POST, long) == messenger.send(ACME, POST, long)
    assert messenger.send(ACME, POST, long) != messenger.send(ACME, POST, long + "x")


def test_answer_lost_after_the_send_is_doubt_and_the_key_resolves_it(
    lark: Any, messenger: LarkMessenger
) -> None:
    fault(lark, "POST /open-apis/im/v1/messages", "drop_after")
    with pytest.raises(Uncertain):
        messenger.send(ACME, POST, "d-1")
    sent = messenger.send(ACME, POST, "d-1")
    assert [m.message_id for m in lark.people.view("aiko", "oc_acme")] == [sent.message_id]


# -- failures say what to do next


@pytest.mark.parametrize("where", SENDS, ids=["chat", "direct", "private"])
@pytest.mark.parametrize(
    "broken",
    [
        Fault("lark", "POST", status=502, body="<html>Bad Gateway</html>"),
        Fault("lark", "POST", status=500, body='{"code":1500,"msg":"internal"}'),
        Fault("lark", "POST", status=200, body="not json"),
        Fault("lark", "POST", "drop_before"),
        Fault("lark", "POST", "hang", seconds=4.0),
        Fault("lark", "POST", "trickle", seconds=0.1),
    ],
    ids=["502", "1500", "no-json", "cut", "hang", "trickle"],
)
def test_write_through_a_broken_platform_is_uncertain(
    lark: Any, new_messenger: Callable[..., LarkMessenger], where: Where, broken: Fault
) -> None:
    messenger = new_messenger(read_timeout=2.0)
    messenger.bot()
    broken.times = 1
    lark.world.faults.add(broken)
    with pytest.raises(Uncertain):
        messenger.send(where, FORM, "d-1")


@pytest.mark.parametrize("kind", ["refuse", "drop_before", "hang", "trickle"])
def test_read_through_a_broken_platform_is_unavailable(
    lark: Any, new_messenger: Callable[..., LarkMessenger], kind: str
) -> None:
    messenger = new_messenger(read_timeout=0.3)
    messenger.bot()
    fault(lark, "GET", kind, times=3, body="<html>", seconds=0.6)
    for read in (
        messenger.bot,
        lambda: messenger.group("oc_acme"),
        lambda: messenger.profile("ou_aiko"),
    ):
        with pytest.raises(Unavailable):
            read()


def test_nobody_listening_means_nothing_was_sent(
    new_messenger: Callable[..., LarkMessenger],
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        messenger = new_messenger(url=f"http://127.0.0.1:{unused.getsockname()[1]}")
        for where in SENDS:
            with pytest.raises(Unavailable):
                messenger.send(where, POST, "d-1")


def test_write_is_not_uncertain_when_only_the_login_failed(
    lark: Any, messenger: LarkMessenger
) -> None:
    fault(lark, "POST .*internal", "drop_after")
    with pytest.raises(Unavailable):
        messenger.send(ACME, POST, "d-1")


def test_places_that_cannot_be_reached(lark: Any, messenger: LarkMessenger) -> None:
    assert cause_of(lambda: messenger.send(OnlyFor("oc_topic", "ou_aiko"), FORM, "d")) == "place"
    assert cause_of(lambda: messenger.send(OnlyFor("oc_acme", "ou_ben"), FORM, "d")) == "place"
    lark.state.unavailable.add("ou_aiko")
    assert cause_of(lambda: messenger.send(Direct("ou_aiko"), FORM, "d")) == "place"
    lark.people.remove_bot("oc_acme")
    assert cause_of(lambda: messenger.send(ACME, POST, "d")) == "outside"


def test_an_unknown_refusal_of_a_private_way_keeps_its_number(
    lark: Any, messenger: LarkMessenger
) -> None:
    body = '{"code": 240099, "msg": "no"}'
    fault(lark, "POST .*ephemeral", status=400, body=body)
    with pytest.raises(Rejected) as refused:
        messenger.send(OnlyFor("oc_acme", "ou_aiko"), FORM, "d")
    told = refused.value
    assert (told.cause, told.code) == (Cause.PLACE, 240099)


@pytest.mark.parametrize("status", [200, 400])
def test_private_card_is_refused_in_a_topic_group_whatever_the_status(
    lark: Any, messenger: LarkMessenger, status: int
) -> None:
    lark.state.switches.ephemeral_error_status = status
    assert cause_of(lambda: messenger.send(OnlyFor("oc_topic", "ou_aiko"), FORM, "d")) == "place"


def test_recalled_root_is_gone(lark: Any, messenger: LarkMessenger) -> None:
    root = lark.people.say("aiko", "oc_acme", "@Support Bot help")
    lark.people.recall("aiko", root)
    thread = InThread(Thread("oc_acme", root))
    assert cause_of(lambda: messenger.send(thread, POST, "d-1")) == Cause.GONE


def test_group_without_threads_gets_a_plain_reply(lark: Any, messenger: LarkMessenger) -> None:
    root = lark.people.say("aiko", "oc_acme", "@Support Bot help")
    fault(lark, "POST .*reply", status=400, body='{"code":230071,"msg":"no threads"}')
    sent = messenger.send(InThread(Thread("oc_acme", root)), POST, "d-1")
    assert sent.message_id in [m.message_id for m in lark.people.view("aiko", "oc_acme")]


def test_refused_content_says_so(lark: Any, messenger: LarkMessenger) -> None:
    lark.state.switches.dlp_refuses_emails = True
    view = PostView("HELP-1", lines=("write to a@b.example",))
    assert cause_of(lambda: messenger.send(ACME, view, "d-1")) is Cause.CONTENT


# -- limits


def test_own_limit_is_told_before_anything_is_sent(
    lark: Any, new_messenger: Callable[..., LarkMessenger]
) -> None:
    messenger = new_messenger(now=lambda: 1000.0)
    for number in range(5):
        messenger.send(ACME, POST, f"d-{number}")
    with pytest.raises(Unavailable) as full:
        messenger.send(ACME, POST, "d-5")
    assert full.value.retry_after == 1.0
    assert len(lark.calls("/im/v1/messages", "POST")) == 5
    messenger.send(Direct("ou_aiko"), POST, "d-6")


def test_platforms_own_limit_is_unavailable(lark: Any, messenger: LarkMessenger) -> None:
    headers = {"x-ogw-ratelimit-reset": "7"}
    body = '{"code":99991400,"msg":"slow down"}'
    fault(lark, "POST .*messages", status=429, body=body, headers=headers)
    with pytest.raises(Unavailable) as limited:
        messenger.send(ACME, POST, "d-1")
    assert limited.value.retry_after == 7


# -- the token


def test_twenty_cold_threads_log_in_once(lark: Any, messenger: LarkMessenger) -> None:
    together = threading.Barrier(20)

    def ask() -> str:
        together.wait()
        return messenger.bot()

    with ThreadPoolExecutor(20) as pool:
        found = [f.result() for f in [pool.submit(ask) for _ in range(20)]]
    assert found == ["ou_bot"] * 20
    assert len(lark.calls(TOKEN)) == 1


def test_twenty_cold_threads_share_one_failed_login(lark: Any, messenger: LarkMessenger) -> None:
    together = threading.Barrier(20)
    fault(lark, "POST .*internal", "hang", seconds=1.5, times=1)
    lark.state.app_secret = "another"

    def ask() -> RemoteFailure:
        together.wait()
        with pytest.raises(Unauthorized) as refused:
            messenger.bot()
        return refused.value

    with ThreadPoolExecutor(20) as pool:
        failures = [f.result() for f in [pool.submit(ask) for _ in range(20)]]
    assert len({id(f) for f in failures}) == 20
    assert len(lark.calls(TOKEN)) == 1


def test_refused_token_is_renewed_once(lark: Any, messenger: LarkMessenger) -> None:
    messenger.bot()
    lark.state.tokens.revoke_all()
    assert messenger.bot() == "ou_bot"
    assert len(lark.calls(TOKEN)) == 2


def test_token_that_is_always_refused_is_a_login_failure(
    lark: Any, messenger: LarkMessenger
) -> None:
    body = '{"code":99991663,"msg":"invalid access token"}'
    fault(lark, "GET .*info", status=400, body=body, times=-1)
    with pytest.raises(Unauthorized):
        messenger.bot()
    assert len(lark.calls("/bot/v3/info")) == 2


def test_write_with_a_refused_token_is_sent_once(lark: Any, messenger: LarkMessenger) -> None:
    messenger.bot()
    lark.state.tokens.revoke_all()
    messenger.send(OnlyFor("oc_acme", "ou_aiko"), FORM, "d-1")
    assert len(lark.people.view("aiko", "oc_acme")) == 1


def test_token_is_renewed_in_its_last_half_hour(lark: Any, messenger: LarkMessenger) -> None:
    messenger.bot()
    lark.world.clock.move(seconds=80 * 60)
    messenger.bot()
    assert len(lark.calls(TOKEN)) == 1
    lark.world.clock.move(seconds=15 * 60)
    messenger.bot()
    assert len(lark.calls(TOKEN)) == 2


def test_old_token_serves_while_the_login_is_down(lark: Any, messenger: LarkMessenger) -> None:
    messenger.bot()
    lark.world.clock.move(seconds=95 * 60)
    fault(lark, "POST .*internal", times=-1)
    assert messenger.bot() == "ou_bot"
    lark.world.clock.move(seconds=30 * 60)
    with pytest.raises(Unavailable):
        messenger.bot()


def test_wrong_secret_is_a_login_failure(new_messenger: Callable[..., LarkMessenger]) -> None:
    with pytest.raises(Unauthorized):
        new_messenger(secret="wrong").send(ACME, POST, "d-1")


# -- what it reads


def test_kinds_of_chats(messenger: LarkMessenger) -> None:
    asked = [messenger.group(c) for c in ("oc_acme", "oc_topic", "oc_initech")]
    assert asked == [Group("group"), Group("topic"), Group("group", external=True)]


def test_who_is_in_a_group_whatever_their_company(messenger: LarkMessenger) -> None:
    listed = {met.person: met.name for met in messenger.members("oc_initech")}
    assert listed == {"ou_mei": "林梅", "ou_omar": "Omar Haddad", "ou_erin": "Erin Engineer"}


def test_names_of_those_whom_lark_tells(lark: Any, messenger: LarkMessenger) -> None:
    asked = ("ou_aiko", "ou_mei")
    assert messenger.names(asked) == [Met("ou_aiko", "Aiko Tanaka")]
    lark.state.switches.ext_basic = "name"
    assert messenger.names(asked)[1:] == [Met("ou_mei", "林梅")]
    lark.state.switches.ext_basic = "40001"
    with pytest.raises(Rejected):
        messenger.names(asked)


def test_profile_has_what_the_app_may_read(lark: Any, messenger: LarkMessenger) -> None:
    assert messenger.profile("ou_aiko") == Profile("ou_aiko", "Aiko Tanaka", "aiko@acme.example")
    assert messenger.profile("ou_dora").email == ""
    assert messenger.profile("ou_nobody") == Profile("ou_nobody", "")
    lark.state.switches.scopes -= {"contact:contact.base:readonly", "im:chat:readonly"}
    assert messenger.profile("ou_aiko") == Profile("ou_aiko", "")
    with pytest.raises(Rejected):
        messenger.group("oc_acme")


def test_an_answer_without_end_is_not_taken_whole(lark: Any, messenger: LarkMessenger) -> None:
    endless = "x" * (MOST_BYTES + 1)
    lark.world.faults.add(Fault("lark", "GET", times=-1, status=200, body=endless))
    with pytest.raises(Unavailable, match="longer than 32 MiB"):
        messenger.bot()
