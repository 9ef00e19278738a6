"""The words of a message as a person reads them."""

import re
from collections.abc import Iterable

from syncd.core import text
from syncd.core.events import Named
from syncd.core.model import DESCRIPTION, SUMMARY, PersonId, Values
from syncd.core.prose import said

_SUMMARY_LENGTH = 120
DESCRIPTION_LENGTH = 1000
"""Characters that a form takes of a description."""
_TOKEN = re.compile(r"@[\w-]{1,100}", re.ASCII)
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_BLANKS = " \t"
_HERE = "\x00"
"""Stands where the bot was mentioned; no text that was cleaned holds it."""


def readable(written: str, named: Iterable[Named], bot: PersonId) -> str:
    """Return the text with mentions turned into names, without the mention of the bot.

    Only the blanks around that mention go: all others are part of what was written.
    """
    shown = {n.token: _HERE if n.person == bot else f"@{n.name}" for n in named}
    whole = _with_names(text.clean(written), shown)
    return _BLANK_LINES.sub("", _without_bot(whole)).rstrip()


def prefilled(heard: str, *, wordless: bool) -> Values:
    """Return what a form says before anybody has touched it."""
    if not heard:
        return {}
    summary = _summary(heard, wordless=wordless)
    return {SUMMARY: summary, DESCRIPTION: cut(heard)} if summary else {DESCRIPTION: cut(heard)}


def cut(heard: str, limit: int = DESCRIPTION_LENGTH) -> str:
    """Return the beginning that a form takes: so many units of UTF-16, in case Lark counts them."""
    units = heard.encode("utf-16-le")
    if len(units) <= 2 * limit:
        return heard
    return units[: 2 * limit - 2].decode("utf-16-le", "ignore") + "…"


def _summary(heard: str, *, wordless: bool) -> str:
    """Return the first line that has words."""
    for line in heard.split("\n"):
        words = " ".join((said.without_placeholders(line) if wordless else line).split())
        if re.search(r"\w", words) and not words.startswith("```"):
            return cut(words, _SUMMARY_LENGTH)
    return "" if wordless else cut(" ".join(heard.split()), _SUMMARY_LENGTH)


def _with_names(written: str, shown: dict[str, str]) -> str:
    """One token may begin another, so the longest counts; once, as a name may look like one."""
    lengths = sorted({len(token) for token in shown}, reverse=True)

    def name(found: re.Match[str]) -> str:
        for length in lengths:
            if (told := shown.get(found[0][:length])) is not None:
                return told + found[0][length:]
        return found[0]

    return _TOKEN.sub(name, written)


def _without_bot(whole: str) -> str:
    first, *others = whole.split(_HERE)
    kept = [first]
    for piece in others:
        kept[-1], after = kept[-1].rstrip(_BLANKS), piece.lstrip(_BLANKS)
        between = kept[-1] and after and kept[-1][-1] != "\n" and after[0] != "\n"
        if after:
            kept.append(f" {after}" if between else after)
    return "".join(kept)
