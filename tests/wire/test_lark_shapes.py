"""Messages of every shape that Lark's clients and SDKs are known to bring."""

from typing import Any

import pytest

from syncd.chat.lark.message import Heard, read
from syncd.core.model import PersonId
from syncd.core.prose.heard import readable
from syncd.core.prose.said import blocks

Json = dict[str, Any]
BOT = PersonId("ou_bot")
MENTIONED = [{"key": "@_user_1", "id": {"open_id": "ou_bot"}, "name": "Support Bot"}]


def words(heard: Heard) -> str:
    return readable(heard.text, heard.named, BOT)


def mentions_bot(heard: Heard) -> bool:
    return any(named.person == BOT for named in heard.named)


def post(*rows: list[Json], title: str = "") -> Json:
    return {"title": title, "content": list(rows)}


def text(said: str, **more: object) -> Json:
    return {"tag": "text", "text": said, **more}


def test_a_mention_that_only_the_content_of_a_post_tells() -> None:
    row = [
        {"tag": "at", "user_id": "ou_bot", "user_name": "Support Bot"},
        text(" look at "),
        {"tag": "a", "href": "https://x/docx/A", "text": "doc"},
        {"tag": "at", "user_id": "ou_chen", "user_name": "陈伟"},
    ]
    heard = read("post", post(row), [])
    assert mentions_bot(heard)
    assert words(heard) == "look at doc (https://x/docx/A)@陈伟"


@pytest.mark.parametrize(
    "at",
    [
        '<at user_id="ou_bot">Support Bot</at>',
        "<at user_id='ou_bot'></at>",
        "<at id=ou_bot></at>",
        "<at open_id = ou_bot >",
    ],
)
def test_a_mention_inside_markdown(at: str) -> None:
    row = [{"tag": "md", "text": f'{at} look, <at id="all"></at> and <at id="ou_c">Chen</at>'}]
    heard = read("post", post(row), None)
    assert mentions_bot(heard)
    assert words(heard) == "look, @all and @Chen"


@pytest.mark.parametrize("everybody", ["all", "@_all", "@all"])
def test_everybody_in_a_post(everybody: str) -> None:
    row = [{"tag": "at", "user_id": everybody, "user_name": ""}, text(" cluster down")]
    assert words(read("post", post(row), MENTIONED)) == "@all cluster down"


def test_everybody_in_a_text() -> None:
    heard = read("text", {"text": "@_all cluster down @_user_1"}, MENTIONED)
    assert words(heard) == "@all cluster down"


def test_who_is_named_by_no_list_is_called_by_the_name_in_the_post() -> None:
    row = [
        {"tag": "at", "user_id": "@_user_7", "user_name": "Kim"},
        {"tag": "at", "user_id": "", "user_name": "Lee"},
        {"tag": "at", "user_id": "ou_x"},
    ]
    assert words(read("post", post(row), [])) == "@Kim@Lee@user"


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda inner: inner,
        lambda inner: {"en_us": inner},
        lambda inner: {"post": {"zh_cn": inner}},
        lambda inner: {"post": inner},
    ],
)
def test_a_post_with_or_without_a_locale_around_it(wrapped: Any) -> None:
    inner = post([text("one")], [text("two")], title="Down")
    assert words(read("post", wrapped(inner), [])) == "Down\none\ntwo"


def test_a_post_is_read_element_by_element() -> None:
    heard = read(
        "post",
        post(
            [text("see:"), {"tag": "code_block", "language": "PYTHON", "text": "def f():\n  x\n"}],
            [text("a &lt; b", un_escape=True), text("gone", style=["bold", "lineThrough"])],
            [{"tag": "a", "href": "https://x.test"}, {"tag": "emotion", "emoji_type": "OK"}],
            [{"tag": "hr"}],
            [{"tag": "hologram", "text": "words"}],
        ),
        [],
    )
    assert not heard.wordless
    assert words(heard) == (
        "see:\n```python\ndef f():\n  x\n```\na < b~~gone~~\nhttps://x.test[OK]\n---\nwords"
    )


@pytest.mark.parametrize(
    ("element", "shown"),
    [
        ({"tag": "img", "image_key": "img_1"}, "[image]"),
        ({"tag": "media", "file_key": "f", "file_name": "a.mp4"}, "[video: a.mp4]"),
        ({"tag": "file", "file_key": "f", "file_name": "tikv].log"}, "[file: tikv).log]"),
        ({"tag": "hologram"}, "[unsupported content: hologram]"),
        ({}, "[unsupported content]"),
    ],
)
def test_what_is_no_words_in_a_post_is_named_and_noticed(element: Json, shown: str) -> None:
    heard = read("post", post([text("see "), element]), [])
    assert (words(heard), heard.wordless) == (f"see {shown}", True)


