"""Translation, which turns every word around: what was done to a text can be seen."""

import re

from syncd.sandbox.lark.rest.frame import Api, Call, Json, field, no_other_fields, success
from syncd.sandbox.lark.rest.refusals import Refused

_MOST = 1000
_MOST_TERMS = 128
_SCOPES = ("translation:text",)
LANGUAGES = frozenset(
    {
        "zh", "zh-Hant", "en", "ja", "ru", "de", "fr", "it", "pl", "th", "hi", "id", "es", "pt",
        "ko", "vi",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)


def detect(call: Call) -> Json:
    """https://open.feishu.cn/document/server-docs/ai/translation-v1/detect"""
    no_other_fields(call.body, "text")
    text = _text(call)
    found = (code for code, letters in _SCRIPTS if letters.search(text))
    return success({"language": next(found, "en")})


def translate(call: Call) -> Json:
    """https://open.feishu.cn/document/server-docs/ai/translation-v1/translate"""
    no_other_fields(call.body, "source_language", "target_language", "text", "glossary")
    for name in ("source_language", "target_language"):
        if field(call.body, name, str) not in LANGUAGES:
            raise _bad(f"{name} is not supported")
    terms = field(call.body, "glossary", list, required=False) or []
    if len(terms) > _MOST_TERMS or any(set(term) != {"from", "to"} for term in terms):
        raise _bad("glossary is invalid")
    return success({"text": _WORD.sub(lambda found: found[0][::-1], _text(call))})


def _text(call: Call) -> str:
    text: str = field(call.body, "text", str)
    if code := call.state.switches.translation_code:
        raise Refused(code, "not available")
    if not text or len(text) > _MOST:
        raise _bad("text is empty or too long")
    return text


def _bad(why: str) -> Refused:
    return Refused(1140101, f"invalid parameter: {why}")


APIS = (
    Api("POST", "/open-apis/translation/v1/text/detect", detect, scopes=_SCOPES),
    Api("POST", "/open-apis/translation/v1/text/translate", translate, scopes=_SCOPES),
)
