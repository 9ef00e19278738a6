"""In which language something is, as far as its letters and commonest words tell."""

import re
from collections import Counter
from collections.abc import Iterable

# What Lark translates, in any pair:
# https://open.feishu.cn/document/server-docs/ai/translation-v1/translate
LANGUAGES = {
    "zh": "Simplified Chinese",
    "zh-Hant": "Traditional Chinese",
    "en": "English",
    "ja": "Japanese",
    "ko": "Korean",
    "de": "German",
    "fr": "French",
    "it": "Italian",
    "es": "Spanish",
    "pt": "Portuguese",
    "pl": "Polish",
    "ru": "Russian",
    "th": "Thai",
    "hi": "Hindi",
    "id": "Indonesian",
    "vi": "Vietnamese",
}
"""What can be translated into, by its code, with the name by which engines are told."""

_SCRIPTS = (
    ("kana", 0x3040, 0x30FF),
    ("han", 0x3400, 0x4DBF),
    ("han", 0x4E00, 0x9FFF),
    ("hangul", 0x1100, 0x11FF),
    ("hangul", 0xAC00, 0xD7AF),
    ("cyrillic", 0x0400, 0x052F),
    ("thai", 0x0E00, 0x0E7F),
    ("devanagari", 0x0900, 0x097F),
)
_OWN = {"ko": "hangul", "ru": "cyrillic", "th": "thai", "hi": "devanagari"}
"""Languages that have a script almost for themselves."""
_MOSTLY = 0.6
_SOME_KANA = 0.1
_WORD = re.compile(r"[a-z']+")
_ENGLISH = frozenset(
    {
        "the", "and", "you", "to", "this", "that", "with", "for", "have", "has", "are", "it",
        "your", "please", "can", "will", "be", "not", "from",
    }
)  # fmt: skip
_OFTEN, _DIFFERENT = 0.12, 3
"""What part of English its commonest words are at least, and how many of them stand in it."""


def surely_in(lines: Iterable[str], into: str) -> bool:
    """Tell whether it is in that language already; False where only an engine can tell."""
    said = " ".join(lines)
    scripts = Counter(_script(c) for c in said if c.isalpha())
    letters = sum(scripts.values())
    if not letters:
        return True
    japanese = scripts["kana"] >= _SOME_KANA * letters
    if into in ("zh", "zh-Hant"):
        return not japanese and scripts["han"] >= _MOSTLY * letters
    if into == "ja":
        return japanese and scripts["kana"] + scripts["han"] >= _MOSTLY * letters
    if into in _OWN:
        return scripts[_OWN[into]] >= _MOSTLY * letters
    return into == "en" and scripts["other"] == letters and _is_english(said)


def is_same(one: str, other: str) -> bool:
    """Tell whether two codes name one language, as far as engines tell them apart."""
    return one.casefold().partition("-")[0] == other.casefold().partition("-")[0]


def _script(c: str) -> str:
    point = ord(c)
    return next((name for name, low, high in _SCRIPTS if low <= point <= high), "other")


def _is_english(said: str) -> bool:
    words = Counter(_WORD.findall(said.lower()))
    common = {word: times for word, times in words.items() if word in _ENGLISH}
    enough = sum(common.values()) >= _OFTEN * sum(words.values())
    return enough and len(common) >= _DIFFERENT
