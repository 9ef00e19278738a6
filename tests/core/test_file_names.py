"""What a file is called where it arrives, and what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.files.naming import ANY, name_for, type_of


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("tikv.log", "tikv.log"),
        ("ログ 1.log", "ログ 1.log"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\\\evil\\x.bat", "C_evil_x.bat"),
        ('a"b\r\nX-Evil: 1.log', "a_b_X-Evil_ 1.log"),
        ("\u202egpj.exe", "gpj.exe"),
        (".bashrc", "bashrc"),
        ("100%41.txt", "100_41.txt"),
        ("长" * 300 + ".log", "长" * 115 + "….log"),
        ("x" * 300, "x" * 120),
        ("", "image.png"),
        ("...", "image.png"),
        ("///", "image.png"),
    ],
)
def test_a_name_is_one_line_and_no_path(told: str, name: str) -> None:
    assert name_for(told, "image", b"\x89PNG\r\n\x1a\n") == name


@given(st.text(max_size=400), st.binary(max_size=20))
def test_every_name_can_be_written_anywhere(told: str, head: bytes) -> None:
    name = name_for(told, "file", head)
    assert 1 <= len(name) <= 120
    assert not set(name) & set('/\\:*?"<>|%\r\n\0')
    assert not name.startswith((".", " "))
    assert name_for(name, "file", head) == name


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"OggS\x00", "audio/ogg"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        (b"<html><script>", ANY),
        (b"", ANY),
    ],
)
def test_its_bytes_tell_what_it_is(head: bytes, kind: str) -> None:
    assert type_of(head) == kind
