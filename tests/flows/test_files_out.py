"""What engineers attach to a public comment stands below it in the chat, as long as it does."""

import databases
import internal
import pytest
from house import ACME, GLOBEX, House

from syncd.core.model import DeliveryState, Destination
from syncd.core.watching import Reason
from syncd.sandbox.jsm.records import OnPortal
from syncd.sandbox.lark.shown import Shown

url = databases.fresh_on(databases.SQLITE)

PNG = b"\x89PNG\r\n\x1a\n" + b"a picture"
CONTENT = "GET /rest/api/3/attachment/content/.*"
UPLOADS = "POST /open-apis/im/v1/(files|images)"
REPLY = "POST /open-apis/im/v1/messages/[^/]+/reply"


def answers(
    house: House, key: str, text: str, *files: tuple[str, bytes], public: bool = True
) -> str:
    comment = house.box.jira_people.comment("erin", key, text, public=public, files=files)
    house.poll()
    return comment


def bots(house: House, root: str) -> list[Shown]:
    """What the bot shows in the thread below the announcement."""
    shown = [m for m in house.thread("aiko", ACME, root) if m.sender == "Support Bot"]
    return [message for message in shown[1:] if not message.recalled]


def kinds(messages: list[Shown]) -> list[tuple[str, str]]:
    return [(m.kind, m.attachments[0].name if m.attachments else m.text) for m in messages]


def test_files_follow_their_comment_in_order_and_once(house: House) -> None:
    story = house.files("aiko", ACME)
    people = house.box.jira_people
    named = "ログ/../1.log", b"lines"
    people.comment("erin", story.key, "see", files=[named, ("shot.png", PNG), ("no.png", b"text")])
    people.comment("erin", story.key, "and more")
    house.poll()
    house.until(lambda: len(bots(house, story.root)) == 5, step=1)
    words, log, picture, other, more = bots(house, story.root)
    assert "see" in words.text and "[ログ/../1.log]" in words.text
    assert kinds([log, picture, other]) == [
        ("file", "ログ_.._1.log"),
        ("image", "image.png"),
        ("file", "no.png"),
    ]
    assert more.text.endswith("and more")
    uploads = house.box.lark_state.uploads
    assert [uploads[m.attachments[0].key].data for m in (log, picture)] == [b"lines", PNG]
    house.poll()
    house.rereads()
    assert len(bots(house, story.root)) == 5
    assert house.undelivered() == []


def test_on_plan_enterprise_they_stand_in_the_group(house: House) -> None:
    story = house.files("ben", GLOBEX)
    answers(house, story.key, "see", ("a.log", b"x"))
    seen = house.box.lark_people.view("ben", GLOBEX)
    assert kinds([seen[-1]]) == [("file", "a.log")]


def test_they_leave_the_chat_with_their_comment_and_come_back_with_it(house: House) -> None:
    story = house.files("aiko", ACME)
    comment = answers(house, story.key, "see", ("a.log", b"x"), ("b.png", PNG))
    assert len(bots(house, story.root)) == 3
    house.box.jira_people.flip(story.key, comment, public=False)
    house.rereads()
    assert bots(house, story.root) == []
    house.box.jira_people.flip(story.key, comment, public=True)
    house.rereads()
    house.poll()
    house.until(lambda: len(bots(house, story.root)) == 3, step=1)
    assert [m.kind for m in bots(house, story.root)] == ["card", "file", "image"]
    house.box.jira_people.delete(story.key, comment)
    house.poll()
    house.rereads()
    assert bots(house, story.root) == []
    assert house.deliveries(DeliveryState.DEAD) == []


def test_a_file_leaves_whose_words_lark_refused(house: House) -> None:
    story = house.files("aiko", ACME)
    house.fail("lark", REPLY, "refuse", status=400, body='{"code":230002,"msg":"no"}')
    comment = answers(house, story.key, "see", ("a.log", b"x"))
    assert kinds(bots(house, story.root)) == [("file", "a.log")]
    assert [d.command.kind() for d in house.deliveries(DeliveryState.DEAD)] == ["PostUpdate"]
    house.box.jira_people.flip(story.key, comment, public=False)
    house.rereads()
    assert bots(house, story.root) == []


def test_an_edit_changes_the_words_alone_and_adds_what_was_added(house: House) -> None:
    story = house.files("aiko", ACME)
    comment = answers(house, story.key, "see", ("a.log", b"x"))
    ticket = house.box.jira_people.comments(story.key)[0]
    changed = {**ticket.body, "content": [*ticket.body["content"]]}
    changed["content"][0] = {"type": "paragraph", "content": [{"type": "text", "text": "look"}]}
    house.box.jira_people.edit(story.key, comment, changed)
    house.time_passes(seconds=1)
    house.poll()
    words, file = bots(house, story.root)
    assert "look" in words.text
    assert file.kind == "file"
    patched = house.box.world.journal.calls("lark", f"/messages/{file.message_id}", "PATCH")
    assert patched == []


