"""How each kind of delivery is carried out; the file of a kind is named as in `core/kinds`."""

from importlib import import_module

from syncd.core.delivery import Delivery
from syncd.core.errors import Rejected
from syncd.core.kinds import KINDS, Foreign
from syncd.core.model import Chat
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Performers, Prepared, Tools


class Nobody(performing.Performer[Foreign]):
    def prepare(self, command: Foreign, delivery: Delivery, chat: Chat) -> Prepared:
        raise Rejected(
            f"this version of syncd does not know this kind of delivery ({command.of_kind}); "
            "requeue it with the version that ordered it"
        )


def performers(tools: Tools) -> Performers:
    """Return who carries out which kind."""
    known: Performers = {
        kind: import_module(_named_as(kind)).Performer(tools) for kind in KINDS.values()
    }
    return {**known, Foreign: Nobody(tools)}


def _named_as(kind: type) -> str:
    return f"{__name__}.{kind.__module__.rpartition('.')[2]}"
