"""The page's own files: what they say, and that they are all here."""

import re
from pathlib import Path

import pytest

import syncd.sandbox

_PAGE = Path(syncd.sandbox.__file__).with_name("page")
_SCRIPTS = {
    path: path.read_text(encoding="utf-8")
    for path in _PAGE.rglob("*.js")
    if path.parent.name != "words" or path.name == "index.js"
}
_INDEX = (_PAGE / "index.html").read_text(encoding="utf-8")
_MOST_LINES = 400
_CJK = r"[\u3040-\u30ff\u4e00-\u9fff]"


def table(language: str) -> dict[str, str]:
    said = (_PAGE / "words" / f"{language}.js").read_text(encoding="utf-8")
    return dict(re.findall(r'^  (\w+): "(.*)",$', said, re.MULTILINE))


def test_every_word_is_said_in_each_language_and_none_that_nobody_says() -> None:
    english = table("en")
    asked = {name for said in _SCRIPTS.values() for name in re.findall(r'"(\w+)"', said)}
    asked |= set(re.findall(r'data-t(?:-[a-z-]+)?="(\w+)"', _INDEX))
    built = re.findall(r"`(\w+_)\$\{", "".join(_SCRIPTS.values()))
    unsaid = [n for n in english if n not in asked and not n.startswith(tuple(built))]
    assert unsaid == []
    tours = [n for n in english if n.startswith("tour_") and n.endswith("_say")]
    assert len(tours) == 6
    for language in ("zh", "ja"):
        other = table(language)
        assert list(other) == list(english)
        for name, said in english.items():
            values = re.findall(r"\{\w+\}", said)
            assert sorted(re.findall(r"\{\w+\}", other[name])) == sorted(values), name


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_punctuation_is_full_width_beside_characters(language: str) -> None:
    half = re.compile(rf"{_CJK}[,:;!?()]|[,:;!?()]{_CJK}")
    assert [said for said in table(language).values() if half.search(said)] == []


def test_the_page_is_made_of_small_files_and_nothing_from_elsewhere() -> None:
    texts = [path for path in _PAGE.rglob("*") if path.suffix in (".js", ".css", ".html")]
    assert len(texts) > 20
    for path in texts:
        said = path.read_text(encoding="utf-8")
        assert said.count("\n") < _MOST_LINES, path
        code = re.sub(r"/\*.*?\*/|^\s*//.*$", "", said, flags=re.DOTALL | re.MULTILINE)
        addresses = re.findall(r"(?:src|href|url|from|import)[=( ]+[\"']?(https?:)?//", code)
        assert addresses == [], path
        assert "innerHTML" not in code and "insertAdjacentHTML" not in code, path
        for needed in re.findall(r'from "(\.[^"]+)"|url\("(\.[^"]+)"\)', code):
            assert (path.parent / "".join(needed)).resolve().is_file(), (path, needed)
