"""What a delivery carries outside: its idempotency key, and by what it is found again."""

import hashlib

from syncd.core.delivery import Delivery
from syncd.core.model import DeliveryId


def mark(delivery: Delivery) -> DeliveryId:
    """Return the delivery's id; of what is lasting, the mark of its dedupe key."""
    return of_key(delivery.dedupe_key) if delivery.command.lasting else delivery.id


def of_key(dedupe_key: str) -> DeliveryId:
    """Return the same for each delivery with that key, also one that a backup does not know."""
    return DeliveryId(hashlib.blake2b(dedupe_key.encode(), digest_size=16).hexdigest())
