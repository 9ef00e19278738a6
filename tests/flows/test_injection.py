"""Hostile words through every field in both directions: they stay words, and they all arrive."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import hostile
import pytest
from house import ACME, GLOBEX, House, Story

from syncd.sandbox.lark.shown import Shown

_EFFECTIVE_NODES = {
    "mention", "inlineCard", "blockCard", "embedCard", "media", "mediaSingle", "mediaGroup",
    "mediaInline", "emoji", "status", "date", "table", "heading", "panel", "codeBlock",
    "blockquote", "rule", "bulletList", "orderedList", "expand", "extension",
}  # fmt: skip


def chunks(strings: tuple[str, ...], size: int) -> list[tuple[str, ...]]:
    return [strings[start : start + size] for start in range(0, len(strings), size)]


def seen(house: House) -> Iterator[Shown]:
    """Yield everything that anybody sees of the bot, wherever it stands."""
    people = house.box.lark_people
    for person, chat in (("aiko", ACME), ("chen", ACME), ("ben", GLOBEX), ("dora", GLOBEX)):
        for message in (*people.view(person, chat), *people.direct(person)):
            for shown in (message, *message.thread):
                if shown.sender == "Support Bot":
                    yield shown


def is_harmless_in_lark(house: House) -> None:
    """As the client reads it: nobody is mentioned and every link leads to the portal."""
    portal = house.app.config.jsm.portal_base
    for shown in seen(house):
        assert shown.kind == "card"
        assert shown.mentions == []
        assert [url for _, url in shown.links if not url.startswith(portal)] == []
        assert [b.url for b in shown.buttons if b.url and not b.url.startswith(portal)] == []
    assert house.undelivered() == []


def nodes(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        yield document
        for child in document.get("content", []):
            yield from nodes(child)


def is_harmless_in_jira(document: Any) -> None:
    for node in nodes(document):
        assert node["type"] not in _EFFECTIVE_NODES
        # An address may be clicked, and leads where it says.
        href = node.get("text")
        marks = [{"type": "link", "attrs": {"href": href}}] if "marks" in node else []
        assert node.get("marks", []) == marks


def shown_in_jira(strings: tuple[str, ...]) -> tuple[str, ...]:
    told = "pay here (https://evil.example/pay)"
    return tuple(told if one == hostile.LINK else one for one in strings)


def stand_in(strings: tuple[str, ...], text: str) -> None:
    told = hostile.words(text)
    assert [s for s in strings if hostile.words(s) not in told] == []


def files(house: House, words: str, **values: Any) -> Story:
    """File a ticket as Aiko does, with values typed over what the form is prefilled with."""
    root = house.asks("aiko", ACME, words)
    house.submits("aiko", ACME, **values)
    return Story(root, house.ticket_keys()[-1])


@pytest.mark.parametrize("strings", chunks((*hostile.ALL, hostile.TOKENS), 12), ids=lambda s: s[0])
def test_a_comment_is_only_words_in_the_chat(house: House, strings: tuple[str, ...]) -> None:
    story = house.files("aiko", ACME)
    house.box.jira_people.comment("erin", story.key, "\n".join(strings))
    house.poll()
    is_harmless_in_lark(house)
    stand_in(strings, house.thread("chen", ACME, story.root)[1].text)


@pytest.mark.parametrize("strings", chunks(hostile.ALL, 16), ids=lambda s: s[0])
def test_no_part_of_a_comments_document_is_more_than_words(
    house: House, strings: tuple[str, ...]
) -> None:
    story = house.files("aiko", ACME)
    content = [block for string in strings for block in blocks(string)]
    document = {"type": "doc", "version": 1, "content": content}
    house.box.jira_people.comment("erin", story.key, document)
    house.poll()
    is_harmless_in_lark(house)
    assert len(house.thread("chen", ACME, story.root)) == 2


def blocks(string: str) -> list[dict[str, Any]]:
    """Put the string wherever a document of Jira takes one."""
    text = {"type": "text", "text": string}
    paragraph = {"type": "paragraph", "content": [text]}
    evil = {"type": "link", "attrs": {"href": f"javascript:{string}"}}
    mention = {"type": "mention", "attrs": {"id": "712020:erin", "text": string}}
    return [
        {"type": "codeBlock", "attrs": {"language": "x"}, "content": [text]},
        {"type": "heading", "attrs": {"level": 1}, "content": [text]},
        {"type": "blockquote", "content": [paragraph]},
        {"type": "bulletList", "content": [{"type": "listItem", "content": [paragraph]}]},
        {"type": "panel", "attrs": {"panelType": "info"}, "content": [paragraph]},
        {"type": "paragraph", "content": [mention]},
        {"type": "paragraph", "content": [{**text, "marks": [evil]}]},
        {"type": "paragraph", "content": [{**text, "marks": [{"type": "strong"}]}]},
        {"type": "paragraph", "content": [{**text, "marks": [{"type": "code"}]}]},
    ]


@pytest.mark.parametrize("strings", chunks(hostile.LARK, 7), ids=lambda s: s[0])
def test_a_title_and_a_name_are_only_words_in_the_chat(
    house: House, strings: tuple[str, ...]
) -> None:
    story = house.files("aiko", ACME)
    joined = " ".join(strings)
    people = house.box.world.people
    people["erin"] = replace(people["erin"], name=joined[:200])
    house.box.jira_people.rename(story.key, joined[:255])
    house.box.jira_people.comment("erin", story.key, "Please restart.")
    house.poll()
    is_harmless_in_lark(house)
    answer = house.thread("chen", ACME, story.root)[1]
    assert "Please restart." in answer.text
    assert hostile.words(joined[:60]) in hostile.words(answer.title)


@pytest.mark.parametrize("strings", chunks(hostile.ALL, 12), ids=lambda s: s[0])
def test_a_message_with_an_emoji_and_what_stood_before_it_are_only_words(
    house: House, strings: tuple[str, ...]
) -> None:
    people, told = house.box.lark_people, "\n".join(strings)
    root = house.says("dora", GLOBEX, told)
    house.says("dora", GLOBEX, told, thread=root)
    message = house.says("dora", GLOBEX, told, thread=root)
    assert people.wait_delivered(people.react("ben", message, "Pin"))
    house.settle()
    house.submits("ben", GLOBEX)
    (key,) = house.ticket_keys()
    is_harmless_in_lark(house)
    is_harmless_in_jira(house.box.jira_people.ticket(key).description)
    for comment in house.box.jira_people.comments(key):
        is_harmless_in_jira(comment.body)


@pytest.mark.parametrize("strings", chunks(hostile.ALL, 12), ids=lambda s: s[0])
def test_a_mention_and_what_is_typed_into_its_form_are_only_words_in_the_ticket(
    house: House, strings: tuple[str, ...]
) -> None:
    told = "\n".join(strings)
    story = files(house, told, description=told, summary=" ".join(strings[:3])[:250])
    ticket = house.box.jira_people.ticket(story.key)
    is_harmless_in_jira(ticket.fields["description"])
    stand_in(shown_in_jira(strings), ticket.description)
    assert hostile.words(strings[0]) in hostile.words(ticket.summary)
    is_harmless_in_lark(house)
    assert house.thread("chen", ACME, story.root)[0].mentions == []


@pytest.mark.parametrize("strings", chunks(hostile.ALL, 12), ids=lambda s: s[0])
def test_a_reply_a_file_and_a_name_are_only_words_in_the_ticket(
    house: House, strings: tuple[str, ...]
) -> None:
    people = house.box.world.people
    people["chen"] = replace(people["chen"], name=hostile.words(strings[0]))
    story = house.files("aiko", ACME)
    house.says("chen", ACME, "\n".join(strings), thread=story.root)
    message = house.box.lark_people.send_file(
        "chen", ACME, " ".join(strings)[:100], b"x", thread=story.root
    )
    assert house.box.lark_people.wait_delivered(message)
    house.settle()
    reply, file = house.box.jira_people.comments(story.key)
    (attached,) = file.attachments
    assert not set(attached.name) & set('/\\:*?"<>|%')
    beside = [node for node in file.body["content"] if node["type"] != "mediaGroup"]
    for comment in (reply, replace(file, body={**file.body, "content": beside})):
        is_harmless_in_jira(comment.body)
        assert hostile.words(strings[0]) in hostile.words(comment.text)
    stand_in(shown_in_jira(strings), reply.text)
    house.poll()
    is_harmless_in_lark(house)


def test_a_name_is_no_link_where_it_is_mentioned(house: House) -> None:
    people = house.box.world.people
    people["chen"] = replace(people["chen"], name=hostile.LINK)
    story = files(house, f"@Support Bot ask @{hostile.LINK} now")
    house.says("aiko", ACME, f"@{hostile.LINK} did it", thread=story.root)
    description = house.box.jira_people.ticket(story.key).fields["description"]
    (comment,) = house.box.jira_people.comments(story.key)
    for document in (description, comment.body):
        assert f"@{hostile.LINK}" in [node.get("text") for node in nodes(document)]
        assert not any("marks" in node for node in nodes(document))


def test_a_line_of_a_hundred_kilobytes_is_cut_with_a_word_about_it(house: House) -> None:
    story = house.files("aiko", ACME)
    with house.box.world.lock:
        state = house.box.jira_state
        ticket = state.find(story.key)
        assert ticket is not None
        text = {"type": "text", "text": hostile.LONG}
        body = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [text]}]}
        state.add_comment(ticket, "712020:erin", body)
    house.poll()
    answer = house.thread("chen", ACME, story.root)[1]
    assert answer.text.count("word") > 1000
    is_harmless_in_lark(house)


def test_a_reply_of_a_hundred_kilobytes_reaches_the_ticket_or_its_author_hears_why(
    house: House,
) -> None:
    story = house.files("aiko", ACME)
    house.says("aiko", ACME, hostile.LONG, thread=story.root)
    comments = house.box.jira_people.comments(story.key)
    assert comments or house.told("aiko")


@pytest.mark.parametrize("strings", chunks(hostile.ALL, 16), ids=lambda s: s[0])
def test_what_is_edited_into_a_message_is_only_words_in_the_ticket(
    house: House, strings: tuple[str, ...]
) -> None:
    story = house.files("chen", ACME)
    message = house.says("chen", ACME, "it is down", thread=story.root)
    house.box.lark_people.edit("chen", message, "\n".join(strings))
    said = house.box.jira_people.comments
    house.until(lambda: "it is down" not in said(story.key)[0].text, step=10)
    (comment,) = said(story.key)
    is_harmless_in_jira(comment.body)
    stand_in(shown_in_jira(strings), comment.text)
    house.poll()
    is_harmless_in_lark(house)
