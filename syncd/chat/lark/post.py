"""The elements of a post, and of a card as it is received.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/events/message_content
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from syncd.chat.lark.members import Json, string
from syncd.core.events import Named
from syncd.core.files.found import InMessage
from syncd.core.model import PersonId
from syncd.core.prose import said
from syncd.core.prose.rows import Piece, Row
from syncd.core.text import Code, Mark, Paragraph, Rule, Text, clean
from syncd.core.wording.notes import UNKNOWN

_TYPES = {"image": "image", "file": "file", "audio": "file", "video": "file"}
_KEY = re.compile(r"[\w.-]{1,200}", re.ASCII)
_ID = re.compile(r"@?[\w-]{1,100}", re.ASCII)
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/message/create_json
_AT_IN_MARKDOWN = re.compile(
    r"<at\s{1,5}(?:user_id|open_id|id)\s{0,5}=\s{0,5}[\"']?([\w@-]{1,100})[\"']?\s{0,5}>"
    r"(?:([^<]{0,100})</at>)?"
)


@dataclass
class Words:
    """Notes, beside the words, whom a content names and what in it is no words."""

    tokens: frozenset[str]
    """The tokens that the list of mentions explains."""
    named: list[Named] = field(default_factory=list)
    wordless: bool = False
    files: list[InMessage] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    """What stands in the text for each of the files."""
    lost: bool = False
    """Whether something is neither words nor a file that can be had."""
    has_files: bool = True
    """Whether files can be had of it; a card keeps its own."""
    kinds: dict[str, None] = field(default_factory=dict)
    """As what that which is no words is named, in English."""

    def at(self, user: str, name: str) -> str:
        """Return the token of somebody mentioned; who is not listed is known by id and name."""
        if user in ("all", "@all", "@_all"):
            return "@_all"
        shown = " ".join(clean(name).split()).removeprefix("@") or "user"
        if not _ID.fullmatch(user):
            return f"@{shown}"
        token = user if user.startswith("@") else f"@{user}"
        if token not in self.tokens:
            person = PersonId("" if user.startswith("@") else user)
            self.named.append(Named(token, person, shown))
        return token

    def without(self, kind: str, content: Json) -> str:
        """Return the name of something that is no words."""
        self.wordless = True
        name = string(content, "file_name") or string(content, "name")
        shown = self.note(kind, name)
        file = _file(kind, content, clean(name)) if self.has_files else None
        if file is None:
            self.lost = True
        else:
            self.files.append(file)
            self.shown.append(shown)
        return shown

    def unknown(self, name: str) -> str:
        """Return the name of something that nobody here knows."""
        self.wordless = self.lost = True
        return self.note(UNKNOWN, name[:50])

    def note(self, kind: str, name: str = "") -> str:
        """Return a note that stands for something, in English."""
        self.kinds[kind] = None
        return said.placeholder(kind, name)

    def are_files(self, text: str) -> bool:
        """Tell whether a text says nothing besides the files."""
        for shown in self.shown:
            text = text.replace(shown, "", 1)
        return bool(self.files) and not self.lost and not text.strip()


# A film is asked for as a file, whatever else it has a key for:
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-resource/get
def _file(kind: str, content: Json, name: str) -> InMessage | None:
    """Return the file that a content or an element names, None when it cannot be had."""
    type = _TYPES.get(kind, "")
    key = string(content, f"{type}_key")
    return InMessage(key, type, name) if type and _KEY.fullmatch(key) else None


def rows_of(title: str, rows: object, words: Words) -> list[Row]:
    """Return a title and rows of elements as rows of pieces."""
    made: list[Row] = [[Paragraph((Text(clean(title), ("strong",)),))]] if title else []
    for row in rows if isinstance(rows, list) else []:
        made.append(_pieces(row if isinstance(row, list) else [row], words))
    return made


def noted(kind: str, content: Json, words: Words) -> list[Row]:
    """Return the name of something that is no words."""
    return [[Text(words.without(kind, content))]]


def _pieces(elements: list[object], words: Words) -> list[Piece]:
    return [piece for one in _opened(elements) for piece in _element(one, words)]


def _opened(elements: list[object]) -> Iterator[Json]:
    """Yield the elements, and behind one that holds others, or in its place, those; in order."""
    waiting: list[object] = elements[::-1]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield {"tag": "text", "text": one}
        elif isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict):
            inner = one.get("elements")
            if not isinstance(inner, list) or _says_something(one):
                yield one
            waiting += reversed(inner) if isinstance(inner, list) else []


def _says_something(element: Json) -> bool:
    """Tell whether an element says anything besides what it holds."""
    tag = string(element, "tag")
    own = string(element, "text") or string(element, "href") or _choices(element)
    return bool(own) or tag in _READERS or tag in _TYPES


def _element(element: Json, words: Words) -> list[Piece]:
    tag = string(element, "tag")
    if reader := _READERS.get(tag):
        return reader(element, words)
    if string(element, "text") or string(element, "href"):
        return _link(element, words)
    told = _choices(element)
    return told or [Text(words.without(tag, element) if tag in _TYPES else words.unknown(tag))]


def _choices(element: Json) -> list[Piece]:
    """Return what a list to choose from, or a date to pick, says in a card."""
    options = element.get("options")
    offered = [one for one in options if isinstance(one, str)] if isinstance(options, list) else []
    said = [string(element, "placeholder"), string(element, "initial_date"), *offered]
    told = " / ".join(clean(one) for one in said if one)
    return [Text(f"[{told}]")] if told else []


# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/message/events/message_content
_STYLES: dict[str, Mark] = {
    "bold": "strong",
    "italic": "em",
    "underline": "underline",
    "lineThrough": "strike",
}


def _marks(element: Json) -> tuple[Mark, ...]:
    style = element.get("style")
    named = [one for one in style if isinstance(one, str)] if isinstance(style, list) else []
    return tuple(mark for name, mark in _STYLES.items() if name in named)


def _text(element: Json, words: Words) -> list[Piece]:
    text = string(element, "text")
    text = html.unescape(text) if element.get("un_escape") is True else text
    return [Text(clean(text), _marks(element))]


def _link(element: Json, words: Words) -> list[Piece]:
    """Return a link; an address that no browser opens is told behind its words."""
    text, href = clean(string(element, "text")), clean(string(element, "href"))
    if not href:
        return [Text(text, _marks(element))]
    url = href.strip()
    if url.lower().startswith(("http://", "https://")) and not re.search(r"\s", url):
        return [*said.labelled(text, url, _marks(element))]
    address = href.removeprefix("mailto:")
    told = text if text in (address, href) else f"{text} ({address})" if text else address
    return [Text(told, _marks(element))]


def _at(element: Json, words: Words) -> list[Piece]:
    token = words.at(string(element, "user_id"), string(element, "user_name"))
    return [Text(token, _marks(element))]


# It is only sent, never received, so nothing but what it names is read.
def _markdown(element: Json, words: Words) -> list[Piece]:
    said = _AT_IN_MARKDOWN.sub(
        lambda found: words.at(found[1], found[2] or ""), string(element, "text")
    )
    return [Text(clean(said))]


_NO_LANGUAGE = ("plain_text", "plaintext", "text")


def _code(element: Json, words: Words) -> list[Piece]:
    code = clean(string(element, "text")).removesuffix("\n")
    language = re.sub(r"[^\w+#.-]", "", string(element, "language").lower())[:30]
    return [Code(code, "" if language in _NO_LANGUAGE else language)]


def _emotion(element: Json, words: Words) -> list[Piece]:
    return [Text(clean(f"[{string(element, 'emoji_type')}]"))]


def _rule(element: Json, words: Words) -> list[Piece]:
    return [Rule()]


def _image(element: Json, words: Words) -> list[Piece]:
    return [Text(words.without("image", element))]


def _video(element: Json, words: Words) -> list[Piece]:
    return [Text(words.without("video", element))]


_READERS: dict[str, Callable[[Json, Words], list[Piece]]] = {
    "text": _text,
    "a": _link,
    "at": _at,
    "md": _markdown,
    "code_block": _code,
    "emotion": _emotion,
    "hr": _rule,
    "img": _image,
    "media": _video,
}
