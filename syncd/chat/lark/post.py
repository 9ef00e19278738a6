"""The elements of a post, and of a card as it is received.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/events/message_content
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from syncd.chat.lark.members import Json, string
from syncd.core.events import Named
from syncd.core.files.found import InMessage
from syncd.core.model import PersonId
from syncd.core.prose import said
from syncd.core.text import clean

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
        shown = said.placeholder(kind, name)
        file = _file(kind, content, clean(name)) if self.has_files else None
        if file is None:
            self.lost = True
        else:
            self.files.append(file)
            self.shown.append(shown)
        return shown

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


def rows_of(title: str, rows: object, words: Words) -> str:
    """Return a title and rows of elements as lines."""
    lines = [title] if title else []
    for row in rows if isinstance(rows, list) else []:
        elements = row if isinstance(row, list) else [row]
        line = "".join(_element(one, words) for one in elements if isinstance(one, dict))
        lines.append(line.strip("\n") if "\n" in line else line)
    return "\n".join(lines)


def _element(element: Json, words: Words) -> str:
    reader = _READERS.get(string(element, "tag"))
    if reader is not None:
        return reader(element, words)
    text = string(element, "text")
    return text or words.without(string(element, "tag")[:50] or "unknown", element)


def _text(element: Json, words: Words) -> str:
    text = string(element, "text")
    text = html.unescape(text) if element.get("un_escape") is True else text
    style = element.get("style")
    struck = isinstance(style, list) and "lineThrough" in style and text.strip()
    return f"~~{text}~~" if struck else text


def _link(element: Json, words: Words) -> str:
    text, href = string(element, "text"), string(element, "href")
    return text if not href or text == href else f"{text} ({href})" if text else href


def _at(element: Json, words: Words) -> str:
    return words.at(string(element, "user_id"), string(element, "user_name"))


def _markdown(element: Json, words: Words) -> str:
    return _AT_IN_MARKDOWN.sub(
        lambda found: words.at(found[1], found[2] or ""), string(element, "text")
    )


def _code(element: Json, words: Words) -> str:
    code = string(element, "text").removesuffix("\n")
    language = re.sub(r"[^\w+#.-]", "", string(element, "language").lower())[:30]
    return f"\n{said.fenced(code, language)}\n"


def _emotion(element: Json, words: Words) -> str:
    return f"[{string(element, 'emoji_type')}]"


def _rule(element: Json, words: Words) -> str:
    return "---"


def _image(element: Json, words: Words) -> str:
    return words.without("image", element)


def _video(element: Json, words: Words) -> str:
    return words.without("video", element)


_READERS: dict[str, Callable[[Json, Words], str]] = {
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
