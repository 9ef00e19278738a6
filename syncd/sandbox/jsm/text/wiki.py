"""Wiki markup as Jira reads it, so that text sent without escaping shows what becomes of it.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

import re
from typing import Any

from syncd.sandbox.jsm.text.adf import Adf

_ESCAPED = re.compile(r"\\([\\{}\[\]*_\-+^~!|?#()])")
# Icons need no blanks around them, and what stands behind an address up to a blank is part of it,
# escapes too: https://github.com/jgm/pandoc/issues/8511, and Atlassian's own reader of this markup,
# https://www.npmjs.com/package/@atlaskit/editor-wikimarkup-transformer
_ICONS = {
    ":)": "🙂", ":(": "🙁", ":P": "😛", ":p": "😛", ":D": "😀", ";)": "😉",
    "(y)": "👍", "(n)": "👎", "(i)": "ℹ️", "(/)": "✅", "(x)": "❌", "(!)": "⚠️",
    "(+)": "➕", "(-)": "➖", "(?)": "❓", "(on)": "💡", "(off)": "🌑", "(*)": "⭐",
    "(*r)": "⭐", "(*g)": "⭐", "(*b)": "⭐", "(*y)": "⭐", "(flag)": "🚩", "(flagoff)": "🏳️",
}  # fmt: skip
_INLINE = re.compile(
    r"(?P<escaped>\\[\\{}\[\]*_\-+^~!|?#()])"
    r"|(?P<bare>https?://[^\s|]+)"
    r"|(?P<icon>(?!:[DPp]\w)(?:" + "|".join(map(re.escape, _ICONS)) + r"))"
    r"|(?P<mention>\[~accountid:(?P<who>[^\]\s]+)\])"
    r"|(?P<link>\[(?:(?P<label>[^\]|\n]+)\|)?(?P<url>(?:https?|mailto):[^\]|\s]+)\])"
    r"|(?P<image>!(?P<file>[^!\s|]+\.[A-Za-z0-9]+)(?:\|[^!\n]*)?!)"
    r"|(?P<code>\{\{(?P<code_text>[^}\n]+)\}\})"
    r"|(?P<strong>(?<!\w)\*(?P<strong_text>\S(?:[^*\n]*\S)?)\*(?!\w))"
    r"|(?P<em>(?<!\w)_(?P<em_text>\S(?:[^_\n]*\S)?)_(?!\w))"
    r"|(?P<strike>(?<!\w)-(?P<strike_text>\S(?:[^-\n]*\S)?)-(?!\w))"
)
_FENCE = re.compile(r"^\s*\{(?:code|noformat)(?::[^}]*)?\}\s*$")
_HEADING = re.compile(r"^\s*h([1-6])\.\s*(.*)$")
_QUOTE = re.compile(r"^\s*bq\.\s*(.*)$")
_BULLET = re.compile(r"^([*#-])+ +(.*)$")


def to_adf(text: str) -> Adf:
    """Return the document that Jira makes of wiki markup."""
    blocks: list[Adf] = []
    lines = iter(text.replace("\r\n", "\n").split("\n"))
    for line in lines:
        if _FENCE.match(line):
            blocks.append(_code_block(lines))
        elif heading := _HEADING.match(line):
            attrs = {"level": int(heading[1])}
            blocks.append({"type": "heading", "attrs": attrs, "content": _inline(heading[2])})
        elif quote := _QUOTE.match(line):
            blocks.append({"type": "blockquote", "content": [_paragraph(quote[1])]})
        elif bullet := _BULLET.match(line):
            _append_item(blocks, "orderedList" if bullet[1] == "#" else "bulletList", bullet[2])
        else:
            blocks.append(_paragraph(line))
    return {"type": "doc", "version": 1, "content": blocks}


def _code_block(lines: Any) -> Adf:
    code = []
    for line in lines:
        if _FENCE.match(line):
            break
        code.append(line)
    text = "\n".join(code)
    return {"type": "codeBlock", "content": [_text(text)] if text else []}


def _append_item(blocks: list[Adf], kind: str, text: str) -> None:
    if not blocks or blocks[-1]["type"] != kind:
        blocks.append({"type": kind, "content": []})
    blocks[-1]["content"].append({"type": "listItem", "content": [_paragraph(text)]})


def _paragraph(text: str) -> Adf:
    return {"type": "paragraph", "content": _inline(text)}


def _text(text: str, *marks: Adf) -> Adf:
    return {"type": "text", "text": text, "marks": list(marks)} if marks else _plain(text)


def _plain(text: str) -> Adf:
    return {"type": "text", "text": text}


def _inline(text: str) -> list[Adf]:
    nodes: list[Adf] = []
    end = 0
    for match in _INLINE.finditer(text):
        _append(nodes, _plain(text[end : match.start()]))
        _append(nodes, _node(match))
        end = match.end()
    _append(nodes, _plain(text[end:]))
    return nodes


def _node(match: re.Match[str]) -> Adf:
    if match["escaped"]:
        return _plain(match["escaped"][1])
    if match["bare"]:
        return _text(match["bare"], {"type": "link", "attrs": {"href": match["bare"]}})
    if match["icon"]:
        attrs = {"shortName": match["icon"], "text": _ICONS[match["icon"]]}
        return {"type": "emoji", "attrs": attrs}
    if match["mention"]:
        return {"type": "mention", "attrs": {"id": match["who"]}}
    if match["link"]:
        mark = {"type": "link", "attrs": {"href": match["url"]}}
        return _text(match["label"] or match["url"], mark)
    if match["image"]:
        return {"type": "mediaInline", "attrs": {"type": "file", "id": match["file"]}}
    kind = match.lastgroup if match.lastgroup in ("code", "strong", "em", "strike") else ""
    kind = kind or next(k for k in ("code", "strong", "em", "strike") if match[k])
    return _text(_ESCAPED.sub(r"\1", match[f"{kind}_text"]), {"type": kind})


def _append(nodes: list[Adf], node: Adf) -> None:
    if node["type"] == "text" and not node["text"]:
        return
    plain = node["type"] == "text" and not node.get("marks")
    if plain and nodes and nodes[-1]["type"] == "text" and not nodes[-1].get("marks"):
        nodes[-1]["text"] += node["text"]
    else:
        nodes.append(node)
