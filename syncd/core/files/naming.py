"""What a file is called where it arrives, and what it is: told by its bytes, never by its name."""

import re

from syncd.core.text import clean

HEAD = 16
"""So many bytes tell what a file is."""
ANY = "application/octet-stream"
_LONGEST = 120
"""Letters of a name; file systems take 255 bytes, and a letter may be four."""
_LONGEST_ENDING = 12
# Separators of paths, and what some system or some header gives a meaning of its own.
_UNSAFE = re.compile(r'[/\\:*?"<>|%\x00-\x1f\x7f]+')
_MAGIC = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png", ".png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg", ".jpg"),
    (re.compile(rb"GIF8[79]a"), "image/gif", ".gif"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp", ".webp"),
    (re.compile(rb"BM.{4}\x00{4}", re.DOTALL), "image/bmp", ".bmp"),
    (re.compile(rb"OggS"), "audio/ogg", ".opus"),
    (re.compile(rb".{4}ftyp", re.DOTALL), "video/mp4", ".mp4"),
)


def type_of(head: bytes) -> str:
    """Return the media type of what begins with these bytes; of most files, that it is any."""
    return next((kind for magic, kind, _ in _MAGIC if magic.match(head)), ANY)


def name_for(told: str, otherwise: str, head: bytes) -> str:
    """Return the name under which a file is handed on: one line, no path, not hidden, not too long.

    `otherwise`: what one without a name is called, without its ending, which `head` tells.
    """
    shown = " ".join(_UNSAFE.sub("_", clean(told)).split()).strip(". ")
    if not re.search(r"[^\W_]", shown):
        ending = next((end for magic, _, end in _MAGIC if magic.match(head)), "")
        return f"{otherwise}{ending}"
    stem, dot, ending = shown.rpartition(".")
    if len(shown) <= _LONGEST or not dot or len(ending) > _LONGEST_ENDING:
        return shown[:_LONGEST]
    return f"{stem[: _LONGEST - len(ending) - 2]}….{ending}"
