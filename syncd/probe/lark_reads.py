"""What Lark answers without anything being written."""

from collections.abc import Callable, Iterator
from io import BytesIO

from syncd.core.errors import Cause, Rejected, RemoteFailure
from syncd.core.files.found import InMessage
from syncd.core.model import ChatId
from syncd.probe.ground import MESSAGES, Ground, Heard
from syncd.probe.question import Answer, answer, number, untold

_EDITS = "im.message.updated_v1"
_KINDS = {True: "with people of other companies", False: "of our own company"}
_KEYS = {"image": "image_key", "file": "file_key", "media": "file_key", "audio": "file_key"}


# https://open.feishu.cn/document/develop-robots/add-bot-to-external-group
def shared(ground: Ground) -> Iterator[Answer]:
    outside = sum(one.external for one in ground.groups)
    if outside:
        all_of_them = len(ground.groups)
        said = f"of {all_of_them} groups with the bot, {outside} have people of other companies"
        yield answer(outside, said)
    else:
        yield untold("the bot is in no group with people of other companies")


def _each(
    ground: Ground, look: Callable[[ChatId], tuple[str, str] | None], nothing: str
) -> Iterator[Answer]:
    """Yield what is found in groups of either kind; the first that tells anything counts."""
    for external, kind in _KINDS.items():
        told: Answer | None = None
        for group in ground.of_kind(external):
            try:
                found = look(group.id)
            except RemoteFailure as failure:
                code = number(failure)
                told = answer(code, f"in a group {kind}: refused, {code}")
                break
            if found:
                told = answer(found[0], f"in a group {kind}: {found[1]}")
                break
        yield told or untold(f"there is no group {kind} in which {nothing}")


# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/list
def history(ground: Ground) -> Iterator[Answer]:
    def look(chat: ChatId) -> tuple[str, str]:
        return "readable", f"messages can be read back, {_many(ground.heard(chat))} of 14 days"

    yield from _each(ground, look, "the bot is")


def _many(heard: list[Heard]) -> str:
    """Tell how many there are; beyond the oldest that were read nobody looked."""
    return f"{'at least ' if len(heard) >= MESSAGES else ''}{len(heard)}"


# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/chat-members/get
def members(ground: Ground) -> Iterator[Answer]:
    """Whether those who write are listed, and by the ids that their messages have."""

    def look(chat: ChatId) -> tuple[str, str] | None:
        wrote = {one.author for one in ground.heard(chat)}
        if not wrote:
            return None
        listed = {met.person for met in ground.lark.members(chat)}
        both = f"{len(wrote & listed)} of {len(wrote)}"
        return both, f"{both} who wrote are among the {len(listed)} members, by the same ids"

    yield from _each(ground, look, "anybody wrote lately")


# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/contact-v3/user/basic_batch
def names(ground: Ground) -> Iterator[Answer]:
    def look(chat: ChatId) -> tuple[str, str] | None:
        wrote = sorted({one.author for one in ground.heard(chat)})[:10]
        if not wrote:
            return None
        named = sum(bool(met.name) for met in ground.lark.names(wrote))
        both = f"{named} of {len(wrote)}"
        return both, f"the names of {both} who wrote are told"

    yield from _each(ground, look, "anybody wrote lately")


# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-resource/get
def files(ground: Ground) -> Iterator[Answer]:
    """No file is kept: the first byte proves that it can be had."""

    def look(chat: ChatId) -> tuple[str, str] | None:
        sent = [one for one in ground.heard(chat) if one.type in _KEYS]
        results = [_downloads(ground, one) for one in sent[:10]]
        if not results:
            return None
        had, refused = results.count(""), sorted({code for code in results if code})
        by = f", the others are refused, {', '.join(refused)}" if refused else ""
        both = f"{had} of {len(results)}"
        return " ".join([both, *refused]), f"{both} files can be had{by}"

    yield from _each(ground, look, "anybody sent a file lately")


def _downloads(ground: Ground, one: Heard) -> str:
    """Return by which number it was refused, empty when it was not."""
    kind = "image" if one.type == "image" else "file"
    file = InMessage(str(one.content.get(_KEYS[one.type], "")), kind)
    try:
        ground.lark.download(one.id, file, BytesIO(), 1)
    except Rejected as refused:
        # More than the one byte that was wanted: it can be had.
        return "" if refused.cause is Cause.TOO_LARGE and not refused.code else number(refused)
    return ""


# https://open.feishu.cn/document/server-docs/application-v6/application/get
def edits(ground: Ground) -> Iterator[Answer]:
    app = ground.case.application
    if app is None or app.events is None:
        yield untold("the app may not look at its own subscriptions")
    elif _EDITS in app.events:
        yield answer("yes", "the app is subscribed to edits of messages")
    else:
        yield answer("no", "the app is not subscribed to edits of messages")
