"""Refusals in the language of the bot's account, or the one asked for; members keep their names.

Measured on live sites (Korean); https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
"""

from typing import Any

_SENTENCES = {
    "ko": "요청을 처리할 수 없습니다. 값을 확인하고 다시 시도하세요.",
    "ja": "リクエストを処理できません。値を確認してください。",
    "zh": "无法处理该请求，请检查所填的值。",
}
_SAID = ("errorMessage", "detail", "title")


def spoken(body: Any, language: str) -> Any:
    """Return the body of a refusal with every sentence in that language; `en` changes nothing."""
    sentence = _SENTENCES.get(language)
    if sentence is None or not isinstance(body, dict):
        return body
    foreign = body | {name: sentence for name in _SAID if name in body}
    if "errorMessages" in body:
        foreign["errorMessages"] = [sentence] * len(body["errorMessages"])
    if isinstance(body.get("errors"), dict):
        foreign["errors"] = dict.fromkeys(body["errors"], sentence)
    if "errors" in body and isinstance(body["errors"], list):
        foreign["errors"] = [one | {"detail": sentence} for one in body["errors"]]
    if "formErrors" in body:
        foreign["formErrors"] = [one | {"detail": sentence} for one in body["formErrors"]]
    if "fieldErrors" in body:
        foreign["fieldErrors"] = [one | {"message": sentence} for one in body["fieldErrors"]]
    return foreign


# https://developer.atlassian.com/cloud/jira/service-desk/rest/intro/ (requestLanguage)
def wanted(path: str, tag: str, own: str) -> str:
    """Return the language that the service desk answers in; it does not mind an unknown tag."""
    asked = tag.partition("-")[0].lower()
    served = path.startswith("/rest/servicedeskapi") and asked in {"en", *_SENTENCES}
    return asked if served else own
