"""Every sentence, in every language, as the code fills it."""

import ast
import dataclasses
import re
import string
from functools import cache
from pathlib import Path

import pytest

import syncd
from syncd.core.model import Language
from syncd.core.wording import words
from syncd.core.wording.table import Wording

CODE = Path(syncd.__file__).parent
SENTENCES = [field.name for field in dataclasses.fields(Wording)]
FILLED_THROUGH_A_VARIABLE = {"refused": {"reason"}, "failed": {"reason"}}
"""`decide/filing.py` picks one of the two first and fills it afterwards."""


MARKS = {"comma", "semicolon", "colon"}
"""They stand between two words, in some languages with a space."""


def sentence(name: str, language: Language) -> str:
    return str(getattr(words(language), name))


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def is_sentence(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in SENTENCES


@cache
def nodes() -> list[ast.AST]:
    files = [
        path
        for path in CODE.rglob("*.py")
        if not {"wording", "sandbox"} & set(path.relative_to(CODE).parts[:-1])
    ]
    return [node for path in files for node in ast.walk(ast.parse(path.read_text("utf-8")))]


def filled_by_code() -> dict[str, list[set[str]]]:
    """The names that each `sentence.format(...)` in the code fills."""
    found: dict[str, list[set[str]]] = {}
    for node in nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            said = node.func.value
            if node.func.attr == "format" and is_sentence(said):
                assert not node.args
                names = {str(keyword.arg) for keyword in node.keywords}
                found.setdefault(said.attr, []).append(names)
    return found


@pytest.mark.parametrize("language", Language)
def test_no_sentence_is_empty_or_ends_in_space(language: Language) -> None:
    for name in SENTENCES:
        said = sentence(name, language)
        assert said, name
        assert said == said.strip() or name in MARKS, name


@pytest.mark.parametrize("language", Language)
def test_every_language_fills_the_same_gaps(language: Language) -> None:
    for name in SENTENCES:
        assert gaps(sentence(name, language)) == gaps(sentence(name, Language.EN)), name


@pytest.mark.parametrize("language", [Language.ZH, Language.JA])
def test_no_sentence_was_left_in_english(language: Language) -> None:
    english = [n for n in SENTENCES if sentence(n, language) == sentence(n, Language.EN)]
    assert english == []


def test_code_fills_every_gap_and_no_other() -> None:
    filled = {**filled_by_code(), **{n: [g] for n, g in FILLED_THROUGH_A_VARIABLE.items()}}
    for name in SENTENCES:
        expected = gaps(sentence(name, Language.EN))
        assert all(names == expected for names in filled.get(name, [])), name
        assert (name in filled) is bool(expected), name


@pytest.mark.parametrize("language", Language)
def test_every_sentence_can_be_filled_with_anything(language: Language) -> None:
    for name in SENTENCES:
        given = dict.fromkeys(gaps(sentence(name, language)), "{odd} 100% \\1")
        said = sentence(name, language).format(**given)
        assert said.count("{odd} 100% \\1") >= len(given)


def test_every_sentence_is_said_somewhere() -> None:
    said = {node.attr for node in nodes() if isinstance(node, ast.Attribute)}
    assert set(SENTENCES) - said == set()


@pytest.mark.parametrize("language", [Language.ZH, Language.JA])
def test_chinese_and_japanese_are_punctuated_as_their_readers_write(language: Language) -> None:
    """Between letters of theirs, and after them, stands no mark of half the width."""
    half = re.compile(
        r"[\u3040-\u30ff\u4e00-\u9fff] ?[,:;()!?]|[,:;()!?] ?[\u3040-\u30ff\u4e00-\u9fff]"
    )
    assert [name for name in SENTENCES if half.search(sentence(name, language))] == []
