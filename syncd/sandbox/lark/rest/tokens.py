"""Tenant access tokens, and the tokens that update a card after a click."""

import uuid
from dataclasses import dataclass

from syncd.sandbox.clock import Clock

TOKEN_LIFE_MS = 2 * 3600 * 1000
RENEW_BELOW_MS = 30 * 60 * 1000
CARD_TOKEN_LIFE_MS = 30 * 60 * 1000
CARD_TOKEN_USES = 2


class Tokens:
    """Asked with more than 30 minutes left, the same token; then a new one beside the old.

    https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._expiry: dict[str, int] = {}

    def issue(self) -> tuple[str, int]:
        """Return a token and the seconds it has left."""
        now = self._clock.now_ms()
        for token, expiry in self._expiry.items():
            if expiry - now > RENEW_BELOW_MS:
                return token, (expiry - now) // 1000
        token = f"t-{uuid.uuid4().hex}"
        self._expiry[token] = now + TOKEN_LIFE_MS
        return token, TOKEN_LIFE_MS // 1000

    def valid(self, token: str) -> bool:
        return self._expiry.get(token, 0) > self._clock.now_ms()

    def revoke_all(self) -> None:
        """Make every token invalid before its time."""
        self._expiry.clear()


@dataclass
class CardToken:
    """What one click allows: updating the clicked card for a while."""

    message_id: str
    expires_ms: int
    uses_left: int = CARD_TOKEN_USES
    answered: bool = False


class CardTokens:
    """https://open.feishu.cn/document/ukTMukTMukTM/uMDO1YjLzgTN24yM4UjN"""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tokens: dict[str, CardToken] = {}

    def issue(self, message_id: str) -> str:
        token = f"c-{uuid.uuid4().hex}"
        expires = self._clock.now_ms() + CARD_TOKEN_LIFE_MS
        self._tokens[token] = CardToken(message_id, expires)
        return token

    def answered(self, token: str) -> None:
        """Allow the token's use: the callback has been answered."""
        self._tokens[token].answered = True

    def get(self, token: str) -> CardToken | None:
        return self._tokens.get(token)

    def expired(self, token: CardToken) -> bool:
        return token.expires_ms <= self._clock.now_ms()
