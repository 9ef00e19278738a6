"""The fake's translation refuses what Lark's page says that it refuses."""

from typing import Any

import pytest

RIGHT = {"source_language": "en", "target_language": "ja", "text": "good [[0]]"}


def translated(lark: Any, **body: Any) -> tuple[int, int]:
    answer = lark.call("POST", "/translation/v1/text/translate", json=RIGHT | body)
    return answer.status_code, answer.json()["code"]


def test_the_scope_is_needed(lark: Any) -> None:
    assert translated(lark) == (400, 99991672)
    lark.state.switches.scopes.add("translation:text")
    assert translated(lark) == (200, 0)


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": "x" * 1001},
        {"source_language": "tlh"},
        {"target_language": ""},
        {"glossary": [{"from": "a"}]},
        {"glossary": [{"from": "a", "to": "a"}] * 129},
    ],
)
def test_what_is_wrong_is_refused(lark: Any, body: dict[str, Any]) -> None:
    lark.state.switches.scopes.add("translation:text")
    assert translated(lark, **body) == (400, 1140101)


def test_what_is_missing_is_refused(lark: Any) -> None:
    lark.state.switches.scopes.add("translation:text")
    for name in RIGHT:
        body = {key: value for key, value in RIGHT.items() if key != name}
        answer = lark.call("POST", "/translation/v1/text/translate", json=body)
        assert answer.status_code == 400


def test_words_are_turned_and_their_language_is_told(lark: Any) -> None:
    lark.state.switches.scopes.add("translation:text")
    answer = lark.call("POST", "/translation/v1/text/translate", json=RIGHT).json()
    assert answer["data"] == {"text": "doog [[0]]"}
    for text, language in (("good", "en"), ("よい", "ja"), ("好", "zh"), ("좋다", "ko")):
        told = lark.call("POST", "/translation/v1/text/detect", json={"text": text}).json()
        assert told["data"] == {"language": language}
