"""What a delivery carries outside: its idempotency key, and by what it is found again."""

import hashlib
import re

from syncd.core.delivery import Delivery
from syncd.core.model import DeliveryId
from syncd.core.prose.plain import plain
from syncd.core.text import Body

_LETTERS = 20
_WORDS = re.compile(rf"Ref: LF[0-9A-Za-z]{{{_LETTERS}}}", re.ASCII)


def mark(delivery: Delivery) -> DeliveryId:
    """Return the delivery's id; of what is lasting, the mark of its dedupe key."""
    return of_key(delivery.dedupe_key) if delivery.command.lasting else delivery.id


def of_key(dedupe_key: str) -> DeliveryId:
    """Return the same for each delivery with that key, also one that a backup does not know."""
    return DeliveryId(hashlib.blake2b(dedupe_key.encode(), digest_size=16).hexdigest())


def words_of(key: DeliveryId) -> str:
    """Return the last words of a comment that takes no property, by which it is known."""
    return f"Ref: LF{key[:_LETTERS]}"


def ends_with_mark(body: Body) -> bool:
    """Tell whether a comment ends with such words, of whichever delivery."""
    last = plain(body).rstrip().rpartition("\n")[2]
    return bool(_WORDS.fullmatch(last.strip()))
