"""What people send in the thread besides words is attached to its ticket, whole and in order."""

from pathlib import Path

import databases
import pytest
from house import ACME, GLOBEX, INITECH, House

from syncd.core.model import DeliveryState
from syncd.sandbox.jsm.records import Attachment, Comment
from syncd.sandbox.lark.connection.delivery import ACKED

url = databases.fresh_on(databases.SQLITE)

PNG = b"\x89PNG\r\n\x1a\n" + b"a picture"
ATTACH = "POST /rest/servicedeskapi/request/[^/]+/attachment"
UPLOAD = "POST /rest/servicedeskapi/servicedesk/1/attachTemporaryFile"
RESOURCE = "GET /open-apis/im/v1/messages/[^/]+/resources/.*"


def sends(house: House, person: str, chat: str, name: str, data: bytes, **where: str) -> str:
    people = house.box.lark_people
    if name:
        message = people.send_file(person, chat, name, data, **where)
    else:
        message = people.send_image(person, chat, data, **where)
    assert people.wait_delivered(message)
    house.settle()
    return message


def posts(house: House, person: str, chat: str, text: str, *pictures: bytes, **where: str) -> str:
    people = house.box.lark_people
    message = people.say_post(person, chat, "", text, pictures=pictures, **where)
    assert people.wait_delivered(message)
    house.settle()
    return message


def comments(house: House, key: str) -> list[Comment]:
    return house.box.jira_people.comments(key)


def attached(house: House, key: str) -> list[tuple[str, str, bytes]]:
    files: list[Attachment] = [f for c in comments(house, key) for f in c.attachments]
    return [(file.name, file.mime_type, file.content) for file in files]


def said(comment: Comment) -> str:
    """What a comment says, without the mark of a file."""
    return "\n".join(line for line in comment.text.splitlines() if not line.startswith("Ref: "))


def test_files_stand_in_the_order_of_the_replies_and_are_seen_by_the_customer(
    house: House,
) -> None:
    story = house.files("aiko", ACME)
    house.says("chen", ACME, "first", thread=story.root)
    sends(house, "chen", ACME, "tikv ログ.log", b"%PDF \x00\xff lines", thread=story.root)
    sends(house, "aiko", ACME, "", PNG, thread=story.root)
    house.says("chen", ACME, "last", thread=story.root)
    posts(house, "aiko", ACME, "see both", PNG, b"\xff\xd8\xffphoto", thread=story.root)
    assert [said(comment) for comment in comments(house, story.key)] == [
        "陈伟 (via Lark):\nfirst",
        "陈伟 (via Lark): tikv ログ.log",
        "Aiko Tanaka (via Lark): image.png",
        "陈伟 (via Lark):\nlast",
        "Aiko Tanaka (via Lark):\nsee both\n[画像]\n[画像]",
        "Aiko Tanaka (via Lark): image.png",
        "Aiko Tanaka (via Lark): image.jpg",
    ]
    assert attached(house, story.key) == [
        ("tikv ログ.log", "application/octet-stream", b"%PDF \x00\xff lines"),
        ("image.png", "image/png", PNG),
        ("image.png", "image/png", PNG),
        ("image.jpg", "image/jpeg", b"\xff\xd8\xffphoto"),
    ]
    shown = house.box.jira_people.portal_view(story.key).comments
    assert next(file for comment in shown for file in comment.files) == ("tikv ログ.log", 13)
    # None of it is told to the chat as news, and nobody is told that it did not go.
    house.poll()
    assert [m.text for m in house.thread("aiko", ACME, story.root) if m.sender == "Support Bot"][
        1:
    ] == []
    assert house.told("chen") == house.told("aiko") == []
    assert house.undelivered() == []


def test_what_stands_beside_the_mention_goes_along_on_either_plan(house: House) -> None:
    for person, other, chat, key in (
        ("aiko", "chen", ACME, "HELP-1"),
        ("ben", "dora", GLOBEX, "HELP-2"),
    ):
        people = house.box.lark_people
        quoted = sends(house, other, chat, "quoted.log", b"quoted")
        root = people.say_post(person, chat, "", "@Support Bot down", pictures=[PNG])
        assert people.wait_delivered(root)
        house.settle()
        assert (
            "一緒" in house.form(person, chat).text or "go along" in house.form(person, chat).text
        )
        sends(house, person, chat, "early.log", b"early", thread=root)
        sends(house, other, chat, "others.log", b"others", thread=root)
        assert house.ticket_keys() == ([] if key == "HELP-1" else ["HELP-1"])
        house.submits(person, chat)
        names = [name for name, _, _ in attached(house, key)]
        premium = chat == ACME
        assert names == ["image.png", "early.log", *(["others.log"] if premium else [])]
        again = people.say(person, chat, "@Support Bot and this", reply_to=quoted)
        assert people.wait_delivered(again)
        house.settle()
        house.clicks(person, house.form(person, chat), "cancel")
    assert house.deliveries(DeliveryState.DEAD) == []
    # On plan enterprise what comes after the ticket stays in the chat, and its sender is told so.
    assert len(house.told("dora")) == 1


