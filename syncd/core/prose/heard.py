"""The words of a message as a person reads them."""

import re
from collections.abc import Iterable, Sequence

from syncd.core import text
from syncd.core.events import ChatMessage, Named
from syncd.core.known import Known
from syncd.core.model import DESCRIPTION, SUMMARY, PersonId, Values
from syncd.core.prose import said
from syncd.core.prose.naming import Names
from syncd.core.text import Body
from syncd.core.wording.notes import NONE, Notes

_SUMMARY_LENGTH = 120
DESCRIPTION_LENGTH = 1000
"""Characters that a form takes of a description."""
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")


def readable(written: str, named: Iterable[Named], bot: PersonId, notes: Notes = NONE) -> str:
    """Return the text with mentions turned into names, without the mention of the bot.

    Only the blanks around that mention go: all others are part of what was written.
    """
    return _without_ends(Names.of(named, bot, notes).in_text(text.clean(written)))


def _without_ends(whole: str) -> str:
    return _BLANK_LINES.sub("", whole).rstrip()


def as_blocks(
    written: str, laid_out: Body, named: Sequence[Named], bot: PersonId, notes: Notes = NONE
) -> Body:
    """Return the same as blocks: as they were laid out, or what the text alone says.

    The names come last, so that nobody's name is a link or code.
    """
    names = Names.of(named, bot, notes)
    if body := names.in_blocks(laid_out):
        return body
    heard = _without_ends(names.without_bot(text.clean(written)))
    return names.in_blocks(said.blocks(heard, names.linked))


def said_of(event: ChatMessage, known: Known) -> str:
    """Return what a message says, as text."""
    return readable(event.text, event.named, known.bot, _notes(event, known))


def body_of(event: ChatMessage, known: Known) -> Body:
    """Return what a message says, with its layout."""
    return as_blocks(event.text, event.body, event.named, known.bot, _notes(event, known))


def layout_of(event: ChatMessage, known: Known) -> str:
    """Return the same as it is stored; nothing where it says no more than the text."""
    body = body_of(event, known)
    plain = said.blocks(said_of(event, known), said.linked_by_lark)
    return text.dump(body) if event.body or body != plain else ""


def _notes(event: ChatMessage, known: Known) -> Notes:
    return Notes(event.notes, known.chat.language)


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
