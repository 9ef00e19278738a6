"""Every sentence a person reads in a chat, in each language."""

from syncd.core.model import Language
from syncd.core.wording.en import ENGLISH
from syncd.core.wording.ja import JAPANESE
from syncd.core.wording.table import Wording
from syncd.core.wording.zh import CHINESE

_TABLES: dict[Language, Wording] = {
    Language.EN: ENGLISH,
    Language.ZH: CHINESE,
    Language.JA: JAPANESE,
}


def words(language: Language) -> Wording:
    """Return the sentences of that language."""
    return _TABLES[language]
