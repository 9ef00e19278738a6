"""What in somebody's words looks like a secret: tokens, keys, passwords, connection strings.

By the shapes that their makers document, in linear time: every pattern begins where a word begins,
and gives nothing back of what it has taken.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """What a press of Submit says of that; each is the action of its button."""

    NONE = "submit"
    """Nothing yet."""
    AS_IS = "as_is"
    MASK = "mask"


@dataclass(frozen=True)
class Found:
    start: int
    end: int
    kept: str
    """The beginning that a mask leaves, which tells nobody more than what it is."""
    hint: str
    """By what a person knows it again."""


MASK = "••••••"
MOST_NAMED = 3
"""Of many, so many are named."""
_BEGINS = r"(?<![A-Za-z0-9_.-])"
_KEPT = 6
_HINT, _FIRST = 40, 2
"""Letters of a hint: of what leads a secret, and of the secret."""

# https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
# https://www.rfc-editor.org/rfc/rfc7519 (a JWT), https://www.rfc-editor.org/rfc/rfc6750 (a bearer)
_TOKENS = tuple(
    re.compile(_BEGINS + shape, re.ASCII)
    for shape in (
        r"(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])",
        r"gh[pousr]_[A-Za-z0-9]{20,255}+",
        r"github_pat_[A-Za-z0-9_]{20,255}+",
        r"glpat-[A-Za-z0-9_-]{16,255}+",
        r"xox[abeoprs]-[A-Za-z0-9-]{10,255}+",
        r"AIza[0-9A-Za-z_-]{30,60}+",
        r"ATATT3[A-Za-z0-9_=-]{20,400}+",
        r"sk-[A-Za-z0-9_-]{20,255}+",
        r"[rs]k_live_[A-Za-z0-9]{16,255}+",
        r"eyJ[A-Za-z0-9_-]{8,4000}+\.eyJ[A-Za-z0-9_-]{8,8000}+\.[A-Za-z0-9_-]{8,4000}+",
    )
)
_SAID = tuple(
    re.compile(shape, re.ASCII | re.IGNORECASE)
    for shape in (
        r"(?<![A-Za-z0-9])(?:Bearer|Basic)[ \t]{1,3}+(?P<value>[A-Za-z0-9._~+/=-]{16,4000}+)",
        r"(?<![A-Za-z0-9+.-])[a-z][a-z0-9+.-]{1,20}+://[^\s:/@]{0,100}+:(?P<value>[^\s/@]{1,200}+)@[^\s/@]",
    )
)
"""Where the group is the secret."""
_NAMES = (
    r"pass(?:word|wd|phrase)?|pwd|secret|api[_-]?key|access[_-]?key|(?:access|auth|api)?[_-]?token"
    "|密码|密碼|口令|パスワード"
)
_ASSIGNED = re.compile(
    rf"(?<![A-Za-z0-9])(?:{_NAMES})[\"']?\s{{0,3}}+(?P<sign>[=:：])\s{{0,3}}+[\"']?"
    rf"(?P<value>[^\s\"',;{MASK[0]}]{{4,200}}+)",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"[<${(\[*].*|x{3,}|true|false|null|none|nil|undefined|required|empty", re.I
)
_BLOCK = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY-----(?!" + MASK[0] + ")")
_BLOCK_ENDS = re.compile(r"-----END [A-Z0-9 ]{1,80}-----")


def found(said: str) -> tuple[Found, ...]:
    """Return what looks like a secret, from first to last, none inside of another."""
    every = sorted(_every(said), key=lambda one: (one.start, -one.end))
    apart: list[Found] = []
    for one in every:
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
    return tuple(apart)


def masked(said: str) -> str:
    """Return the same with a mask in the place of what looks like a secret, and no longer."""
    parts, at = [], 0
    for one in found(said):
        hidden = one.end - one.start - len(one.kept)
        parts += [said[at : one.start], one.kept, MASK[:hidden]]
        at = one.end
    return "".join((*parts, said[at:])) if parts else said


def named(said: Iterable[str]) -> str:
    """Return by what is known what was found in these texts; empty: nothing was."""
    hints = list(dict.fromkeys(f"{one.hint}…" for text in said for one in found(text)))
    return ", ".join(hints[:MOST_NAMED]) + (" …" if len(hints) > MOST_NAMED else "")


def _every(said: str) -> Iterator[Found]:
    yield from _blocks(said)
    for pattern in _TOKENS:
        for match in pattern.finditer(said):
            kept = match[0][:_KEPT]
            yield Found(match.start(), match.end(), kept, kept)
    for pattern in _SAID:
        for match in pattern.finditer(said):
            if MASK[0] not in match["value"]:
                yield _of_value(match)
    for match in _ASSIGNED.finditer(said):
        if _is_secret(match["value"], sure=match["sign"] == "="):
            yield _of_value(match)


def _of_value(match: re.Match[str]) -> Found:
    """Return the value alone; what leads it says what it is."""
    start, end = match.span("value")
    lead = match[0][: start - match.start()].replace("\n", " ")
    return Found(start, end, "", lead[-_HINT:] + match["value"][:_FIRST])


def _is_secret(value: str, *, sure: bool) -> bool:
    """Tell whether a value is more than a word about it: `password: expired` is none."""
    if _PLACEHOLDER.fullmatch(value):
        return False
    return sure or not value.rstrip(".!?。").isalpha()


def _blocks(said: str) -> Iterator[Found]:
    """A block that does not end reaches to the end."""
    at = 0
    while match := _BLOCK.search(said, at):
        end = _BLOCK_ENDS.search(said, match.end())
        at = end.end() if end else len(said)
        yield Found(match.start(), at, match[0], match[0])
