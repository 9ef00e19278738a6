"""Members of a node of a document that nobody vouches for."""

from typing import TypeAlias, TypeGuard

Node: TypeAlias = dict[str, object]


def attrs(node: Node) -> Node:
    inner = node.get("attrs")
    return inner if isinstance(inner, dict) else {}


def attr(node: Node, name: str) -> str:
    """Return an attribute that is a text, else an empty one."""
    value = attrs(node).get(name)
    return value if isinstance(value, str) else ""


def kind_of(node: Node) -> str:
    kind = node.get("type")
    return kind if isinstance(kind, str) else ""


def is_kind(node: object, *kinds: str) -> TypeGuard[Node]:
    return isinstance(node, dict) and kind_of(node) in kinds
