"""A long connection that takes nothing, for as long as the console wants to see one."""

from collections.abc import Sequence

from syncd.app import wall_clock
from syncd.chat.lark import wire
from syncd.chat.lark.connection.socket import LarkSocket
from syncd.core.errors import StoreError
from syncd.core.wording import words
from syncd.doctor.case import Case


def deaf_socket(case: Case) -> LarkSocket:
    """Return the connection. Whatever comes is not acknowledged, so that Lark delivers it again to
    whoever is connected then."""
    lark = case.config.lark
    later = wire.card_answer("info", words(case.config.defaults.language).received_late)
    return LarkSocket(
        lark.base_url,
        lark.app_id,
        lark.app_secret.get_secret_value(),
        on_events=_refuse,
        on_card=lambda raw, is_late: later,
        late_answer=lambda raw: later,
        failed_answer=lambda raw: later,
        clock=wall_clock,
        chance=lambda: 0.5,
        network=case.network,
    )


def _refuse(raws: Sequence[bytes]) -> None:
    raise StoreError("syncd is being set up")
