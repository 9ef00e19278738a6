"""The few words of roff that a manual page is made of.

https://man.openbsd.org/man.7 has the macros, https://man.openbsd.org/mandoc_char.7 the escapes.
"""

import re

_SPECIAL = {"\\": r"\e", "-": r"\-", "^": r"\(ha", "~": r"\(ti", "`": r"\(ga", "'": r"\(aq"}
"""What a typesetter would take for something else, or draw otherwise than people type it."""


def text(plain: str) -> str:
    """Return words as they stand on one line; what is between backticks is bold.

    No letter of them is taken for a request or an escape.
    """
    parts = re.split(r"`([^`]*)`", " ".join(plain.split()))
    said = "".join(bold(part) if at % 2 else _escaped(part) for at, part in enumerate(parts))
    # A line that begins so would be a request.
    return rf"\&{said}" if said.startswith((".", r"\(aq")) else said


def paragraphs(plain: str) -> list[str]:
    """Return lines for text whose paragraphs are parted by empty lines."""
    found = [text(part) for part in re.split(r"\n\s*\n", plain.strip())]
    return [line for part in found for line in (".PP", part)][1:]


def bold(plain: str) -> str:
    return rf"\fB{_escaped(plain)}\fR"


def italic(plain: str) -> str:
    return rf"\fI{_escaped(plain)}\fR"


def _escaped(plain: str) -> str:
    return "".join(_SPECIAL.get(c) or (c if c.isascii() else rf"\[u{ord(c):04X}]") for c in plain)
