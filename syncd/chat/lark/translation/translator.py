"""Lark's own translation as a Translator.

https://open.feishu.cn/document/server-docs/ai/translation-v1/translate
https://open.feishu.cn/document/server-docs/ai/translation-v1/detect
"""

from collections.abc import Callable

from syncd.chat.lark.members import Json, string
from syncd.chat.lark.rest import Call, LarkRest
from syncd.core.errors import (
    Cause,
    Hears,
    Rejected,
    Unauthorized,
    Unavailable,
    hearing,
    nobody_hears,
)
from syncd.core.model import Destination
from syncd.core.operators.meter import Meter
from syncd.core.translating.cutting import places
from syncd.core.translating.language import LANGUAGES
from syncd.network.network import Network

_TRANSLATE = "/open-apis/translation/v1/text/translate"
_DETECT = "/open-apis/translation/v1/text/detect"
LONGEST = 900
"""Lark takes 1000 characters; of what it counts as one, nobody tells."""
_MOST_TERMS = 128


class LarkTranslator:
    """May be used from any thread. Its outages are no outages of the chat's; `now` returns
    monotonic seconds."""

    longest = LONGEST
    detects = True

    def __init__(
        self,
        base_url: str,
        app_id: str,
        app_secret: str,
        now: Callable[[], float],
        network: Network,
        heard: Hears = nobody_hears,
        meter: Meter | None = None,
    ) -> None:
        rest = LarkRest(base_url, app_id, app_secret, now, 5.0, 10.0, network, meter=meter)
        self._rest = rest
        self._heard = heard
        self.close = self._rest.close

    def language(self, text: str) -> str:
        """Return the language as Lark names it, which has to be told what it translates."""
        found = self._asked(_DETECT, {"text": text}, "language")
        code = next((one for one in LANGUAGES if one.casefold() == found.casefold()), "")
        if not code:
            raise Rejected("Lark does not translate from the language that it is in")
        return code

    def translate(self, text: str, source: str, into: str) -> str:
        # The glossary keeps what must come back as it is.
        terms = [{"from": place, "to": place} for place in places(text)[:_MOST_TERMS]]
        asked: Json = {"source_language": source, "target_language": into, "text": text}
        return self._asked(_TRANSLATE, asked | ({"glossary": terms} if terms else {}), "text")

    def _asked(self, path: str, body: Json, name: str) -> str:
        """A tenant may lack the plan or the app the scope: somebody may mend that within the time
        in which it is asked again."""
        with hearing(Destination.ENGINE, self._heard):
            try:
                answer = self._rest.call(Call("POST", path, body))
            except Rejected as refused:
                if refused.cause is Cause.FORBIDDEN:
                    raise Unauthorized(str(refused)) from refused
                # Lark's own words may quote what was sent.
                raise Rejected(f"Lark does not translate it: code {refused.code}") from None
            said = string(answer.data, name)
            if not said:
                raise Unavailable("Lark answered without a translation")
            return said
