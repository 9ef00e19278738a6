"""Bodies of `multipart/form-data`, as both platforms take them.

https://www.rfc-editor.org/rfc/rfc7578
"""

import re
from dataclasses import dataclass
from email.message import Message

_HEADER = re.compile(r'(?:^|;)\s*(name|filename)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Part:
    """One part; `filename` is empty for a plain field."""

    name: str
    filename: str
    content_type: str
    data: bytes
    encoded_name: bool = False
    """Whether its name came as `filename*`, which not everybody takes."""


def parts(content_type: str, body: bytes) -> list[Part]:
    """Return the parts, none where it is no such body or is broken off."""
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_param("boundary")
    if header.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        return []
    mark = b"--" + boundary.encode()
    first, *pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if first or not pieces or not pieces[-1].startswith(b"--"):
        return []
    return [_part(piece) for piece in pieces[:-1]]


def _part(piece: bytes) -> Part:
    head, _, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    lines = dict(line.partition(": ")[::2] for line in head.decode().split("\r\n"))
    told = {name.lower(): value for name, value in lines.items()}
    disposition = told.get("content-disposition", "")
    named = {name: value for name, value in _HEADER.findall(disposition)}
    kind = told.get("content-type", "text/plain")
    filename = named.get("filename", "").replace("%22", '"').replace("\\\\", "\\")
    return Part(named.get("name", ""), filename, kind, data, "filename*=" in disposition)
