"""How far a source was read, and from where to read on."""

from syncd.core.model import Ms


def window(cursor: Ms, overlap_ms: int) -> Ms:
    """Return the moment to search from: the cursor less the overlap."""
    return Ms(max(cursor - overlap_ms, 0))


def advance(cursor: Ms, newest_row: Ms, server_ms: Ms) -> Ms:
    """Return the next cursor: the newest row seen, never past the server's own time, never back."""
    return Ms(max(cursor, min(newest_row, server_ms)))