@pytest.mark.parametrize("hides", ["flip", "portal", "restrict"])
def test_hidden_while_its_file_is_under_way_it_is_not_shown(house: House, hides: str) -> None:
    story = house.files("aiko", ACME)
    people = house.box.jira_people
    house.fail("jsm", CONTENT, "drop_before")
    comment = answers(house, story.key, "see", ("a.log", b"CANARY-content"))
    assert [m.kind for m in bots(house, story.root)] == ["card"]
    if hides == "flip":
        people.flip(story.key, comment, public=False)
    elif hides == "portal":
        people.hide_on_portal(story.key, comment, OnPortal.HIDDEN)
    else:
        people.restrict(story.key, comment, "Service Desk Team")
    house.time_passes(seconds=5)
    house.settle()
    sent = house.box.world.journal.calls("lark", method="POST")
    assert not [c for c in sent if c.path.endswith("/reply") and b"file_key" in c.request]
    assert [type(d.command).__name__ for d in house.deliveries(DeliveryState.WITHHELD)] == [
        "ShowFile"
    ]


def test_a_file_of_an_internal_comment_never_leaves_nor_does_its_name(house: House) -> None:
    story = house.files("aiko", ACME)
    internal.attach(house.box, story.key, "CANARY-words", "CANARY-name.log", b"CANARY-content")
    answers(house, story.key, "CANARY-role", ("CANARY-2.log", b"CANARY-2"), public=False)
    answers(house, story.key, "for all", ("a.log", b"x"))
    house.rereads()
    assert [m.kind for m in bots(house, story.root)] == ["card", "file"]
    assert internal.files_asked_for(house.box) == []
    assert internal.sent(house.box, "CANARY") == []


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("big.bin", b"x" * ((31 << 20) + 1), "30 MB"),
        ("empty.log", b"", "空"),
    ],
    ids=["too large", "empty"],
)
def test_a_note_with_the_tickets_link_takes_the_place_of_a_file(
    house: House, name: str, data: bytes, reason: str
) -> None:
    story = house.files("aiko", ACME)
    answers(house, story.key, "see", (name, data))
    _, note = bots(house, story.root)
    assert name in note.text and reason in note.text
    assert note.links[0][1].split("?")[0].endswith(f"/servicedesk/customer/portal/2/{story.key}")
    asked = house.box.world.journal.calls("jsm", "/attachment/content/")
    assert len(asked) == (name == "empty.log"), "what is known to be too large is not asked for"
    assert house.undelivered() == []


def test_one_that_never_comes_through_holds_its_thread_for_minutes(house: House) -> None:
    story = house.files("aiko", ACME)
    house.fail("jsm", CONTENT, "refuse", status=500, times=-1)
    answers(house, story.key, "see", ("a.log", b"x"))
    answers(house, story.key, "what follows")
    assert len(bots(house, story.root)) == 1
    house.until(lambda: len(bots(house, story.root)) == 3, step=100)
    _, note, after = bots(house, story.root)
    assert "a.log" in note.text and story.key in note.links[0][1]
    assert after.text.endswith("what follows")
    assert house.undelivered() == []


def test_a_file_whose_comment_the_portal_knew_too_late_comes(house: House) -> None:
    story = house.files("aiko", ACME)
    people = house.box.jira_people
    house.fail("jsm", CONTENT, "drop_before")
    comment = answers(house, story.key, "see", ("a.log", b"x"))
    people.hide_on_portal(story.key, comment, OnPortal.HIDDEN)
    house.time_passes(seconds=5)
    house.settle()
    people.hide_on_portal(story.key, comment, OnPortal.SHOWN)
    house.time_passes(seconds=150)
    house.app.watch.look(Reason.READ)
    house.settle()
    assert [m.kind for m in bots(house, story.root)] == ["card", "file"]


def test_no_file_stands_there_without_its_words(house: House) -> None:
    story = house.files("aiko", ACME)
    people = house.box.jira_people
    comment = people.comment("erin", story.key, "see", files=[("a.log", b"x")])
    people.hide_on_portal(story.key, comment, OnPortal.HIDDEN)
    house.polls()
    house.app.couriers[Destination.LARK].run_once()
    people.hide_on_portal(story.key, comment, OnPortal.SHOWN)
    house.settle()
    assert bots(house, story.root) == []
    house.time_passes(seconds=100)
    house.app.watch.look(Reason.READ)
    house.settle()
    assert [m.kind for m in bots(house, story.root)] == ["card", "file"]


def test_what_lark_has_is_not_brought_again(house: House) -> None:
    story = house.files("aiko", ACME)
    house.fail("lark", REPLY, "drop_before", skip=1)
    answers(house, story.key, "see", ("a.log", b"once"))
    house.until(lambda: len(bots(house, story.root)) == 2, step=5)
    assert len(house.box.lark_state.uploads) == 1
    assert len(house.box.world.journal.calls("jsm", "/attachment/content/")) == 1


def test_a_transfer_that_breaks_is_neither_lost_nor_doubled(house: House) -> None:
    story = house.files("aiko", ACME)
    house.box.jira_people.comment("erin", story.key, "and", files=[("a.log", b"twice?")])
    house.polls()
    for side, route in (("jsm", CONTENT), ("lark", UPLOADS)):
        house.fail(side, route, "drop_after")
    house.until(lambda: len(house.box.lark_state.uploads) == 1, step=20)
    assert len(bots(house, story.root)) == 1
    # The answer to the message itself is lost, and its key is too old when it could go again.
    house.fail("lark", REPLY, "drop_after")
    house.until(lambda: len(bots(house, story.root)) == 2, step=20)
    house.time_passes(seconds=2 * 3600)
    house.settle()
    assert len(house.deliveries(DeliveryState.DOUBT)) == 1
    for _ in range(8):
        house.time_passes(seconds=40)
        house.tidy()
    house.poll()
    assert kinds(bots(house, story.root))[1:] == [("file", "a.log")]
    assert house.undelivered() == []
