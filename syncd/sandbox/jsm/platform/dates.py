"""Moments as the site writes them, in the caller's zone."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from syncd.sandbox.jsm.state import JiraState


def jira_date(state: JiraState, ms: int) -> str:
    """Return `2026-11-23T15:07:00.123+0900`: the caller's zone, and no colon in the offset."""
    zone = timezone(timedelta(minutes=state.switches.utc_offset_minutes))
    moment = datetime.fromtimestamp(ms // 1000, UTC).astimezone(zone)
    return moment.strftime(f"%Y-%m-%dT%H:%M:%S.{ms % 1000:03d}%z")


def date(state: JiraState, ms: int) -> dict[str, Any]:
    """Return a DateDTO."""
    text = jira_date(state, ms)
    return {
        "iso8601": text[:19] + text[23:],
        "jira": text,
        "friendly": datetime.fromtimestamp(ms / 1000, UTC).strftime("%d/%b/%y %I:%M %p"),
        "epochMillis": ms,
    }
