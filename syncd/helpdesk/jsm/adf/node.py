"""Members of a node of a document that nobody vouches for."""

from typing import TypeAlias, TypeGuard

from syncd.helpdesk.jsm.wire.members import lenient

Node: TypeAlias = dict[str, object]


def attrs(node: Node) -> Node:
    inner = node.get("attrs")
    return inner if isinstance(inner, dict) else {}


def attr(node: Node, name: str) -> str:
    """Return an attribute that is a text, else an empty one."""
    return lenient(node, "attrs", name)


def kind_of(node: Node) -> str:
    return lenient(node, "type")


def is_kind(node: object, *kinds: str) -> TypeGuard[Node]:
    return isinstance(node, dict) and kind_of(node) in kinds
