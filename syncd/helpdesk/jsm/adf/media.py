"""Files in a document."""


# https://developer.atlassian.com/cloud/jira/platform/apis/document/nodes/media/
def files_named(document: object) -> int:
    """Return how many files a document names."""
    found, left = 0, [document]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            attrs = node.get("attrs")
            is_file = isinstance(attrs, dict) and attrs.get("type") == "file"
            found += is_file and node.get("type") in ("media", "mediaInline")
            left.append(node.get("content"))
        elif isinstance(node, list):
            left += node
    return found
