"""What people lay out in Lark is laid out in the ticket and its comments, also after an edit."""

from typing import Any

from adf_bridge import validate_adf
from house import ACME, GLOBEX, House

Element = dict[str, Any]


def text(said: str, *style: str) -> Element:
    return {"tag": "text", "text": said, "style": list(style)}


def at(name: str) -> Element:
    return {"tag": "at", "user_name": name}


REPORT: list[list[Element]] = [
    [text("P1", "bold"), text(" writes time out, "), at("陈伟"), text(" saw it too")],
    [text("- since 09:12")],
    [text("- see "), {"tag": "a", "href": "https://grafana.example/d/1", "text": "the graph"}],
    [{"tag": "code_block", "language": "SQL", "text": "SELECT 1;\n"}],
    [text("> is it slow?")],
    [{"tag": "hr"}],
    [{"tag": "img", "image_key": "img_v3_gone"}],
]


def says(house: House, person: str, rows: list[list[Element]], chat: str, **where: Any) -> str:
    message = house.box.lark_people.say_rows(person, chat, rows, **where)
    assert house.box.lark_people.wait_delivered(message)
    house.settle()
    return message


def shape(document: Any) -> list[str]:
    """The kinds of blocks of a document."""
    validate_adf(document)
    return [block["type"] for block in document["content"]]


def text_of(document: Any, kind: str) -> str:
    (block,) = [block for block in document["content"] if block["type"] == kind]
    return str(block)


LAID_OUT = ["paragraph", "bulletList", "codeBlock", "blockquote", "rule", "paragraph"]


def test_a_reply_is_laid_out_in_its_comment_and_so_is_its_edit(house: House) -> None:
    story = house.files("aiko", ACME)
    message = says(house, "chen", REPORT, ACME, thread=story.root)
    comment = house.box.jira_people.comments(story.key)[0]
    assert shape(comment.body) == ["paragraph", *LAID_OUT]
    assert "'language': 'sql'" in text_of(comment.body, "codeBlock")
    assert "https://grafana.example/d/1" in text_of(comment.body, "bulletList")
    assert "{'type': 'text', 'text': '@陈伟'}" in str(comment.body)
    assert "[画像]" in str(comment.body), "the note is not in the chat's language"

    house.box.lark_people.edit("chen", message, [[text("1. first")], [text("2. then", "italic")]])
    house.until(lambda: "first" in str(house.box.jira_people.comments(story.key)[0].body), step=10)
    comment = house.box.jira_people.comments(story.key)[0]
    assert shape(comment.body) == ["paragraph", "orderedList"]
    assert "'em'" in str(comment.body)


def test_a_mention_is_laid_out_in_the_description(house: House) -> None:
    says(house, "aiko", [[at("Support Bot"), text(" "), *REPORT[0]], *REPORT[1:]], ACME)
    card = house.form("aiko", ACME)
    assert [f.default for f in card.fields if f.name == "summary"] == [
        "P1 writes time out, @陈伟 saw it too"
    ]
    house.submits("aiko", ACME)
    (key,) = house.ticket_keys()
    description = house.box.jira_people.ticket(key).fields["description"]
    assert shape(description)[: len(LAID_OUT)] == LAID_OUT
    assert "Support Bot" not in str(description)


def test_what_is_typed_instead_stands_as_it_was_typed(house: House) -> None:
    says(house, "ben", [[at("Support Bot"), text(" look", "bold")], *REPORT[1:3]], GLOBEX)
    house.submits("ben", GLOBEX, description="in my words\n- as typed")
    (key,) = house.ticket_keys()
    description = house.box.jira_people.ticket(key).fields["description"]
    assert "bulletList" not in shape(description)
    assert "- as typed" in str(description)


def test_a_message_that_is_quoted_is_laid_out_too(house: House) -> None:
    quoted = says(house, "chen", REPORT[:4], ACME)
    house.says("aiko", ACME, "@Support Bot same here", reply_to=quoted)
    house.submits("aiko", ACME)
    (key,) = house.ticket_keys()
    description = house.box.jira_people.ticket(key).fields["description"]
    assert "bulletList" in text_of(description, "blockquote")
    assert "codeBlock" in text_of(description, "blockquote")


def test_a_quoted_message_names_people_but_not_the_bot(house: House) -> None:
    with_bot = [at("Support Bot"), text(" ask "), at("陈伟")]
    quoted = says(house, "chen", [with_bot], ACME)
    house.says("aiko", ACME, "@Support Bot same here", reply_to=quoted)
    house.submits("aiko", ACME)
    (key,) = house.ticket_keys()
    description = house.box.jira_people.ticket(key).description
    assert "ask @陈伟" in description
    assert "Support Bot" not in description


def test_what_a_comment_cannot_show_is_a_note_in_the_chats_language(house: House) -> None:
    story = house.files("aiko", ACME)
    nodes = [{"type": "extension", "attrs": {"extensionType": "x", "extensionKey": "y"}}]
    house.box.jira_people.comment(
        "erin", story.key, {"type": "doc", "version": 1, "content": nodes}
    )
    house.poll()
    shown = house.thread("aiko", ACME, story.root)[-1]
    assert "表示できない内容です。ポータルでご覧ください" in shown.text
