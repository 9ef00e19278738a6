"""Atlassian Document Format as text, wiki markup and HTML."""

import html
import json
from typing import Any

Adf = dict[str, Any]

MAX_TEXT = 32_767
"""Characters that a comment or a description may hold."""


def from_text(text: str) -> Adf:
    """Return a document of one paragraph a line."""
    lines = text.split("\n")
    return {
        "type": "doc",
        "version": 1,
        "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": line}] if line else []}
            for line in lines
        ],
    }


def to_text(doc: Adf | None) -> str:
    """Return the words of a document, a line for each block."""
    return _render(doc or {}, {}).strip("\n")


def is_too_long(doc: Adf, *, counts_json: bool) -> bool:
    """Tell whether a document is longer than a comment or a description may be."""
    whole = json.dumps(doc, ensure_ascii=False, separators=(",", ":"))
    return len(whole if counts_json else to_text(doc)) > MAX_TEXT


def to_wiki(doc: Adf) -> str:
    """Return wiki markup, roughly as servicedeskapi shows a body."""
    return _render(doc, _WIKI_MARKS).strip("\n")


def to_html(doc: Adf) -> str:
    """Return the document as HTML paragraphs."""
    lines = to_text(doc).split("\n")
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)


_WIKI_MARKS = {"strong": "*", "em": "_", "strike": "-", "underline": "+"}
_INLINE_HOLDERS = frozenset(
    {"paragraph", "heading", "codeBlock", "taskItem", "decisionItem", "caption"}
)


def _render(node: Adf, signs: dict[str, str]) -> str:
    kind, attrs = node.get("type", ""), node.get("attrs", {})
    if kind == "text":
        return _marked(node, signs)
    if kind == "hardBreak":
        return "\n"
    if kind in ("mention", "status", "emoji"):
        return str(attrs.get("text") or attrs.get("shortName") or attrs.get("id", ""))
    if kind in ("inlineCard", "blockCard", "embedCard"):
        return str(attrs.get("url", "")) + ("" if kind == "inlineCard" else "\n")
    inner = "".join(_render(child, signs) for child in node.get("content", []))
    return inner + "\n" if kind in _INLINE_HOLDERS else inner


def _marked(node: Adf, signs: dict[str, str]) -> str:
    text = str(node["text"])
    for mark in node.get("marks", []) if signs else []:
        if mark["type"] == "link":
            text = f"[{text}|{mark.get('attrs', {}).get('href', '')}]"
        elif mark["type"] == "code":
            text = "{{" + text + "}}"
        elif sign := signs.get(mark["type"]):
            text = f"{sign}{text}{sign}"
    return text
