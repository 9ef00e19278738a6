"""How each kind of delivery is carried out; the file of a kind stands where it does in
`core/kinds`."""

from importlib import import_module

from syncd.core import kinds
from syncd.core.kinds import KINDS
from syncd.loops.outgoing.performing import Performers, Tools


def performers(tools: Tools) -> Performers:
    """Return who carries out which kind."""
    return {kind: import_module(_named_as(kind)).Performer(tools) for kind in KINDS.values()}


def _named_as(kind: type) -> str:
    return __name__ + kind.__module__.removeprefix(kinds.__name__)
