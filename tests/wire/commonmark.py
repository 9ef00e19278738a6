"""Markdown as a parser that is not ours reads it: what stands there, marked how, in which order."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("strikethrough")
_BREAKS = ("softbreak", "hardbreak", "html_inline")
_OPEN = {"s_open": "strike", "strong_open": "strong", "em_open": "em"}
_CLOSE = {"s_close": "strike", "strong_close": "strong", "em_close": "em"}


@dataclass(frozen=True)
class Run:
    """Words that are marked alike. Blocks of code, numbers and breaks are runs of their own."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str = ""


@dataclass
class _State:
    marks: list[str] = field(default_factory=list)
    href: str = ""


def runs(source: str) -> list[Run]:
    return [run for token in _PARSER.parse(source) for run in _runs(token)]


def text(source: str) -> str:
    """The words alone, a line for each line that a reader sees."""
    return "".join(run.text for run in runs(source))


def marked(source: str, mark: str) -> list[str]:
    return [run.text for run in runs(source) if mark in run.marks]


def _runs(token: Token) -> Iterator[Run]:
    if token.type == "inline":
        yield from _inline(token)
        yield Run("\n")
    elif token.type in ("fence", "code_block", "html_block"):
        yield Run(token.content, frozenset({token.type}))
    elif token.type == "list_item_open":
        yield Run(f"{token.info}. " if token.info else "• ", frozenset({"marker"}))
    elif token.type == "hr":
        yield Run("———\n", frozenset({"rule"}))


def _inline(token: Token) -> Iterator[Run]:
    state = _State()
    for child in token.children or []:
        if child.type in _OPEN:
            state.marks.append(_OPEN[child.type])
        elif child.type in _CLOSE:
            state.marks.remove(_CLOSE[child.type])
        elif child.type in ("link_open", "link_close"):
            state.href = str(child.attrs.get("href", ""))
        elif child.type in _BREAKS:
            yield Run("\n")
        else:
            code = {"code"} if child.type == "code_inline" else set()
            yield Run(child.content, frozenset({*state.marks, *code}), state.href)