@pytest.mark.parametrize(
    ("kind", "content", "shown"),
    [
        ("interactive", {"title": "Alert", "elements": [[text("tikv-3 is "), text("down")]]},
         "Alert\ntikv-3 is down"),
        ("todo", {"summary": {"title": "", "content": [[text("restart tikv")]]},
                  "due_time": "1774004563541"}, "[task: restart tikv, 2026-03-20 11:02 UTC]"),
        ("todo", {"summary": "?", "due_time": "soon"}, "[task: ]"),
        ("vote", {"topic": "When?", "options": ["Mon", "Tue"]}, "[vote: When?]\n- Mon\n- Tue"),
        ("calendar", {"summary": "Review", "start_time": "1774004563541"},
         "[appointment: Review, 2026-03-20 11:02 UTC]"),
        ("video_chat", {"topic": "War room", "start_time": "1774004563"},
         "[appointment: War room, 2026-03-20 11:02 UTC]"),
        ("location", {"name": "Office", "longitude": "1.5", "latitude": "2"},
         "[location: Office (2, 1.5)]"),
        ("system", {"template": "{from_user} invited {to_chatters}", "from_user": ["Kim"],
                    "to_chatters": ["A", "B"]}, "Kim invited A, B"),
        ("hongbao", {"text": "[red packet]"}, "[red packet]"),
        ("sticker", {"file_key": "f"}, "[sticker]"),
    ],
)  # fmt: skip
def test_what_can_be_said_in_words_is(kind: str, content: Json, shown: str) -> None:
    heard = read(kind, content, [])
    assert (heard.text, heard.wordless) == (shown, False)


@pytest.mark.parametrize(
    ("kind", "content", "shown"),
    [
        ("image", {"image_key": "i"}, "[image]"),
        ("file", {"file_key": "f", "file_name": "log.txt"}, "[file: log.txt]"),
        ("folder", {"file_key": "f", "file_name": "logs"}, "[folder: logs]"),
        ("audio", {"file_key": "f", "duration": 2000}, "[audio]"),
        ("media", {"file_key": "f", "image_key": "i"}, "[video]"),
        ("merge_forward", {"content": "Merged and Forwarded Message"}, "[forwarded messages]"),
        ("share_chat", {"chat_id": "oc_1"}, "[shared group]"),
        ("share_user", {"user_id": "ou_1"}, "[shared contact]"),
        ("interactive", {"title": "", "elements": [[{"tag": "img"}]]}, "[image]"),
        ("interactive", {}, "[card]"),
        ("", {}, "[unsupported content]"),
    ],
)
def test_what_cannot_be_read_is_named_and_noticed(kind: str, content: Json, shown: str) -> None:
    heard = read(kind, content, [])
    assert (heard.text, heard.wordless) == (shown, True)


IMG, LOG = {"tag": "img", "image_key": "img_1"}, {"tag": "file", "file_key": "f_1"}


@pytest.mark.parametrize(
    ("kind", "content", "files", "bare", "lost"),
    [
        ("image", {"image_key": "i_1"}, [("i_1", "image", "")], True, False),
        ("file", {"file_key": "f_1", "file_name": "a.log"},
         [("f_1", "file", "a.log")], True, False),
        ("audio", {"file_key": "f_1", "duration": 9}, [("f_1", "file", "")], True, False),
        ("media", {"file_key": "f_1", "image_key": "i_1", "file_name": "a.mp4"},
         [("f_1", "file", "a.mp4")], True, False),
        ("post", post([text("see")], [IMG, LOG]),
         [("img_1", "image", ""), ("f_1", "file", "")], False, False),
        ("post", post([IMG]), [("img_1", "image", "")], True, False),
        ("post", post([text("[image]"), IMG]), [("img_1", "image", "")], False, False),
        ("post", post([IMG, {"tag": "hologram"}]), [("img_1", "image", "")], False, True),
        ("folder", {"file_key": "f_1", "file_name": "logs"}, [], False, True),
        ("interactive", {"title": "", "elements": [[IMG]]}, [], False, True),
        ("image", {"image_key": "../../v1/chats"}, [], False, True),
        ("image", {}, [], False, True),
        ("text", {"text": "words"}, [], False, False),
    ],
)  # fmt: skip
def test_files_that_can_be_had_are_told_from_what_is_lost(
    kind: str, content: Json, files: list[tuple[str, str, str]], bare: bool, lost: bool
) -> None:
    heard = read(kind, content, [])
    assert [(file.key, file.kind, file.name) for file in heard.files] == files
    assert (heard.bare, heard.lost) == (bare, lost)


HOSTILE = [
    "<at user_id=ou_x>" * 60_000,
    "<at " + " " * 1_000_000,
    "@_user_1" * 100_000,
    "@" * 1_000_000,
    " " * 1_000_000 + "x",
    "```a " * 200_000,
    "(" * 500_000 + ")" * 500_000,
    "[a: " * 250_000,
]


@pytest.mark.parametrize("said", HOSTILE)
def test_a_megabyte_from_a_crowd_is_read(said: str) -> None:
    """In a second or so; what costs more than linear time does not come to an end."""
    crowd = [{"key": f"@_user_{n}", "id": f"ou_{n}", "name": "N"} for n in range(500)]
    for kind in ("text", "post"):
        content = {"text": said} if kind == "text" else post([{"tag": "md", "text": said}])
        heard = read(kind, content, crowd)
        assert blocks(readable(heard.text, heard.named, BOT)) or not said.strip()
