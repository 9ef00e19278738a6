"""Which documents are valid: a part of Atlassian's JSON schema, enough to refuse a wrong one.

https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from syncd.sandbox.jsm.text.adf import Adf


def _kinds(names: str) -> frozenset[str]:
    return frozenset(names.split())


_INLINE = _kinds(
    "text hardBreak mention emoji inlineCard status date mediaInline inlineExtension placeholder"
)
_IN_CELL = _kinds(
    "paragraph heading bulletList orderedList taskList decisionList codeBlock blockquote "
    "panel rule mediaSingle mediaGroup nestedExpand blockCard embedCard extension"
)
_IN_EXPAND = (_IN_CELL - {"nestedExpand"}) | {"table", "nestedExpand"}
_IN_PANEL = _kinds(
    "paragraph heading bulletList orderedList taskList decisionList codeBlock rule "
    "mediaSingle mediaGroup blockCard extension"
)
_IN_QUOTE = _kinds("paragraph bulletList orderedList codeBlock mediaSingle mediaGroup extension")
_IN_ITEM = _kinds("paragraph bulletList orderedList taskList codeBlock mediaSingle extension")
_AT_TOP = _kinds(
    "paragraph heading bulletList orderedList taskList decisionList codeBlock blockquote "
    "panel rule table mediaSingle mediaGroup expand blockCard embedCard extension "
    "bodiedExtension layoutSection syncBlock"
)
_CHILDREN: dict[str, frozenset[str]] = {
    "doc": _AT_TOP,
    "paragraph": _INLINE,
    "heading": _INLINE,
    "codeBlock": frozenset({"text"}),
    "blockquote": _IN_QUOTE,
    "panel": _IN_PANEL,
    "bulletList": frozenset({"listItem"}),
    "orderedList": frozenset({"listItem"}),
    "listItem": _IN_ITEM,
    "taskList": frozenset({"taskItem", "taskList"}),
    "taskItem": _INLINE,
    "decisionList": frozenset({"decisionItem"}),
    "decisionItem": _INLINE,
    "table": frozenset({"tableRow"}),
    "tableRow": frozenset({"tableCell", "tableHeader"}),
    "tableCell": _IN_CELL,
    "tableHeader": _IN_CELL,
    "expand": _IN_EXPAND,
    "nestedExpand": _IN_CELL - {"nestedExpand"},
    "mediaSingle": frozenset({"media", "caption"}),
    "mediaGroup": frozenset({"media"}),
    "caption": _INLINE,
    "bodiedExtension": _IN_EXPAND,
    "layoutSection": frozenset({"layoutColumn"}),
    "layoutColumn": _AT_TOP - {"layoutSection"},
}
_MUST_HAVE_CHILDREN = _kinds(
    "blockquote panel bulletList orderedList listItem taskList decisionList table "
    "tableRow tableCell tableHeader mediaSingle mediaGroup expand layoutSection"
)
_NEEDED_ATTRS = {
    "heading": {"level"},
    "mention": {"id"},
    "emoji": {"shortName"},
    "panel": {"panelType"},
    "status": {"text", "color"},
    "date": {"timestamp"},
    "media": {"type"},
    "taskList": {"localId"},
    "taskItem": {"localId", "state"},
    "embedCard": {"url", "layout"},
}
_MARKS = _kinds("strong em strike code underline link subsup textColor backgroundColor annotation")
_MEMBERS = frozenset({"type", "content", "text", "marks", "attrs"})


def problem_with(doc: object) -> str:
    """Return what makes `doc` no valid document, or an empty string."""
    if not isinstance(doc, dict) or doc.get("type") != "doc" or doc.get("version") != 1:
        return "not a document of version 1"
    if not isinstance(doc.get("content"), list) or set(doc) - {"type", "version", "content"}:
        return "a document has type, version and content"
    return _problem_with_children(doc)


def _problem_with_children(node: Adf) -> str:
    allowed = _CHILDREN[node["type"]]
    for child in node.get("content", []):
        found = child.get("type") if isinstance(child, dict) else child
        if not isinstance(child, dict) or not isinstance(found, str) or found not in allowed:
            return f"{node['type']} cannot contain {found!r}"
        if problem := _problem_with_node(child):
            return problem
    return ""


def _problem_with_node(node: Adf) -> str:
    kind = node["type"]
    if unknown := set(node) - _MEMBERS:
        return f"{kind} has no member {sorted(unknown)[0]!r}"
    if kind == "text":
        return _problem_with_text(node)
    if not isinstance(node.get("content", []), list) or not isinstance(node.get("attrs", {}), dict):
        return f"{kind}: content is a list and attrs an object"
    if missing := _NEEDED_ATTRS.get(kind, set()) - set(node.get("attrs", {})):
        return f"{kind} needs attrs.{sorted(missing)[0]}"
    if kind in _MUST_HAVE_CHILDREN and not node.get("content"):
        return f"{kind} is empty"
    if kind not in _CHILDREN:
        return f"{kind} has no content" if node.get("content") else ""
    if kind == "codeBlock" and _has_marks(node):
        return "text in a codeBlock has no marks"
    return _problem_with_children(node)


def _has_marks(node: Adf) -> bool:
    return any(isinstance(c, dict) and c.get("marks") for c in node.get("content", []))


def _problem_with_text(node: Adf) -> str:
    if not isinstance(node.get("text"), str) or not node["text"]:
        return "a text node is never empty"
    kinds = []
    marks = node.get("marks", [])
    if not isinstance(marks, list):
        return "marks is a list"
    for mark in marks:
        if problem := _problem_with_mark(mark):
            return problem
        kinds.append(mark["type"])
    if len(set(kinds)) != len(kinds):
        return "a mark stands twice"
    if "code" in kinds and set(kinds) - {"code", "link", "annotation"}:
        return "code combines with link only"
    return ""


def _problem_with_mark(mark: object) -> str:
    kind = mark.get("type") if isinstance(mark, dict) else None
    if not isinstance(mark, dict) or not isinstance(kind, str) or kind not in _MARKS:
        return f"unknown mark {kind!r}"
    attrs = mark.get("attrs", {})
    if kind == "link" and not (isinstance(attrs, dict) and isinstance(attrs.get("href"), str)):
        return "a link mark needs attrs.href"
    return ""