def test_the_files_of_the_message_that_is_answered_go_along(house: House) -> None:
    people = house.box.lark_people
    quoted = posts(house, "chen", ACME, "look", PNG, b"GIF89a moves")
    root = people.say("aiko", ACME, "@Support Bot what is that", reply_to=quoted)
    assert people.wait_delivered(root)
    house.settle()
    house.submits("aiko", ACME)
    assert [name for name, _, _ in attached(house, "HELP-1")] == ["image.png", "image.gif"]
    assert {said(c) for c in comments(house, "HELP-1")} == {
        "陈伟 (via Lark): image.png",
        "陈伟 (via Lark): image.gif",
    }


def test_a_file_of_the_answered_message_that_cannot_go_is_told_by_its_name(house: House) -> None:
    people = house.box.lark_people
    house.box.jira_state.switches.upload_limit = 1
    quoted = sends(house, "chen", ACME, "big.log", b"more than one")
    root = people.say("aiko", ACME, "@Support Bot what is that", reply_to=quoted)
    assert people.wait_delivered(root)
    house.settle()
    house.submits("aiko", ACME)
    (told,) = house.told("aiko")
    assert "big.log" in told and "quoted" not in told


def test_a_form_that_is_not_submitted_leaves_nothing_behind(house: House) -> None:
    root = house.asks("aiko", ACME)
    sends(house, "aiko", ACME, "a.log", b"x", thread=root)
    house.clicks("aiko", house.form("aiko", ACME), "cancel")
    assert house.undelivered() == []
    assert house.told("aiko") == []
    assert house.box.world.journal.calls("lark", "/resources/") == []


LEFT_OUT = [
    ("too large for the site", "大きい", "MB"),
    ("of a type that the site refuses", ".exe", "受け付けません"),
    ("to a site without files", "off", "受け付けません"),
    ("empty", "empty", "空です"),
]


@pytest.mark.parametrize(("case", "how", "reason"), LEFT_OUT, ids=[case[0] for case in LEFT_OUT])
def test_a_note_takes_the_place_of_a_file_and_its_sender_is_told(
    house: House, case: str, how: str, reason: str
) -> None:
    story = house.files("aiko", ACME)
    switches, people = house.box.jira_state.switches, house.box.lark_people
    switches.upload_limit, switches.forbidden_endings = 8, {".exe"}
    switches.attachments_enabled = how != "off"
    name, data = {
        "大きい": ("a.log", b"123456789"),
        ".exe": ("a.exe", b"MZ"),
        "empty": ("a.log", b""),
    }.get(how, ("a.log", b"x"))
    message = people.send_file("chen", ACME, name, data, thread=story.root)
    assert people.wait_delivered(message)
    house.settle()
    house.says("chen", ACME, "what follows", thread=story.root)
    note, after = comments(house, story.key)
    assert note.attachments == []
    assert f"[file: {name}]" in note.text
    assert reason in note.text
    assert "applink.larksuite.com/client/chat/open?openChatId=oc_acme" in str(note.body)
    assert after.text.endswith("what follows")
    (told,) = house.told("chen")
    assert name in told and story.key in told and reason in told
    assert f"/servicedesk/customer/portal/2/{story.key}" in told
    house.poll()
    assert house.undelivered() == []


def test_what_is_taken_back_before_it_was_carried_is_not_even_named(house: House) -> None:
    story, people = house.files("aiko", ACME), house.box.lark_people
    message = people.send_file("chen", ACME, "a.log", b"x", thread=story.root)
    people.recall("chen", message)
    events = house.box.lark_state.delivery.about
    assert people.wait_until(lambda: [e.status for e in events(message)] == [ACKED, ACKED])
    house.settle()
    house.says("chen", ACME, "what follows", thread=story.root)
    (after,) = comments(house, story.key)
    assert after.text.endswith("what follows")
    assert house.told("chen") == house.undelivered() == []


def test_a_group_of_two_companies_may_give_no_files(house: House) -> None:
    switches = house.box.lark_state.switches
    switches.ext_ephemeral = "ok"
    root = house.asks("mei", INITECH)
    house.submits("mei", INITECH, reporter="mei@initech.example")
    (key,) = house.ticket_keys()
    sends(house, "mei", INITECH, "a.log", b"theirs", thread=root)
    switches.ext_files = "insiders"
    sends(house, "mei", INITECH, "b.log", b"theirs", thread=root)
    switches.ext_files = "ok"
    sends(house, "mei", INITECH, "c.log", b"theirs", thread=root)
    notes = [said(comment) for comment in comments(house, key)]
    assert "[file: a.log]" in notes[0] and "[file: b.log]" in notes[1]
    assert attached(house, key) == [("c.log", "application/octet-stream", b"theirs")]


