"""What the webhook of the operators is told, and what its answer means."""

import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

from syncd.alerting.address import Address
from syncd.core.errors import (
    Hears,
    Rejected,
    RemoteFailure,
    Unavailable,
    Uncertain,
    hearing,
    nobody_hears,
)
from syncd.core.model import Destination
from syncd.core.views import AlarmView
from syncd.network.network import Network

_BOTS = "/open-apis/bot/v2/hook/"
"""Path of the custom bots of Lark and Feishu, on every host of theirs."""
_TOO_OFTEN = 11232
"""Code with which they refuse what comes too often."""


class Webhook:
    """Tells each alarm by one POST; may be used from any thread."""

    def __init__(self, url: str, network: Network, heard: Hears = nobody_hears) -> None:
        self._address, self._heard = Address(url, network), heard
        self._is_bot = urlsplit(url).path.startswith(_BOTS)
        self.host = self._address.host

    def tell(self, alarm: AlarmView) -> None:
        """Tell it; raises a RemoteFailure."""
        said = as_bot(alarm) if self._is_bot else as_json(alarm)
        with hearing(Destination.WEBHOOK, self._heard):
            answer = self._address.post(said, reads=self._is_bot)
            if self._is_bot and (failure := bots_refusal(answer)):
                raise failure

    def close(self) -> None:
        self._address.close()


# Slack takes `text` (https://api.slack.com/messaging/webhooks), and so does Mattermost
# (https://developers.mattermost.com/integrate/webhooks/incoming/); what else there is, is for
# receivers that know it.
def as_json(alarm: AlarmView) -> dict[str, object]:
    """Return what every other receiver is told."""
    since = datetime.fromtimestamp(alarm.since_ms / 1000, UTC)
    return {
        "text": _named(alarm),
        "trouble": alarm.trouble,
        "over": alarm.over,
        "since": f"{since:%Y-%m-%dT%H:%M:%SZ}",
    }


# https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
def as_bot(alarm: AlarmView) -> dict[str, object]:
    """Return what a custom bot of Lark or Feishu is told."""
    return {"msg_type": "text", "content": {"text": _named(alarm)}}


# The same page: a refusal is HTTP 200 with a code. Older bots said StatusCode.
def bots_refusal(answer: bytes) -> RemoteFailure | None:
    """Return what such a bot's answer means; None: it has shown the message."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        return Uncertain("the custom bot's answer cannot be read")
    code = said.get("code", said.get("StatusCode", 0))
    if code in (0, None):
        return None
    reason = f"the custom bot refused it: code {code if isinstance(code, int) else '?'}"
    return Unavailable(reason) if code == _TOO_OFTEN else Rejected(reason)


def _named(alarm: AlarmView) -> str:
    """Such a chat hears of several programs, and a custom bot may demand a word that it knows."""
    return f"syncd: {alarm.text}"
