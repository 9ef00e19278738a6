"""Text from outside as Lark's markdown in which nothing of it is taken for markup.

https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/content-components/rich-text
"""

import re
from urllib.parse import quote, urlsplit

from syncd.core.text import clean

# The vendor's own table; `&` because an entity in the text must not become a character, `|` for
# tables. A colon starts an emoji code and, with the slashes, an automatic link.
_ENTITIES = str.maketrans({c: f"&#{ord(c)};" for c in "&<>-!*/\\[]()#:+\"'`$_|"} | {"~": "&sim;"})


def escape(foreign: str) -> str:
    """Return text from outside on one line, with every character that markup could use escaped."""
    return "<br>".join(at_line_start(line) for line in clean(foreign).split("\n"))


def at_line_start(line: str) -> str:
    """Escape a clean line that begins a line: blanks would start code, and `1.` a list."""
    text = line.lstrip(" \t")
    indent = line[: len(line) - len(text)].replace("\t", "    ")
    return "\u00a0" * len(indent) + re.sub(r"^(\d+)\.", r"\1&#46;", in_line(text))


def in_line(line: str) -> str:
    """Escape a clean line, or a part of one, that something stands before."""
    return line.translate(_ENTITIES).replace("\t", " ")


def link(label: str, url: str) -> str:
    """Return a link, or only its label where the address is not http or https.

    A label that is an address itself is followed by the one to which it leads, if that is another.
    """
    address = safe_url(url)
    one_line = " ".join(clean(label).split()) or url
    if not address:
        return escape(one_line)
    elsewhere = _is_address(one_line) and not _is_same(one_line, address)
    beside = in_line(f" ({address})") if elsewhere else ""
    return f"[{escape(one_line)}]({address}){beside}"


def _is_address(words: str) -> bool:
    return " " not in words and words.lower().startswith(("http://", "https://", "www."))


def _is_same(words: str, address: str) -> bool:
    bare = safe_url(words if "://" in words else f"https://{words}")
    return bare.partition("://")[2].rstrip("/") == address.partition("://")[2].rstrip("/")


def safe_url(url: str) -> str:
    """Return the address unable to end a link or a tag; empty when it is not http or https."""
    try:
        parts = urlsplit(clean(url).strip())
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return quote(parts.geturl(), safe="%:/?#@!$&*+,;=-._~") if usable else ""