def test_a_transfer_that_breaks_is_neither_lost_nor_doubled(house: House) -> None:
    story = house.files("aiko", ACME)
    house.fail("lark", RESOURCE, "drop_after")
    house.fail("jsm", UPLOAD, "drop_after")
    sends(house, "chen", ACME, "a.log", b"once", thread=story.root)
    house.until(lambda: attached(house, story.key), step=20)
    assert len(attached(house, story.key)) == 1
    # The answer to the attaching itself is lost: it is looked for, also without its property.
    house.fail("jsm", ATTACH, "drop_after")
    sends(house, "chen", ACME, "b.log", b"twice?", thread=story.root)
    house.says("chen", ACME, "behind it", thread=story.root)
    house.poll()
    (doubt,) = house.deliveries(DeliveryState.DOUBT)
    assert doubt.command.comments
    for _ in range(3):
        house.time_passes(seconds=40)
        house.tidy()
    house.poll()
    assert [said(c).rpartition(" ")[2] for c in comments(house, story.key)] == [
        "a.log",
        "b.log",
        "it",
    ]
    bot = [m for m in house.thread("aiko", ACME, story.root) if m.sender == "Support Bot"]
    assert len(bot) == 1, "its own comment came back to the chat"
    assert house.undelivered() == []


def test_one_that_never_arrived_is_sent_again_after_the_grace_time(house: House) -> None:
    story = house.files("aiko", ACME)
    house.fail("jsm", ATTACH, "drop_before")
    sends(house, "chen", ACME, "a.log", b"once", thread=story.root)
    for _ in range(12):
        house.time_passes(seconds=40)
        house.tidy()
    assert attached(house, story.key) == [("a.log", "application/octet-stream", b"once")]


def test_a_file_that_the_site_has_forgotten_is_brought_again(house: House) -> None:
    story = house.files("aiko", ACME)
    house.box.jira_state.switches.temporary_files_live_ms = -1
    sends(house, "chen", ACME, "a.log", b"once", thread=story.root)
    assert attached(house, story.key) == []
    house.box.jira_state.switches.temporary_files_live_ms = 60_000
    house.until(lambda: attached(house, story.key), step=5)
    assert len(house.box.jira_state.temporary_files) == 1, "the first one lies there still"


def test_one_that_lark_never_hands_out_holds_its_thread_for_minutes(house: House) -> None:
    story = house.files("aiko", ACME)
    house.fail("lark", RESOURCE, "refuse", status=500, times=-1)
    sends(house, "chen", ACME, "a.log", b"x", thread=story.root)
    house.says("chen", ACME, "what follows", thread=story.root)
    assert comments(house, story.key) == []
    house.until(lambda: len(comments(house, story.key)) == 2, step=100)
    note, after = comments(house, story.key)
    assert "[file: a.log]" in note.text and after.text.endswith("what follows")
    assert len(house.told("chen")) == 1
    assert house.undelivered() == []


def test_while_jira_is_away_nothing_is_fetched_from_lark(house: House) -> None:
    story = house.files("aiko", ACME)
    house.fail("jsm", ".*", "refuse", status=503, times=-1)
    sends(house, "chen", ACME, "a.log", b"x", thread=story.root)
    for _ in range(3):
        house.time_passes(seconds=400)
        house.settle()
    assert house.box.world.journal.calls("lark", "/resources/") == []
    house.box.world.faults.clear()
    house.until(lambda: attached(house, story.key), step=100)


@pytest.mark.parametrize("words", ["", "see"], ids=["alone", "beside words"])
def test_files_of_what_is_taken_back_leave_the_tickets_comments(house: House, words: str) -> None:
    story, people = house.files("aiko", ACME), house.box.lark_people
    where = {"thread": story.root}
    if words:
        message = posts(house, "chen", ACME, words, PNG, **where)
    else:
        message = sends(house, "chen", ACME, "a.log", b"x", **where)
    assert len(attached(house, story.key)) == 1
    people.recall("chen", message)
    house.until(lambda: not attached(house, story.key), step=5)
    assert len(comments(house, story.key)) == bool(words)
    assert house.undelivered() == []


def test_a_hostile_name_is_a_name(house: House) -> None:
    story = house.files("aiko", ACME)
    name = "../[~accountid:712020:erin] {code}\r\nX: *b* \u202egpj.exe"
    sends(house, "chen", ACME, name, b"x", thread=story.root)
    (comment,) = comments(house, story.key)
    arrives = "_[~accountid_712020_erin] {code}_X_ _b_ gpj.exe"
    assert [file.name for file in comment.attachments] == [arrives]
    assert said(comment) == f"陈伟 (via Lark): {arrives}"
    assert "'type': 'mention'" not in str(comment.body)


def test_nothing_of_a_file_stays(house: House, tmp_path: Path) -> None:
    story = house.files("aiko", ACME)
    secret = b"CANARY-content"
    sends(house, "chen", ACME, "CANARY-name.log", secret, thread=story.root)
    assert attached(house, story.key)[0][2] == secret
    left = [path for path in tmp_path.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert left == []
    house.time_passes(seconds=40 * 86_400)
    house.app.sweeper.run_once()
    with house.app.store.read() as tx:
        done = tx.outbox.in_state(DeliveryState.DONE)
    assert "CANARY-name" not in str(done)
