"""Words that are answered instead of opening a form; a message that says more is none of them."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from syncd.core.events import ChatMessage
from syncd.core.known import Known
from syncd.core.model import PersonId, TicketKey
from syncd.core.prose.heard import readable
from syncd.core.ticket_card.listed import Search


class Word(StrEnum):
    HELP = "help"
    STATUS = "status"
    """Of the thread's ticket, or of the one whose key follows."""
    MINE = "mine"
    """The sender's own open tickets."""
    LIST = "list"
    """All open tickets of the group."""
    CLOSE = "close"
    """The thread's ticket, as the two that follow."""
    REOPEN = "reopen"
    ESCALATE = "escalate"
    ADOPT = "adopt"
    """The ticket whose key follows, in this thread."""
    MUTE = "mute"
    """What is news on the thread's ticket waits from now on."""
    UNMUTE = "unmute"
    OPEN = "open"
    """A ticket, about the thread or the message that is quoted."""


MOVING = (Word.CLOSE, Word.REOPEN, Word.ESCALATE)
ON_TICKET = (*MOVING, Word.MUTE, Word.UNMUTE)
"""What is a command in a ticket's thread or with a quote of its first message, and nowhere else."""
ASKING = (Word.STATUS, Word.MINE, Word.LIST)
"""What asks for tickets, and does nothing to them."""
_OF_A_KEY = (Word.STATUS, Word.ADOPT)


@dataclass(frozen=True)
class Asked:
    word: Word
    key: TicketKey = TicketKey("")
    """The ticket that is named with it; empty: none is."""


WORDS: dict[str, Word] = {
    spelt: word
    for word, spellings in {
        Word.HELP: "help hilfe ヘルプ 使い方 帮助 幫助 用法",
        Word.STATUS: "status ステータス 状態 状况 状況 状态 狀態 進捗 进度 進度",
        Word.MINE: "mine 自分 自分のチケット 我的 我的工单 我的工單",
        Word.LIST: "list 一覧 チケット一覧 列表 工单列表 工單列表",
        Word.CLOSE: "close resolve クローズ 关闭工单 關閉工單",
        Word.REOPEN: "reopen 再オープン 重新打开工单 重新打開工單",
        Word.ESCALATE: "escalate エスカレート 升级工单 升級工單",
        Word.MUTE: "mute ミュート 静音 靜音",
        Word.UNMUTE: "unmute ミュート解除 取消静音 取消靜音",
        Word.ADOPT: "adopt 関連付け 紐付け 关联工单 關聯工單",
    }.items()
    for spelt in spellings.split()
}
PHRASES: dict[str, Word] = dict.fromkeys(
    (
        "open a ticket",
        "チケットを開く",
        "チケットを作成",
        "创建工单",
        "創建工單",
        "提交工单",
        "提交工單",
    ),
    Word.OPEN,
)
"""What is a command in a thread, or with a quote, and nowhere else: a form follows elsewhere, too.
"""
_LONGEST = 64
"""Letters; what is longer is no command, and is not looked at."""
_AROUND = " !.?\u3002"
_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,30}-[0-9]{1,12}", re.ASCII)
_LIKE_A_COMMAND = re.compile(r"/([a-z]{1,20})", re.ASCII)
_ALIKE = 0.82
"""Two letters the wrong way round in a word of six are alike; `/clone` and `/close` are not."""


def heard(said: str) -> Asked | None:
    """Return which word somebody says, and nothing else; None when it is anything else.

    Who asks `close?` wants to know something, and nothing is done to a ticket.
    """
    bare = _bare(said)
    phrase = " ".join(bare.casefold().removeprefix("/").split())
    if phrase in PHRASES:
        return Asked(PHRASES[phrase])
    word, _, named = bare.partition(" ")
    known = WORDS.get(word.casefold().removeprefix("/"))
    if known and known not in (*ASKING, Word.HELP) and "?" in unicodedata.normalize("NFKC", said):
        return None
    if known is None or not named:
        return Asked(known) if known else None
    key = named.strip().upper()
    is_of_one = known in _OF_A_KEY and _KEY.fullmatch(key)
    return Asked(known, TicketKey(key)) if is_of_one else None


def asks_for_help(said: str) -> bool:
    """Tell whether it is the word for help, a question mark, or one of our words misspelt behind a
    slash, as `/stauts` is; `/checkout` is no word of ours, and may be what a ticket is about."""
    known = heard(said)
    if known is not None:
        return known.word is Word.HELP
    return said.strip() in ("?", "\uff1f") or _is_misspelt(said)


def asked(event: ChatMessage, bot: PersonId) -> Asked | None:
    """Return which word a message says to the bot; None when it says anything else, or brings
    something along."""
    if event.files or event.wordless or not (event.direct or is_mentioned(event, bot)):
        return None
    return heard(readable(event.text, event.named, bot))


def search(event: ChatMessage, known: Known) -> Search | None:
    """Return which tickets a message asks for, None when it asks for none that it may hear of.

    To the bot alone people say it about what they asked for themselves, in whichever group.
    """
    said = asked(event, known.bot) if event.direct or known.chat.enabled else None
    if said is None or said.word not in ASKING:
        return None
    if said.key:
        return Search(said.key)
    if event.direct:
        return Search(asker=event.sender)
    if said.word is Word.LIST:
        return Search(chat_id=event.chat_id)
    return Search(asker=event.sender, chat_id=event.chat_id)


def is_mentioned(event: ChatMessage, bot: PersonId) -> bool:
    return any(named.person == bot for named in event.named)


def _is_misspelt(said: str) -> bool:
    like = _LIKE_A_COMMAND.fullmatch(_bare(said).casefold())
    return bool(like and get_close_matches(like[1], WORDS, n=1, cutoff=_ALIKE))


def _bare(said: str) -> str:
    """Return a short text without what stands around it, letters of full width as others; a long
    one is nothing."""
    if len(said) > _LONGEST or "\n" in said:
        return ""
    return unicodedata.normalize("NFKC", said).strip(_AROUND)
