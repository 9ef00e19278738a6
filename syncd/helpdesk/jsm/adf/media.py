"""Files in a document."""

_FILES = ("media", "mediaInline")


# https://developer.atlassian.com/cloud/jira/platform/apis/document/nodes/media/
def files_named(document: object) -> int:
    """Return how many files a document names; one that it names twice is one."""
    found: set[object] = set()
    left = [document]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            attrs = node.get("attrs")
            is_file = isinstance(attrs, dict) and attrs.get("type") == "file"
            if isinstance(attrs, dict) and is_file and node.get("type") in _FILES:
                found.add(str(attrs.get("id") or len(found)))
            left.append(node.get("content"))
        elif isinstance(node, list):
            left += node
    return len(found)
