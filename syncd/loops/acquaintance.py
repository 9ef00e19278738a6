"""What events have told of people: their names, and of which company they are."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from syncd.core.model import PersonId
from syncd.core.reaching.capability import Side
from syncd.core.reaching.strangers import Met
from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx

_APP = PersonId("")


def meet(tx: Tx, people: Iterable[Met], bot: PersonId) -> None:
    """Note what an event tells; what it leaves empty stays as it was."""
    for met in people:
        person = _APP if met.person == bot else met.person
        before = _known(tx, person)
        now = Met(person, met.name or before.name, met.tenant or before.tenant)
        if now != before:
            tx.cache.put(CacheKind.MET, person, json.dumps(asdict(now), ensure_ascii=False))


def name_of(tx: Tx, person: PersonId) -> str:
    """Return the name by which somebody was mentioned or listed last, empty when never."""
    return _known(tx, person).name


def side_of(tx: Tx, person: PersonId) -> Side:
    """Return of which company somebody is; of whom nobody has told counts as outside."""
    ours, theirs = _known(tx, _APP).tenant, _known(tx, person).tenant
    return Side.INSIDE if ours and ours == theirs else Side.OUTSIDE


def is_outsider(tx: Tx, person: PersonId) -> bool:
    """Tell whether somebody is certainly of another company."""
    ours, theirs = _known(tx, _APP).tenant, _known(tx, person).tenant
    return bool(ours and theirs) and ours != theirs


def _known(tx: Tx, person: PersonId) -> Met:
    stored = tx.cache.get(CacheKind.MET, person)
    return Met(**json.loads(stored)) if stored else Met(person)
