"""What a client makes of text with markup in it: the words, who is mentioned, what is a link.

Where nobody outside Lark knows, the reading that harms a careless sender is taken: `<at>` works
in either case, inside code and behind a backslash, a backslash escapes nothing, and code is shown
with its entities as they are.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

NameOf = Callable[[str], str]

AT = re.compile(r"<at\s+([^>]*?)/?>(?:(.*?)</at>)?", re.DOTALL | re.IGNORECASE)
_PERSON = re.compile(r"<person\s+([^>]*?)/?>(?:.*?</person>)?", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|([^\s'\">]+))")
_FENCE = re.compile(r"^(```+|~~~+)[^\n]*\n(.*?)(?:^\1[ ]*$|\Z)", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"(?:\A|(?<=\n\n))((?:(?: {4}|\t)[^\n]*(?:\n|\Z))+)")
_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_RAW = re.compile(r"<raw>(.*?)</raw>", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)\)")
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)")
_TAG_LINK = re.compile(r"<(a|link)\s+([^>]*)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_BARE_URL = re.compile(r"https?://[^\s<>\"'\x00，。、）)\]]+")
_TAGS = re.compile(r"</?(?:font|text_tag|number_tag|local_datetime|audio|b|i|u|s)\b[^>]*>")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|\*|~~|__|(?<!\w)_)(?=\S)(.+?)(?<=\S)\1")
_EMOJI = re.compile(r":([A-Z][A-Za-z0-9_]+):")
_LINE_STARTS = (
    (re.compile(r"^ {0,3}#{1,6} +", re.MULTILINE), ""),
    (re.compile(r"^ {0,3}> ?", re.MULTILINE), ""),
    (re.compile(r"^(\s*)[-*+] +", re.MULTILINE), r"\1• "),
    (re.compile(r"^ {0,3}(?:-{3,}|\*{3,}|_{3,}) *$", re.MULTILINE), "———"),
)


@dataclass
class Seen:
    """What the eye gets: words, links as (words, address), and ids that are mentioned."""

    text: str = ""
    mentions: list[str] = field(default_factory=list)
    """open_ids, `all`, or `email:...`."""
    people: list[str] = field(default_factory=list)
    """ids shown as a person without a mention."""
    links: list[tuple[str, str]] = field(default_factory=list)
    images: list[str] = field(default_factory=list)


class _Reader:
    """Takes pieces out of the text once they are understood, and puts them back at the end."""

    def __init__(self, name_of: NameOf) -> None:
        self.seen = Seen()
        self._name_of = name_of
        self._stash: list[str] = []

    def keep(self, text: str) -> str:
        self._stash.append(text)
        return f"\x00{len(self._stash) - 1}\x00"

    def restore(self, text: str) -> str:
        while "\x00" in text:
            text = re.sub(r"\x00(\d+)\x00", lambda m: self._stash[int(m[1])], text)
        return text

    def mention(self, match: re.Match[str]) -> str:
        given = attributes(match[1])
        ids = [i for key in ("id", "ids", "user_id", "open_id") for i in _ids(given.get(key, ""))]
        ids += [f"email:{e}" for e in _ids(given.get("email", ""))]
        self.seen.mentions += ids
        return self.keep(" ".join(f"@{self._name_of(i)}" for i in ids))

    def person(self, match: re.Match[str]) -> str:
        ids = _ids(attributes(match[1]).get("id", ""))
        self.seen.people += ids
        return self.keep(" ".join(self._name_of(i) for i in ids))

    def image(self, match: re.Match[str]) -> str:
        self.seen.images.append(match[2])
        return self.keep(f"[image {match[1]}]")

    def link(self, words: str, address: str) -> str | None:
        address = html.unescape(address)
        if not address.startswith(("http://", "https://")):
            return None
        words = self.restore(html.unescape(_EMPHASIS.sub(r"\2", words)))
        self.seen.links.append((words, address))
        return self.keep(words)

    def markdown_link(self, match: re.Match[str]) -> str:
        return self.link(match[1], match[2]) or match[0]

    def tag_link(self, match: re.Match[str]) -> str:
        given = attributes(match[2])
        return self.link(match[3], given.get("href", given.get("url", ""))) or match[3]

    def bare_url(self, match: re.Match[str]) -> str:
        return self.link(match[0], match[0]) or match[0]


def markdown(content: str, name_of: NameOf) -> Seen:
    """Read a `markdown` element or `lark_md` text.

    https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/content-components/rich-text
    """
    reader = _Reader(name_of)
    text = content.replace("\x00", "")
    text = _PERSON.sub(reader.person, AT.sub(reader.mention, text))
    text = _FENCE.sub(lambda m: reader.keep(m[2].rstrip("\n")), text)
    text = _INDENTED.sub(lambda m: reader.keep(re.sub(r"(?m)^(?: {4}|\t)", "", m[1])), text)
    text = _CODE.sub(lambda m: reader.keep(m[2]), text)
    text = _RAW.sub(lambda m: reader.keep(m[1]), text)
    text = _IMAGE.sub(reader.image, text)
    text = _LINK.sub(reader.markdown_link, text)
    text = _TAG_LINK.sub(reader.tag_link, text)
    text = re.sub(r"<br\s*/?>", "\n", re.sub(r"<hr\s*/?>", "———", text))
    text = _TAGS.sub("", text)
    text = _BARE_URL.sub(reader.bare_url, text)
    for pattern, replacement in _LINE_STARTS:
        text = pattern.sub(replacement, text)
    text = _emphasised(text)
    text = _EMOJI.sub(r"[emoji \1]", text)
    reader.seen.text = reader.restore(html.unescape(text))
    return reader.seen


def text_message(content: str, name_of: NameOf) -> Seen:
    """Read the text of a `text` message sent by an app; it knows no escape.

    https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/message/create_json
    """
    reader = _Reader(name_of)
    text = AT.sub(reader.mention, content.replace("\x00", ""))
    text = _LINK.sub(reader.markdown_link, text)
    text = re.sub(r"</?[bius]>", "", text)
    text = _BARE_URL.sub(reader.bare_url, text)
    reader.seen.text = reader.restore(text)
    return reader.seen


def attributes(source: str) -> dict[str, str]:
    """Return the attributes of a tag, quoted either way or not at all."""
    return {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(source)}


def _ids(value: str) -> list[str]:
    return [v.strip() for v in value.split(",") if v.strip()]


def _emphasised(text: str) -> str:
    previous = None
    while previous != text:
        previous, text = text, _EMPHASIS.sub(r"\2", text)
    return text
