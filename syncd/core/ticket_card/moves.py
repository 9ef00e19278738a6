"""What people may do with a ticket besides writing: close it, open it again, have it escalated."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Move(StrEnum):
    RESOLVE = "resolve"
    REOPEN = "reopen"
    ESCALATE = "escalate"


FINAL = (Move.RESOLVE,)
"""Those after which a ticket is over, so that a button asks once more."""


@dataclass(frozen=True)
class Transition:
    """What the helpdesk offers the customer of a ticket as it is now."""

    id: str
    name: str
    """As the desk has named it."""


# Whole names and no parts: "Not resolved" and "Close and reopen" are something else. The helpdesk
# tells a name and nothing of where it leads:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-transition-get
_IT = r"(?: (?:this|the|my))?(?: (?:issue|request|ticket|case))?"
_CALLED = {
    Move.RESOLVE: re.compile(
        rf"(?:mark{_IT} as )?(?:resolved?|closed?|solved?|done|completed?){_IT}"
        "|(?:标记为)?(?:已?解决|关闭|完成)(?:工单|请求|问题)?|關閉|解決"
        "|(?:解決|解決済み|クローズ|完了)(?:する|にする)?|閉じる"
    ),
    Move.REOPEN: re.compile(
        rf"re-?open(?:ed)?{_IT}|重新(?:打开|开启|打開|開啟)(?:工单|请求|问题)?|再(?:オープン|開)(?:する)?"
    ),
    Move.ESCALATE: re.compile(
        rf"escalated?{_IT}|(?:升级|升級|上报)(?:工单|请求|问题)?|エスカレー(?:ト|ション)(?:する)?"
    ),
}
_LONGEST = 80


def offered(transitions: Iterable[Transition]) -> dict[Move, Transition]:
    """Return which of them are ours, by their names; of several of one kind the first."""
    found: dict[Move, Transition] = {}
    for transition in transitions:
        move = _kind(transition.name)
        if move is not None:
            found.setdefault(move, transition)
    return {move: found[move] for move in Move if move in found}


def _kind(name: str) -> Move | None:
    if len(name) > _LONGEST:
        return None
    said = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return next((move for move, called in _CALLED.items() if called.fullmatch(said)), None)
