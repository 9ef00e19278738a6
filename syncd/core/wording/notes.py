"""Notes that stand in a text for what is no words, in each language."""

import re
from dataclasses import dataclass

from syncd.core.model import Language
from syncd.core.text import Body, retold

UNKNOWN = "unsupported content"
"""What nobody here knows; its name follows."""
NOT_SHOWN = "[unsupported content - see portal]"
"""Stands in a comment for what a chat cannot show."""
_NOT_SHOWN = {
    Language.ZH: "[不支持的内容，请在门户中查看]",
    Language.JA: "[表示できない内容です。ポータルでご覧ください]",
}
_LANGUAGES = (Language.ZH, Language.JA)
_NAMES: dict[str, tuple[str, str]] = {
    "image": ("图片", "画像"),
    "video": ("视频", "動画"),
    "file": ("文件", "ファイル"),
    "audio": ("语音", "音声"),
    "folder": ("文件夹", "フォルダー"),
    "sticker": ("表情包", "スタンプ"),
    "card": ("卡片", "カード"),
    "vote": ("投票", "投票"),
    "task": ("任务", "タスク"),
    "appointment": ("日程", "予定"),
    "location": ("位置", "位置情報"),
    "forwarded messages": ("转发的消息", "転送されたメッセージ"),
    "shared group": ("群名片", "共有されたグループ"),
    "shared contact": ("个人名片", "共有された連絡先"),
    UNKNOWN: ("不支持的内容", "対応していない内容"),
}
_OTHERS = "|".join(sorted({re.escape(name) for names in _NAMES.values() for name in names}))
NOTE = re.compile(
    rf"\[(?:[a-z_ ]{{1,50}}(?:: [^\]\n]{{1,200}})?|(?:{_OTHERS})(?:：[^\]\n]{{1,200}})?)\]"
)
"""A note, in any language."""
_LEADS = re.compile(r"\[([a-z ]{1,50})(: |\])")


@dataclass(frozen=True)
class Notes:
    """The notes that stand in a text, and the language in which they are told."""

    kinds: tuple[str, ...] = ()
    """As what they are named in English."""
    language: Language = Language.EN

    def told(self, said: str) -> str:
        """Return a text in which they are told so."""
        if not self.kinds or self.language not in _LANGUAGES:
            return said
        return _LEADS.sub(self._told, said)

    def _told(self, found: re.Match[str]) -> str:
        names = _NAMES.get(found[1]) if found[1] in self.kinds else None
        if names is None:
            return found[0]
        return f"[{names[_LANGUAGES.index(self.language)]}{'：' if found[2] == ': ' else ']'}"


NONE = Notes()


def of_comment(body: Body, language: Language) -> Body:
    """Return what a comment says, its notes in a language."""
    if language not in _NOT_SHOWN:
        return body
    file = "[file]"
    told = Notes(("file",), language).told(file)
    return retold(body, {NOT_SHOWN: _NOT_SHOWN[language], file: told})
