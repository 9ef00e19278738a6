"""Pictures and files of the fake Lark: whose they are, who gets them, and what is taken."""

import json
from typing import Any

import pytest

Json = dict[str, Any]


def test_file_is_bound_to_its_message(lark: Any) -> None:
    said = lark.people.send_file("aiko", "oc_acme", "ログ.txt", b"log")
    other = lark.people.send_image("aiko", "oc_acme", b"png")
    key = json.loads(lark.state.messages[said].content)["file_key"]
    path = f"/im/v1/messages/{said}/resources/{key}"
    answer = lark.call("GET", path + "?type=file")
    assert answer.content == b"log"
    assert "filename" in answer.headers["content-disposition"]
    assert lark.call("GET", path + "?type=image").json()["code"] == 234003
    wrong = lark.call("GET", f"/im/v1/messages/{other}/resources/{key}?type=file")
    assert wrong.json()["code"] == 234003
    assert lark.call("GET", path).json()["code"] == 234001
    token = {"Authorization": f"Bearer {lark.token()}", "Range": "bytes=1-"}
    rest = lark.http.get(f"/open-apis{path}?type=file", headers=token)
    assert (rest.status_code, rest.content) == (206, b"og")
    assert rest.headers["content-range"] == "bytes 1-2/3"
    lark.people.remove_bot("oc_acme")
    assert lark.call("GET", path + "?type=file").json()["code"] == 234004


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


def upload(lark: Any, data: bytes) -> Json:
    files, form = {"file": ("a.txt", data)}, {"file_type": "stream", "file_name": "a.txt"}
    answer: Json = lark.call("POST", "/im/v1/files", files=files, data=form).json()
    return answer


def test_bot_sends_only_what_it_uploaded(lark: Any) -> None:
    key = upload(lark, b"hello\r\n\x00")["data"]["file_key"]
    assert lark.state.uploads[key].data == b"hello\r\n\x00"
    assert lark.send({"file_key": key}, "file")["code"] == 0
    said = lark.people.send_file("aiko", "oc_acme", "a.txt", b"log")
    theirs = json.loads(lark.state.messages[said].content)["file_key"]
    assert lark.send({"file_key": theirs}, "file")["code"] == 230017


def test_upload_is_neither_empty_nor_too_large(lark: Any) -> None:
    assert upload(lark, b"")["code"] == 234010
    assert upload(lark, b"x" * ((30 << 20) + 1))["code"] == 234006
    form = {"image_type": "message"}
    for data, code in ((b"x" * ((10 << 20) + 1), 234006), (b"no picture", 234011)):
        answer = lark.call("POST", "/im/v1/images", files={"image": ("a.png", data)}, data=form)
        assert answer.json()["code"] == code


def test_a_film_is_no_plain_file(lark: Any) -> None:
    files, form = {"file": ("a.mp4", b"film")}, {"file_type": "mp4", "file_name": "a.mp4"}
    answer = lark.call("POST", "/im/v1/files", files=files, data=form).json()
    assert lark.send({"file_key": answer["data"]["file_key"]}, "file")["code"] == 230055
