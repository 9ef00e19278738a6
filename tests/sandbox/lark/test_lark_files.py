"""Pictures, sound and films, as people send them and as the bot fetches them."""

import json
from typing import Any

import pytest


def test_a_picture_in_a_post_belongs_to_the_post_and_goes_with_it(lark: Any) -> None:
    said = lark.people.say_post("aiko", "oc_acme", "", "see", pictures=[b"png"])
    (row,) = json.loads(lark.state.messages[said].content)["content"][1:]
    path = f"/im/v1/messages/{said}/resources/{row[0]['image_key']}?type=image"
    assert lark.call("GET", path).content == b"png"
    lark.people.recall("aiko", said)
    assert lark.call("GET", path).json()["code"] == 230110


@pytest.mark.parametrize("kind", ["audio", "media"])
def test_sound_and_film_are_files(lark: Any, kind: str) -> None:
    said = lark.people.send_file("aiko", "oc_acme", "a.mp4", b"film", sent_as=kind)
    key = json.loads(lark.state.messages[said].content)["file_key"]
    assert lark.call("GET", f"/im/v1/messages/{said}/resources/{key}?type=file").content == b"film"
    (seen,) = lark.people.view("aiko", "oc_acme")
    assert [(file.name, file.size, file.mime) for file in seen.attachments] == [
        ("a.mp4", 4, "video/mp4")
    ]


def test_a_film_is_no_plain_file(lark: Any) -> None:
    files, form = {"file": ("a.mp4", b"film")}, {"file_type": "mp4", "file_name": "a.mp4"}
    answer = lark.call("POST", "/im/v1/files", files=files, data=form).json()
    assert lark.send({"file_key": answer["data"]["file_key"]}, "file")["code"] == 230055
